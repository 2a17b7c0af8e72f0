using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record UpdateContainerAgentRequest
{
    public string? Cluster { get; set; }

    public string? ContainerInstance { get; set; }
}

internal sealed record UpdateContainerAgentResponse
{
    public ContainerInstanceShape? ContainerInstance { get; set; }
}

/// <summary>
/// Would update an instance's agent. There never is an update to offer: Berth's agent is the same binary as its server,
/// and the official agent is updated by its own package.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateContainerAgent.html</remarks>
internal sealed class UpdateContainerAgent(ClusterStreams clusters) : IOperation<UpdateContainerAgentRequest, UpdateContainerAgentResponse>
{
    public async ValueTask<UpdateContainerAgentResponse> HandleAsync(UpdateContainerAgentRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var state = await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false);
        var id = EcsIdentifiers.ContainerInstance(request.ContainerInstance, state.Name, context);
        throw state.ContainerInstances.GetValueOrDefault(id) switch
        {
            null or { Status: ContainerInstanceStatus.Inactive } => AwsException.InvalidParameter($"Referenced container instance {id} not found."),
            { AgentConnected: false } => AwsException.InvalidParameter($"The agent of container instance {id} is not connected."),
            { Agent.Version: null or "" } => new AwsException("MissingVersionException", 400, "Amazon ECS can't determine the current version of the Amazon ECS container agent on the container instance and doesn't have enough information to proceed with an update."),
            _ => new AwsException("NoUpdateAvailableException", 400, "There is no update available for this Amazon ECS container agent."),
        };
    }
}
