namespace Berth.Agent;

/// <summary>Where one session's transcript goes: to a log stream, to an object, or to both.</summary>
internal sealed record TranscriptDestination
{
    /// <summary>Null for no log stream.</summary>
    public string? LogGroup { get; init; }

    /// <summary>The session's id.</summary>
    public required string LogStream { get; init; }

    /// <summary>The log group's region; null for the agent's own.</summary>
    public string? Region { get; init; }

    /// <summary>Null for no object.</summary>
    public string? Bucket { get; init; }

    public required string Key { get; init; }

    /// <summary>Where what is wanted for a session goes; null for nowhere.</summary>
    public static TranscriptDestination? Of(SessionLogging? wanted, string sessionId, TaskState task, ContainerState container)
    {
        switch (wanted?.Logging)
        {
            case "DEFAULT" when LogConfiguration.Of(task, container) is { } own:
                return new() { LogGroup = own.Group, LogStream = sessionId, Region = own.Region, Key = $"{sessionId}.log" };
            case "OVERRIDE" when wanted.LogConfiguration is { } own && (own.CloudWatchLogGroupName ?? own.S3BucketName) is { Length: > 0 }:
                var prefix = own.S3KeyPrefix?.TrimEnd('/') is { Length: > 0 } given ? $"{given}/" : "";
                return new() { LogGroup = Given(own.CloudWatchLogGroupName), LogStream = sessionId, Bucket = Given(own.S3BucketName), Key = $"{prefix}{sessionId}.log" };
            default:
                return null;
        }

        static string? Given(string? name) => string.IsNullOrEmpty(name) ? null : name;
    }
}
