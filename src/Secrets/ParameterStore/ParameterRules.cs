using System.Text;
using System.Text.RegularExpressions;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Secrets;

/// <summary>What Parameter Store demands of the members of its requests.</summary>
internal static partial class ParameterRules
{
    public const string SecureString = "SecureString";

    /// <summary>The most parameters that may be named in a call.</summary>
    public const int MostNames = 10;

    private const int LongestName = 1011;
    private const int LongestId = 2048;
    private const int MostLevels = 15;
    private const int MostStandardBytes = 4096;
    private const int MostAdvancedBytes = 8192;
    private static readonly TimeSpan LongestMatch = TimeSpan.FromMilliseconds(100);

    /// <summary>A name for a parameter that may be new.</summary>
    public static string NewName(string? name)
    {
        var given = Invalid.Text(name, "name", 1, LongestName);
        return !NamePattern.IsMatch(given) ? throw Invalid.Validation("Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_")
            : !given.StartsWith('/') && given.Contains('/', StringComparison.Ordinal) ? throw Invalid.Validation("Parameter name must be a fully qualified name.")
            : ReservedPattern.IsMatch(given) ? throw Invalid.Validation("Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).")
            : given.Count(character => character == '/') > MostLevels ? throw new AwsException("HierarchyLevelLimitExceededException", 400, $"Parameter name must not exceed {MostLevels} levels. To resolve this issue, choose a name with {MostLevels} or fewer levels.")
            : given;
    }

    /// <summary>A name or ARN of a parameter that may be there, with or without a version.</summary>
    public static string Name(string? name) => Invalid.Text(name, "name", 1, LongestId);

    public static IReadOnlyList<string> Names(IReadOnlyList<string>? names)
    {
        var given = Invalid.List(names, "names", MostNames);
        foreach (var name in given)
        {
            Name(name);
        }

        return given;
    }

    public static string? Type(string? type) => type is null or "String" or "StringList" or SecureString
        ? type
        : throw Invalid.Constraint("type", "Member must satisfy enum value set: [String, StringList, SecureString]");

    public static string? DataType(string? type) => type switch
    {
        null or "text" or "aws:ec2:image" => type,
        "aws:ssm:integration" => throw Invalid.Validation("The data type aws:ssm:integration is not supported here."),
        _ => throw Invalid.Validation("The following data type is not supported: it must be text or aws:ec2:image."),
    };

    /// <summary>The tier of a value of this size.</summary>
    public static string Tier(string? tier, string value)
    {
        var bytes = Encoding.UTF8.GetByteCount(value);
        return tier switch
        {
            _ when bytes > MostAdvancedBytes => throw Invalid.Validation($"Advanced tier parameters support a maximum parameter value of {MostAdvancedBytes} characters."),
            null or "Standard" => bytes <= MostStandardBytes
                ? "Standard"
                : throw Invalid.Validation($"Standard tier parameters support a maximum parameter value of {MostStandardBytes} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier."),
            "Advanced" => "Advanced",
            "Intelligent-Tiering" => bytes <= MostStandardBytes ? "Standard" : "Advanced",
            _ => throw Invalid.Constraint("tier", "Member must satisfy enum value set: [Standard, Advanced, Intelligent-Tiering]"),
        };
    }

    /// <summary>Refuses a value that does not match its pattern; a pattern that takes too long counts as not matched.</summary>
    public static void Matches(string value, string? pattern)
    {
        if (pattern is null)
        {
            return;
        }

        Regex regex;
        try
        {
            regex = new(Invalid.Text(pattern, "allowedPattern", 0, 1024), RegexOptions.CultureInvariant, LongestMatch);
        }
        catch (ArgumentException)
        {
            throw new AwsException("InvalidAllowedPatternException", 400, "The request does not meet the regular expression requirement.");
        }

        try
        {
            if (regex.IsMatch(value))
            {
                return;
            }
        }
        catch (RegexMatchTimeoutException)
        {
            // Told like any other value that cannot be shown to match.
        }

        throw new AwsException("ParameterPatternMismatchException", 400, $"Parameter value, cannot be validated against allowedPattern: {pattern}");
    }

    public static AwsException NotFound(string name) => new("ParameterNotFound", 400, $"Parameter {name} not found.");

    /// <summary>The version that is asked for, or what is said when there is none.</summary>
    public static (Parameter Parameter, ParameterVersion Version, string? Selector) Read(ParametersState state, string name) => state.Read(name) switch
    {
        null => throw NotFound(name),
        { Version: null } => throw new AwsException("ParameterVersionNotFound", 400, "Systems Manager could not find version in the parameter's history, or a label."),
        { Version: var version } reading => (reading.Parameter, version, reading.Selector),
    };

    [GeneratedRegex(@"^[A-Za-z0-9_.\-/]*[A-Za-z0-9_.\-]\z")]
    private static partial Regex NamePattern { get; }

    [GeneratedRegex("^/?(aws|ssm)", RegexOptions.IgnoreCase)]
    private static partial Regex ReservedPattern { get; }
}
