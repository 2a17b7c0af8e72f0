using System.Collections.Immutable;
using System.Text.Json;

namespace Berth.Domain;

/// <summary>What a service that shifts traffic needs of its load balancer.</summary>
/// <param name="AlternateTargetGroupArn">The second target group: revisions take turns in the two.</param>
/// <param name="ProductionListenerRule">The listener rule whose weights decide who has production traffic.</param>
/// <param name="TestListenerRule">The same for test traffic; null when there is none.</param>
/// <param name="RoleArn">The role that may change the rules.</param>
public sealed record AdvancedLoadBalancerConfiguration(string AlternateTargetGroupArn, string ProductionListenerRule, string? TestListenerRule, string RoleArn);

/// <summary>A service's place behind a target group.</summary>
public sealed record ServiceLoadBalancer(string TargetGroupArn, string ContainerName, int ContainerPort)
{
    /// <summary>What shifting traffic needs; null for a service that only rolls.</summary>
    public AdvancedLoadBalancerConfiguration? Advanced { get; init; }
}

/// <summary>A service's entry in a service registry.</summary>
/// <param name="RegistryArn">The registry.</param>
/// <param name="Port">The port of an SRV record; null when a container's port is meant.</param>
/// <param name="ContainerName">The container.</param>
/// <param name="ContainerPort">Its port.</param>
public sealed record ServiceRegistry(string RegistryArn, int? Port, string? ContainerName, int? ContainerPort);

/// <summary>Everything tasks are made of: what a revision fixes, what a task set has of its own.</summary>
public sealed record Workload
{
    /// <summary>The task definition's ARN; empty for a service whose task sets name theirs.</summary>
    public required string TaskDefinitionArn { get; init; }

    /// <summary><c>EC2</c>, <c>FARGATE</c> …; null when a capacity provider strategy decides.</summary>
    public string? LaunchType { get; init; }

    /// <summary>The capacity providers; empty when a launch type decides.</summary>
    public ImmutableArray<CapacityProviderStrategyItem> CapacityProviderStrategy { get => field.IsDefault ? [] : field; init; }

    /// <summary>The platform's version, where the launch type has one.</summary>
    public string? PlatformVersion { get; init; }

    /// <summary>The target groups.</summary>
    public ImmutableArray<ServiceLoadBalancer> LoadBalancers { get => field.IsDefault ? [] : field; init; }

    /// <summary>The service registries.</summary>
    public ImmutableArray<ServiceRegistry> ServiceRegistries { get => field.IsDefault ? [] : field; init; }

    /// <summary>The API's <c>NetworkConfiguration</c> as given.</summary>
    public JsonElement? NetworkConfiguration { get; init; }

    /// <summary>The API's <c>ServiceConnectConfiguration</c> as given.</summary>
    public JsonElement? ServiceConnectConfiguration { get; init; }

    /// <summary>The API's list of <c>ServiceVolumeConfiguration</c> as given.</summary>
    public JsonElement? VolumeConfigurations { get; init; }

    /// <summary>The API's list of <c>VpcLatticeConfiguration</c> as given.</summary>
    public JsonElement? VpcLatticeConfigurations { get; init; }

    /// <summary>The API's <c>MonitoringConfiguration</c> as given.</summary>
    public JsonElement? Monitoring { get; init; }

    /// <summary>The task definition's tags when it was chosen, for tasks that get them.</summary>
    public ImmutableArray<ResourceTag> TaskDefinitionTags { get => field.IsDefault ? [] : field; init; }

    /// <summary>Whether going from this to the other takes a deployment. Capacity providers and monitoring change in place.</summary>
    public bool DeploysTo(Workload other) =>
        TaskDefinitionArn != other.TaskDefinitionArn
        || PlatformVersion != other.PlatformVersion
        || !LoadBalancers.SequenceEqual(other.LoadBalancers)
        || !ServiceRegistries.SequenceEqual(other.ServiceRegistries)
        || !Same(NetworkConfiguration, other.NetworkConfiguration)
        || !Same(ServiceConnectConfiguration, other.ServiceConnectConfiguration)
        || !Same(VolumeConfigurations, other.VolumeConfigurations)
        || !Same(VpcLatticeConfigurations, other.VpcLatticeConfigurations);

    private static bool Same(JsonElement? one, JsonElement? other) =>
        one is { } a && other is { } b ? JsonElement.DeepEquals(a, b) : one is null && other is null;
}
