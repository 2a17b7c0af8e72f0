using Berth.Wire;

namespace Berth.Logs;

/// <summary>
/// A filter pattern of CloudWatch Logs: which messages a search wants. Case matters, and terms match anywhere in the
/// message. Source: CloudWatch Logs user guide, "Filter pattern syntax".
/// </summary>
internal abstract class FilterPattern
{
    /// <summary>The longest pattern the API takes.</summary>
    public const int MostCharacters = 1024;

    /// <summary>The most regular expressions in one pattern.</summary>
    public const int MostRegexes = 2;

    /// <summary>Matches every message.</summary>
    public static FilterPattern All { get; } = new Everything();

    /// <summary>Reads a pattern; null, empty and blank ones match everything.</summary>
    /// <exception cref="AwsException">InvalidParameterException: the pattern cannot be understood.</exception>
    public static FilterPattern Parse(string? pattern)
    {
        var text = (pattern ?? "").Trim();
        return text switch
        {
            "" => All,
            ['{', ..] => JsonPattern.Parse(text),
            ['[', ..] => FieldsPattern.Parse(text),
            _ => TermsPattern.Parse(text),
        };
    }

    public abstract bool Matches(ReadOnlyMemory<byte> message);

    /// <summary>Whether any message among these bytes may match: a cheap test over many messages at once.</summary>
    public virtual bool MayMatch(ReadOnlySpan<byte> messages) => true;

    internal static AwsException Invalid() => AwsException.InvalidParameter("Invalid filter pattern");

    private sealed class Everything : FilterPattern
    {
        public override bool Matches(ReadOnlyMemory<byte> message) => true;
    }
}
