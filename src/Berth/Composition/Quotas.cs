using System.Globalization;
using System.Text;
using Berth.Domain;

namespace Berth.Host;

/// <summary>Reads quotas that an operator sets in the environment.</summary>
internal static class Quotas
{
    private const string Prefix = "BERTH_QUOTA_";

    /// <summary>ECS's defaults, but for those that have a variable.</summary>
    internal static EcsQuotas Read(Func<string, string?> variable)
    {
        var quotas = new EcsQuotas();
        foreach (var property in typeof(EcsQuotas).GetProperties().Where(property => property.PropertyType == typeof(int)))
        {
            var name = Variable(property.Name);
            if (variable(name) is { Length: > 0 } text)
            {
                property.SetValue(quotas, int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                    ? value
                    : throw new CommandException($"{name} is '{text}'; it takes a whole number."));
            }
        }

        return quotas;
    }

    /// <summary><c>BERTH_QUOTA_SERVICES_PER_CLUSTER</c> of <c>ServicesPerCluster</c>.</summary>
    internal static string Variable(string quota)
    {
        var name = new StringBuilder(Prefix);
        foreach (var letter in quota)
        {
            if (char.IsAsciiLetterUpper(letter) && name.Length > Prefix.Length)
            {
                name.Append('_');
            }

            name.Append(char.ToUpperInvariant(letter));
        }

        return name.ToString();
    }
}
