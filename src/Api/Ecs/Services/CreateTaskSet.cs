using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record CreateTaskSetRequest
{
    public string? Service { get; set; }

    public string? Cluster { get; set; }

    public string? ExternalId { get; set; }

    public string? TaskDefinition { get; set; }

    public NetworkConfigurationShape? NetworkConfiguration { get; set; }

    public List<LoadBalancerShape>? LoadBalancers { get; set; }

    public List<ServiceRegistryShape>? ServiceRegistries { get; set; }

    public string? LaunchType { get; set; }

    public List<CapacityProviderStrategyItemShape>? CapacityProviderStrategy { get; set; }

    public string? PlatformVersion { get; set; }

    public ScaleShape? Scale { get; set; }

    public string? ClientToken { get; set; }

    public List<TagShape>? Tags { get; set; }
}

internal sealed record CreateTaskSetResponse
{
    public TaskSetShape? TaskSet { get; set; }
}

/// <summary>Adds a task set to a service whose deployments somebody else makes.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateTaskSet.html</remarks>
internal sealed class CreateTaskSet(ClusterStreams clusters, TaskDefinitionLookup definitions, ServiceLoadBalancers loadBalancers, TaskNetworks networks, EcsQuotas quotas)
    : IOperation<CreateTaskSetRequest, CreateTaskSetResponse>
{
    public async ValueTask<CreateTaskSetResponse> HandleAsync(CreateTaskSetRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var cluster = TaskSetRules.Cluster(request.Cluster, context);
        var name = EcsIdentifiers.Service(request.Service, cluster, context);
        if (string.IsNullOrEmpty(request.TaskDefinition))
        {
            throw AwsException.InvalidParameter("TaskDefinition can not be blank.");
        }

        ServiceRules.CheckToken(request.ClientToken);
        var scale = request.Scale is null ? 0 : TaskSetRules.Scale(request.Scale);
        var tags = Tags.Read(request.Tags);
        var before = await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false);
        var service = TaskSetRules.RequireExternal(before, name);
        var token = string.IsNullOrEmpty(request.ClientToken) ? null : request.ClientToken;
        var fingerprint = token is null ? null : CallFingerprint.Of(request with { ClientToken = null, Cluster = null, Service = null }, EcsJson.Shared.CreateTaskSetRequest);
        if (CreateTaskSetCommand.Repeat(service, token, fingerprint) is { } same)
        {
            return new() { TaskSet = TaskSetAnswer.Of(before, service, same, withTags: true) };
        }

        var target = LaunchTarget.Read(request.LaunchType, request.CapacityProviderStrategy, request.PlatformVersion, before, context, quotas);
        target.CheckLoadBalancers(request.LoadBalancers);
        var definition = await definitions.FindAsync(request.TaskDefinition, context, cancellationToken).ConfigureAwait(false);
        target.RequireCompatible(definition.Definition);
        var network = await networks.ReadAsync(request.NetworkConfiguration, definition.Definition.NetworkMode, target.IsFargate, context, cancellationToken).ConfigureAwait(false);
        var workload = new Workload
        {
            TaskDefinitionArn = definition.Definition.Arn,
            LaunchType = target.LaunchType,
            CapacityProviderStrategy = target.Strategy,
            PlatformVersion = target.RequestedPlatformVersion,
            LoadBalancers = await loadBalancers.ReadAsync(request.LoadBalancers, definition.Definition, context, cancellationToken).ConfigureAwait(false),
            ServiceRegistries = WorkloadRules.Registries(request.ServiceRegistries),
            NetworkConfiguration = network.Configuration,
            TaskDefinitionTags = definition.Tags,
        };
        var command = new CreateTaskSetCommand(
            name, workload, definition.Definition, scale, request.ExternalId, tags, token)
        {
            Fingerprint = fingerprint,
            Subnets = network.Subnets,
        };
        var set = await clusters.ExecuteAsync(context, cluster, command, cancellationToken).ConfigureAwait(false);
        var state = await clusters.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        return new() { TaskSet = TaskSetAnswer.Of(state, state.Services[name], set, withTags: true) };
    }
}
