using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Berth.Agent;

namespace Berth.Host;

/// <summary>
/// What the environment says of an agent, in the official agent's variables and within its bounds. As there, a value that
/// is none stops nobody: it is complained of, and counts as not given.
/// </summary>
/// <param name="variable">Gives a variable's value; null where it is not set.</param>
/// <param name="complain">Is given a sentence about each value that is not taken as it is.</param>
internal sealed partial class AgentEnvironment(Func<string, string?> variable, Action<string> complain)
{
    private const int HighestPort = 65535;

    /// <summary>What a timer can still wait for.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <param name="options">The agent as it is without an environment.</param>
    public AgentOptions Apply(AgentOptions options) => options with
    {
        ImagePullBehavior = Behavior("ECS_IMAGE_PULL_BEHAVIOR") ?? options.ImagePullBehavior,
        // Shorter ones would give up pulls that are well.
        ImagePullInactivityTimeout = Duration("ECS_IMAGE_PULL_INACTIVITY_TIMEOUT", least: "1m", takeLeast: true) ?? options.ImagePullInactivityTimeout,
        ImagePullTimeout = Duration("ECS_IMAGE_PULL_TIMEOUT") ?? options.ImagePullTimeout,
        ContainerCreateTimeout = Duration("ECS_CONTAINER_CREATE_TIMEOUT", least: "1m", takeLeast: true) ?? options.ContainerCreateTimeout,
        ContainerStartTimeout = Duration("ECS_CONTAINER_START_TIMEOUT", least: "45s", takeLeast: true) ?? options.ContainerStartTimeout,
        StopTimeout = Duration("ECS_CONTAINER_STOP_TIMEOUT", least: "1s", takeLeast: true) ?? options.StopTimeout,
        TaskCleanupWait = Duration("ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION", least: "1s") ?? options.TaskCleanupWait,
        ImageCleanupInterval = Duration("ECS_IMAGE_CLEANUP_INTERVAL", least: "10m") ?? options.ImageCleanupInterval,
        MinimumImageAge = Duration("ECS_IMAGE_MINIMUM_CLEANUP_AGE") ?? options.MinimumImageAge,
        ImagesPerCleanup = Count("ECS_NUM_IMAGES_DELETE_PER_CYCLE") ?? options.ImagesPerCleanup,
        ReservedPorts = Ports("ECS_RESERVED_PORTS") ?? options.ReservedPorts,
    };

    private ImagePullBehavior? Behavior(string name) => Given(name) switch
    {
        null => null,
        "default" => ImagePullBehavior.Default,
        "always" => ImagePullBehavior.Always,
        "once" => ImagePullBehavior.Once,
        "prefer-cached" => ImagePullBehavior.PreferCached,
        _ => Ignore<ImagePullBehavior>(name, "default, always, once or prefer-cached"),
    };

    /// <param name="name">The variable.</param>
    /// <param name="least">The shortest there may be; null where any will do.</param>
    /// <param name="takeLeast">Whether the shortest is meant by a shorter one, which otherwise counts as not given.</param>
    private TimeSpan? Duration(string name, string? least = null, bool takeLeast = false)
    {
        if (Given(name) is not { } text)
        {
            return null;
        }

        if (Parse(text) is not { } time)
        {
            return Ignore<TimeSpan>(name, "a duration such as 90s or 1h30m");
        }

        if (Parse(least ?? "") is not { } shortest || time >= shortest)
        {
            return time < Longest ? time : Longest;
        }

        if (!takeLeast)
        {
            return Ignore<TimeSpan>(name, $"{least} or longer");
        }

        complain($"{name} is {text}, which is too short: {least} is taken.");
        return shortest;
    }

    private int? Count(string name) =>
        Given(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count
        : Ignore<int>(name, "a number from 1");

    private ImmutableArray<int>? Ports(string name)
    {
        if (Given(name) is not { } text)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return [.. document.RootElement.EnumerateArray().Select(port => port.GetInt32() is > 0 and <= HighestPort and var number ? number : throw new FormatException()).Distinct()];
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException)
        {
            return Ignore<ImmutableArray<int>>(name, "a list of ports such as [22, 80]");
        }
    }

    private string? Given(string name) => variable(name) is { Length: > 0 } text ? text : null;

    private T? Ignore<T>(string name, string wanted)
        where T : struct
    {
        complain($"{name} has to be {wanted}, not '{variable(name)}', which counts as not given.");
        return null;
    }

    /// <returns>Null for what is no duration, and for nought.</returns>
    private static TimeSpan? Parse(string text)
    {
        var match = DurationPattern.Match(text);
        if (!match.Success)
        {
            return null;
        }

        var time = match.Groups["part"].Captures.Aggregate(TimeSpan.Zero, (sum, part) => sum + Part(part.Value));
        return time == TimeSpan.Zero ? null : time;
    }

    private static TimeSpan Part(string part)
    {
        var unit = part[^1] == 'h' ? TimeSpan.FromHours(1) : part[^1] == 'm' ? TimeSpan.FromMinutes(1) : part.EndsWith("ms", StringComparison.Ordinal) ? TimeSpan.FromMilliseconds(1) : TimeSpan.FromSeconds(1);
        return unit * double.Parse(part.TrimEnd('h', 'm', 's'), CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^(?<part>[0-9]{1,6}(\.[0-9]{1,6})?(h|ms|m|s)){1,4}\z", RegexOptions.ExplicitCapture)]
    private static partial Regex DurationPattern { get; }
}
