using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Berth.Wire;

namespace Berth.Logs;

/// <summary>The model's constraints on members of requests, refused in the service's words.</summary>
internal static partial class Constraints
{
    public const int MostTags = 50;

    private const int MostNameCharacters = 512;
    private const int MostTagKeyCharacters = 128;
    private const int MostTagValueCharacters = 256;

    public static string LogGroupName([NotNull] string? name, string member = "logGroupName")
    {
        Required(name, member);
        return Matching(Sized(name, member, 1, MostNameCharacters), member, GroupNames, @"[\.\-_/#A-Za-z0-9]+");
    }

    public static string LogStreamName([NotNull] string? name, string member = "logStreamName")
    {
        Required(name, member);
        return Matching(Sized(name, member, 1, MostNameCharacters), member, StreamNames, "[^:*]*");
    }

    public static void Required([NotNull] object? value, string member)
    {
        if (value is null)
        {
            throw Refused("null", member, "Member must not be null");
        }
    }

    public static string Sized(string value, string member, int least, int most) =>
        value.Length < least ? throw Refused($"'{value}'", member, $"Member must have length greater than or equal to {least}")
        : value.Length > most ? throw Refused($"'{value}'", member, $"Member must have length less than or equal to {most}")
        : value;

    /// <summary>A number in its range, or the default when it is not given.</summary>
    public static int Ranged(int? value, string member, int least, int most, int fallback) => value switch
    {
        null => fallback,
        { } low when low < least => throw Refused($"'{low}'", member, $"Member must have value greater than or equal to {least}"),
        { } high when high > most => throw Refused($"'{high}'", member, $"Member must have value less than or equal to {most}"),
        { } inside => inside,
    };

    public static void NotNegative(long? value, string member)
    {
        if (value < 0)
        {
            throw Refused($"'{value}'", member, "Member must have value greater than or equal to 0");
        }
    }

    public static string? OneOf(string? value, string member, params ReadOnlySpan<string> allowed) =>
        value is null || allowed.Contains(value)
            ? value
            : throw Refused($"'{value}'", member, $"Member must satisfy enum value set: [{string.Join(", ", allowed!)}]");

    public static void Tags(IReadOnlyDictionary<string, string> tags)
    {
        foreach (var (key, value) in tags)
        {
            Matching(Sized(key, "tags", 1, MostTagKeyCharacters), "tags", TagTexts, @"^([\p{L}\p{Z}\p{N}_.:/=+\-@]+)$");
            Required(value, "tags");
            Matching(Sized(value, "tags", 0, MostTagValueCharacters), "tags", TagTexts, @"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$");
            if (key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            {
                throw AwsException.InvalidParameter("Tag keys that begin with aws: are reserved.");
            }
        }
    }

    public static AwsException Refused(string value, string member, string constraint) =>
        AwsException.InvalidParameter($"1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: {constraint}");

    private static string Matching(string value, string member, Regex pattern, string told) =>
        pattern.IsMatch(value) ? value : throw Refused($"'{value}'", member, $"Member must satisfy regular expression pattern: {told}");

    [GeneratedRegex(@"^[.\-_/#A-Za-z0-9]+\z")]
    private static partial Regex GroupNames { get; }

    [GeneratedRegex(@"^[^:*]*\z")]
    private static partial Regex StreamNames { get; }

    [GeneratedRegex(@"^[\p{L}\p{Z}\p{N}_.:/=+\-@]*\z")]
    private static partial Regex TagTexts { get; }
}
