using System.Text.Json.Serialization.Metadata;

namespace Berth.Agent;

/// <summary>The ECS operations an agent calls.</summary>
internal sealed class EcsBackend(SignedClient client)
{
    public async Task<RegisteredContainerInstance> RegisterContainerInstanceAsync(RegisterContainerInstanceRequest request, CancellationToken cancellationToken) =>
        (await CallAsync("RegisterContainerInstance", request, AgentJson.Wire.RegisterContainerInstanceRequest, AgentJson.Wire.RegisterContainerInstanceResponse, cancellationToken).ConfigureAwait(false))
            ?.ContainerInstance is { ContainerInstanceArn: not null } instance
                ? instance
                : throw new HttpRequestException("RegisterContainerInstance was answered without a container instance.");

    public async Task<string> CreateClusterAsync(string name, CancellationToken cancellationToken) =>
        (await CallAsync("CreateCluster", new(name), AgentJson.Wire.CreateClusterRequest, AgentJson.Wire.CreateClusterResponse, cancellationToken).ConfigureAwait(false))
            ?.Cluster?.ClusterName ?? name;

    public async Task<DiscoverPollEndpointResponse> DiscoverPollEndpointAsync(string cluster, string containerInstanceArn, CancellationToken cancellationToken) =>
        await CallAsync("DiscoverPollEndpoint", new(cluster, containerInstanceArn), AgentJson.Wire.DiscoverPollEndpointRequest, AgentJson.Wire.DiscoverPollEndpointResponse, cancellationToken).ConfigureAwait(false)
            ?? new(null, null);

    public Task SubmitTaskStateChangeAsync(SubmitTaskStateChangeRequest request, CancellationToken cancellationToken) =>
        CallAsync("SubmitTaskStateChange", request, AgentJson.Wire.SubmitTaskStateChangeRequest, AgentJson.Wire.EmptyResponse, cancellationToken);

    public async Task<IReadOnlyList<EcsTag>> ListTagsForResourceAsync(string arn, CancellationToken cancellationToken) =>
        (await CallAsync("ListTagsForResource", new(arn), AgentJson.Wire.ListTagsForResourceRequest, AgentJson.Wire.ListTagsForResourceResponse, cancellationToken).ConfigureAwait(false))?.Tags ?? [];

    private Task<TResponse?> CallAsync<TRequest, TResponse>(string operation, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TResponse> responseType, CancellationToken cancellationToken)
        where TResponse : class =>
        client.CallAsync($"AmazonEC2ContainerServiceV20141113.{operation}", "ecs", request, requestType, responseType, cancellationToken);
}
