using System.Globalization;
using System.Text.RegularExpressions;
using Berth.Agent;

namespace Berth.Host;

/// <summary>What the environment says of an agent, in the official agent's variables.</summary>
internal static partial class AgentEnvironment
{
    /// <summary>Shorter ones would give up pulls that are well.</summary>
    private static readonly TimeSpan ShortestInactivity = TimeSpan.FromMinutes(1);

    /// <summary>What a timer can still wait for.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>Takes in <c>ECS_IMAGE_PULL_INACTIVITY_TIMEOUT</c> and <c>ECS_IMAGE_PULL_TIMEOUT</c>: durations such as <c>90s</c> and <c>1h30m</c>. One that is none counts as not given.</summary>
    /// <param name="options">The agent as it is without them.</param>
    /// <param name="variable">Gives a variable's value; null where it is not set.</param>
    public static AgentOptions Apply(AgentOptions options, Func<string, string?> variable) => options with
    {
        ImagePullInactivityTimeout = Duration(variable("ECS_IMAGE_PULL_INACTIVITY_TIMEOUT")) is { } inactivity
            ? inactivity < ShortestInactivity ? ShortestInactivity : inactivity
            : options.ImagePullInactivityTimeout,
        ImagePullTimeout = Duration(variable("ECS_IMAGE_PULL_TIMEOUT")) ?? options.ImagePullTimeout,
    };

    /// <returns>Null for what is no duration, and for nought.</returns>
    private static TimeSpan? Duration(string? text)
    {
        var match = DurationPattern.Match(text ?? "");
        if (!match.Success)
        {
            return null;
        }

        var time = match.Groups["part"].Captures.Aggregate(TimeSpan.Zero, (sum, part) => sum + Part(part.Value));
        return time == TimeSpan.Zero ? null : time < Longest ? time : Longest;
    }

    private static TimeSpan Part(string part)
    {
        var unit = part[^1] == 'h' ? TimeSpan.FromHours(1) : part[^1] == 'm' ? TimeSpan.FromMinutes(1) : part.EndsWith("ms", StringComparison.Ordinal) ? TimeSpan.FromMilliseconds(1) : TimeSpan.FromSeconds(1);
        return unit * double.Parse(part.TrimEnd('h', 'm', 's'), CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^(?<part>[0-9]{1,6}(\.[0-9]{1,6})?(h|ms|m|s)){1,4}\z", RegexOptions.ExplicitCapture)]
    private static partial Regex DurationPattern { get; }
}
