using System.Collections.Frozen;
using System.Text;

namespace Berth.Api;

/// <summary>The API's texts of a domain enumeration: its names in capitals, words parted by underscores.</summary>
internal static class WireName<T>
    where T : struct, Enum
{
    private static readonly FrozenDictionary<T, string> Names = Enum.GetValues<T>().ToFrozenDictionary(value => value, value => Capitals(value.ToString()));
    private static readonly FrozenDictionary<string, T> Values = Names.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    public static string Of(T value) => Names[value];

    /// <summary>The value of a text that was checked to be one of the API's; the usual one when there is none.</summary>
    public static T Read(string? text, T usual) => text is null ? usual : Values[text];

    private static string Capitals(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToUpperInvariant(letter));
        }

        return text.ToString();
    }
}
