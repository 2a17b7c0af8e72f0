namespace Berth.Agent;

/// <summary>What the backend asks for.</summary>
internal sealed record StartSessionMessage
{
    public string? SessionId { get; init; }

    public string? TaskArn { get; init; }

    public string? ContainerName { get; init; }

    /// <summary>As the caller wrote it.</summary>
    public string? Command { get; init; }

    /// <summary>Where its transcript goes; null for nowhere.</summary>
    public SessionLogging? Logging { get; init; }
}

/// <summary>Where the backend wants what a session shows, as the cluster's <c>executeCommandConfiguration</c> has it.</summary>
internal sealed record SessionLogging
{
    /// <summary><c>DEFAULT</c> is where the container's own output goes, <c>OVERRIDE</c> what is said here, <c>NONE</c> nowhere.</summary>
    public string? Logging { get; init; }

    public SessionLogConfiguration? LogConfiguration { get; init; }
}

/// <summary>The API's <c>ExecuteCommandLogConfiguration</c>.</summary>
internal sealed record SessionLogConfiguration
{
    public string? CloudWatchLogGroupName { get; init; }

    public bool CloudWatchEncryptionEnabled { get; init; }

    public string? S3BucketName { get; init; }

    public bool S3EncryptionEnabled { get; init; }

    public string? S3KeyPrefix { get; init; }
}
