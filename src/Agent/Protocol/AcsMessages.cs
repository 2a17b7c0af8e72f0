using System.Text.Json;

namespace Berth.Agent;

// The messages of the ACS socket, each in an envelope {"type": NAME, "message": {…}}.

internal sealed record PayloadMessage
{
    public string? MessageId { get; init; }

    public string? ClusterArn { get; init; }

    public string? ContainerInstanceArn { get; init; }

    public long? SeqNum { get; init; }

    /// <summary>Kept undecoded, so that one bad task does not take the others with it.</summary>
    public IReadOnlyList<JsonElement>? Tasks { get; init; }
}

/// <summary>A payload's task reduced to what must be readable for the task to be reported at all.</summary>
internal sealed record TaskHeader(string? Arn, string? DesiredStatus);

internal sealed record HeartbeatMessage(string? MessageId, bool? Healthy);

internal sealed record HeartbeatAckRequest(string MessageId);

internal sealed record AckRequest(string? Cluster, string? ContainerInstance, string MessageId);

internal sealed record NackRequest(string? Cluster, string? ContainerInstance, string MessageId, string Reason);

internal sealed record IamRoleCredentialsMessage
{
    public string? MessageId { get; init; }

    public string? TaskArn { get; init; }

    /// <summary><c>TaskApplication</c> or <c>TaskExecution</c>.</summary>
    public string? RoleType { get; init; }

    public RoleCredentials? RoleCredentials { get; init; }
}

internal sealed record IamRoleCredentialsAckRequest(string MessageId, string? CredentialsId, string? Expiration);

internal sealed record TaskIdentifier(string? TaskArn, string? TaskClusterArn, string? DesiredStatus);

internal sealed record TaskManifestMessage
{
    public string? MessageId { get; init; }

    public string? ClusterArn { get; init; }

    public string? ContainerInstanceArn { get; init; }

    public long? Timeline { get; init; }

    public IReadOnlyList<TaskIdentifier>? Tasks { get; init; }
}

internal sealed record TaskStopVerificationMessage(string MessageId, IReadOnlyList<TaskIdentifier> StopCandidates);

internal sealed record TaskStopVerificationAck(string? MessageId, IReadOnlyList<TaskIdentifier>? StopTasks);

/// <summary>What every message that wants an acknowledgement has.</summary>
internal sealed record AcknowledgeableMessage(string? MessageId, string? ClusterArn, string? ContainerInstanceArn);
