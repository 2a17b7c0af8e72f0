using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Agent;

/// <summary>Everything the agent reads from and writes to the backend: camel case, times in seconds since the epoch.</summary>
[JsonSerializable(typeof(TaskSpec))]
[JsonSerializable(typeof(TaskHeader))]
[JsonSerializable(typeof(RoleCredentials))]
[JsonSerializable(typeof(PayloadMessage))]
[JsonSerializable(typeof(HeartbeatMessage))]
[JsonSerializable(typeof(HeartbeatAckRequest))]
[JsonSerializable(typeof(AckRequest))]
[JsonSerializable(typeof(NackRequest))]
[JsonSerializable(typeof(IamRoleCredentialsMessage))]
[JsonSerializable(typeof(IamRoleCredentialsAckRequest))]
[JsonSerializable(typeof(TaskManifestMessage))]
[JsonSerializable(typeof(TaskStopVerificationMessage))]
[JsonSerializable(typeof(TaskStopVerificationAck))]
[JsonSerializable(typeof(AcknowledgeableMessage))]
[JsonSerializable(typeof(RegisterContainerInstanceRequest))]
[JsonSerializable(typeof(RegisterContainerInstanceResponse))]
[JsonSerializable(typeof(CreateClusterRequest))]
[JsonSerializable(typeof(CreateClusterResponse))]
[JsonSerializable(typeof(DiscoverPollEndpointRequest))]
[JsonSerializable(typeof(DiscoverPollEndpointResponse))]
[JsonSerializable(typeof(SubmitTaskStateChangeRequest))]
[JsonSerializable(typeof(EmptyResponse))]
[JsonSerializable(typeof(ListTagsForResourceRequest))]
[JsonSerializable(typeof(ListTagsForResourceResponse))]
[JsonSerializable(typeof(GetTaskProtectionRequest))]
[JsonSerializable(typeof(UpdateTaskProtectionRequest))]
[JsonSerializable(typeof(TaskProtectionResponse))]
[JsonSerializable(typeof(GetAuthorizationTokenRequest))]
[JsonSerializable(typeof(GetAuthorizationTokenResponse))]
[JsonSerializable(typeof(GetParametersRequest))]
[JsonSerializable(typeof(GetParametersResponse))]
[JsonSerializable(typeof(GetSecretValueRequest))]
[JsonSerializable(typeof(GetSecretValueResponse))]
[JsonSerializable(typeof(DescribeLogGroupsRequest))]
[JsonSerializable(typeof(DescribeLogGroupsResponse))]
[JsonSerializable(typeof(CreateLogGroupRequest))]
[JsonSerializable(typeof(CreateLogStreamRequest))]
[JsonSerializable(typeof(PutLogEventsRequest))]
[JsonSerializable(typeof(PublishMetricsRequest))]
[JsonSerializable(typeof(PublishHealthRequest))]
[JsonSerializable(typeof(PublishInstanceStatusRequest))]
[JsonSerializable(typeof(TaskState))]
[JsonSerializable(typeof(PulledImages))]
[JsonSerializable(typeof(AgentIdentity))]
[JsonSerializable(typeof(LogPosition))]
[JsonSerializable(typeof(StartSessionMessage))]
[JsonSerializable(typeof(PendingTranscript))]
internal sealed partial class AgentJson : JsonSerializerContext
{
    /// <summary>The one instance, with the AWS habits applied.</summary>
    public static AgentJson Wire { get; } = new(AwsJson.CamelCase());
}
