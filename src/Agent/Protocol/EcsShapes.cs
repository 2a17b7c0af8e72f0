namespace Berth.Agent;

// Requests and answers of the ECS, ECR and CloudWatch Logs operations the agent calls.

internal sealed record EcsAttribute(string? Name, string? Value);

internal sealed record EcsTag(string Key, string Value);

internal sealed record EcsResource
{
    public required string Name { get; init; }

    public required string Type { get; init; }

    public int? IntegerValue { get; init; }

    public IReadOnlyList<string>? StringSetValue { get; init; }
}

internal sealed record RegisterContainerInstanceRequest
{
    public required string Cluster { get; init; }

    public required string ClientToken { get; init; }

    public string? ContainerInstanceArn { get; init; }

    public required IReadOnlyList<EcsAttribute> Attributes { get; init; }

    public required IReadOnlyList<EcsResource> TotalResources { get; init; }

    public required string InstanceIdentityDocument { get; init; }

    public required string InstanceIdentityDocumentSignature { get; init; }

    public IReadOnlyList<EcsTag>? Tags { get; init; }

    public IReadOnlyList<EcsPlatformDevice>? PlatformDevices { get; init; }
}

/// <param name="Id">The device's own name, by which tasks are given it.</param>
/// <param name="Type"><c>GPU</c>.</param>
internal sealed record EcsPlatformDevice(string Id, string Type);

internal sealed record RegisterContainerInstanceResponse(RegisteredContainerInstance? ContainerInstance);

internal sealed record RegisteredContainerInstance(string? ContainerInstanceArn, IReadOnlyList<EcsAttribute>? Attributes);

internal sealed record CreateClusterRequest(string ClusterName);

internal sealed record CreateClusterResponse(CreatedCluster? Cluster);

internal sealed record CreatedCluster(string? ClusterName);

internal sealed record DiscoverPollEndpointRequest(string Cluster, string ContainerInstance);

internal sealed record DiscoverPollEndpointResponse(string? Endpoint, string? TelemetryEndpoint);

internal sealed record NetworkBinding
{
    public string? BindIP { get; init; }

    public int? ContainerPort { get; init; }

    public int? HostPort { get; init; }

    public string? Protocol { get; init; }

    public string? ContainerPortRange { get; init; }

    public string? HostPortRange { get; init; }
}

internal sealed record ContainerStateChange
{
    public required string ContainerName { get; init; }

    public required string Status { get; init; }

    public string? RuntimeId { get; init; }

    public int? ExitCode { get; init; }

    public string? Reason { get; init; }

    public string? ImageDigest { get; init; }

    public required IReadOnlyList<NetworkBinding> NetworkBindings { get; init; }
}

internal sealed record ManagedAgentStateChange
{
    public required string ContainerName { get; init; }

    public required string ManagedAgentName { get; init; }

    public required string Status { get; init; }
}

internal sealed record SubmitTaskStateChangeRequest
{
    public required string Cluster { get; init; }

    public required string Task { get; init; }

    public required string Status { get; init; }

    public required string Reason { get; init; }

    public required IReadOnlyList<ContainerStateChange> Containers { get; init; }

    public IReadOnlyList<ManagedAgentStateChange>? ManagedAgents { get; init; }

    public IReadOnlyList<AttachmentStateChange>? Attachments { get; init; }

    public DateTimeOffset? PullStartedAt { get; init; }

    public DateTimeOffset? PullStoppedAt { get; init; }

    public DateTimeOffset? ExecutionStoppedAt { get; init; }
}

internal sealed record EmptyResponse;

internal sealed record ListTagsForResourceRequest(string ResourceArn);

internal sealed record ListTagsForResourceResponse(IReadOnlyList<EcsTag>? Tags);

internal sealed record GetTaskProtectionRequest(string Cluster, IReadOnlyList<string> Tasks);

internal sealed record UpdateTaskProtectionRequest(string Cluster, IReadOnlyList<string> Tasks, bool ProtectionEnabled, int? ExpiresInMinutes);

internal sealed record TaskProtectionResponse(IReadOnlyList<ProtectedTask>? ProtectedTasks, IReadOnlyList<ProtectionFailure>? Failures);

internal sealed record ProtectedTask(string? TaskArn, bool ProtectionEnabled, DateTimeOffset? ExpirationDate);

internal sealed record ProtectionFailure(string? Arn, string? Reason, string? Detail);

internal sealed record GetAuthorizationTokenRequest(IReadOnlyList<string>? RegistryIds);

internal sealed record GetAuthorizationTokenResponse(IReadOnlyList<AuthorizationData>? AuthorizationData);

internal sealed record AuthorizationData(string? AuthorizationToken, DateTimeOffset? ExpiresAt, string? ProxyEndpoint);

internal sealed record DescribeLogGroupsRequest(string LogGroupNamePrefix);

internal sealed record DescribeLogGroupsResponse(IReadOnlyList<LogGroup>? LogGroups);

internal sealed record LogGroup(string? LogGroupName, string? KmsKeyId);

internal sealed record CreateLogGroupRequest(string LogGroupName);

internal sealed record CreateLogStreamRequest(string LogGroupName, string LogStreamName);

internal sealed record PutLogEventsRequest(string LogGroupName, string LogStreamName, IReadOnlyList<InputLogEvent> LogEvents);

/// <param name="Timestamp">Milliseconds since the epoch.</param>
/// <param name="Message">The line without its end.</param>
internal sealed record InputLogEvent(long Timestamp, string Message);
