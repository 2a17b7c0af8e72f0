using System.Text.RegularExpressions;

namespace Berth.Wire;

/// <summary>What names of regions look like: <c>us-east-1</c>, <c>ap-southeast-2</c>, <c>us-gov-west-1</c>.</summary>
internal static partial class AwsRegion
{
    /// <summary>
    /// Whether it could be one of AWS's. Each name that a caller writes to becomes a world of its own, with streams that
    /// are kept open; there are a few thousand of these, and not as many as a caller cares to make up.
    /// </summary>
    public static bool IsName(string text) => Pattern.IsMatch(text);

    [GeneratedRegex(@"^(?:af|ap|ca|cn|eu|eu-isoe|eusc-de|il|me|mx|sa|us|us-gov|us-iso[bf]?)-(?:central|(?:north|south)(?:east|west)?|east|west)-[1-9]\z")]
    private static partial Regex Pattern { get; }
}
