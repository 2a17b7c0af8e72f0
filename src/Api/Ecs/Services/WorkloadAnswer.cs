using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Berth.Domain;

namespace Berth.Api;

/// <summary>What tasks are made of, as answers tell it.</summary>
internal static class WorkloadAnswer
{
    /// <summary>The operating system, told of FARGATE alone, as the platform version is.</summary>
    public static string? PlatformFamily(string? platformVersion) => platformVersion is null ? null : "Linux";

    public static List<LoadBalancerShape> LoadBalancers(ImmutableArray<ServiceLoadBalancer> balancers) =>
    [
        .. balancers.Select(balancer => new LoadBalancerShape
        {
            TargetGroupArn = balancer.TargetGroupArn,
            ContainerName = balancer.ContainerName,
            ContainerPort = balancer.ContainerPort,
            AdvancedConfiguration = balancer.Advanced is { } advanced
                ? new()
                {
                    AlternateTargetGroupArn = advanced.AlternateTargetGroupArn,
                    ProductionListenerRule = advanced.ProductionListenerRule,
                    TestListenerRule = advanced.TestListenerRule,
                    RoleArn = advanced.RoleArn,
                }
                : null,
        }),
    ];

    public static List<ServiceRegistryShape> Registries(ImmutableArray<ServiceRegistry> registries) =>
    [
        .. registries.Select(registry => new ServiceRegistryShape
        {
            RegistryArn = registry.RegistryArn,
            Port = registry.Port,
            ContainerName = registry.ContainerName,
            ContainerPort = registry.ContainerPort,
        }),
    ];

    /// <summary>A capacity provider strategy; null when a launch type decides.</summary>
    public static List<CapacityProviderStrategyItemShape>? CapacityProviders(ImmutableArray<CapacityProviderStrategyItem> items) =>
        items.IsEmpty ? null : [.. items.Select(item => new CapacityProviderStrategyItemShape { CapacityProvider = item.CapacityProvider, Weight = item.Weight, Base = item.Base })];

    /// <summary>A document that was kept; null when there is none.</summary>
    public static T? Document<T>(JsonElement? document, JsonTypeInfo<T> json)
        where T : class => document?.Deserialize(json);
}
