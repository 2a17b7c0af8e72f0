using System.Collections.Immutable;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>What tasks are to be launched on: a launch type, or a strategy over the cluster's capacity providers.</summary>
internal sealed record LaunchTarget
{
    private static readonly string[] PlatformVersions = ["LATEST", "1.4.0", "1.3.0"];

    /// <summary>Named instances: the launch type follows from them.</summary>
    public static LaunchTarget Instances { get; } = new() { LaunchTypes = [] };

    /// <summary>The launch type; null where a strategy decides.</summary>
    public string? LaunchType { get; private init; }

    /// <summary>The strategy; empty where a launch type was named.</summary>
    public ImmutableArray<CapacityProviderStrategyItem> Strategy { get; private init; } = [];

    /// <summary>The platform version the tasks will tell; null for anything but FARGATE.</summary>
    public string? PlatformVersion { get; private init; }

    /// <summary>The platform version a service or task set tells: as it was asked for, LATEST without; null for anything but FARGATE.</summary>
    public string? RequestedPlatformVersion { get; private init; }

    /// <summary>Whether the tasks are FARGATE tasks.</summary>
    public bool IsFargate => LaunchTypes.Contains("FARGATE");

    private ImmutableArray<string> LaunchTypes { get; init; }

    /// <summary>
    /// Reads a call's launch type, strategy and platform version. Without either of the first two, the cluster's default
    /// strategy counts; without that, EC2.
    /// </summary>
    public static LaunchTarget Read(
        string? launchType, List<CapacityProviderStrategyItemShape>? strategy, string? platformVersion, ClusterState cluster, RequestContext caller, EcsQuotas quotas)
    {
        WireEnums.LaunchType.Require(launchType, "launchType");
        if (launchType is not null && strategy is { Count: > 0 })
        {
            throw AwsException.InvalidParameter("Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.");
        }

        if (launchType == "MANAGED_INSTANCES")
        {
            throw AwsException.InvalidParameter("The launch type MANAGED_INSTANCES cannot be requested. Specify a capacity provider strategy with a Managed Instances capacity provider.");
        }

        var items = CapacityProviderStrategyRules.Read(strategy, caller, quotas);
        if (items.IsEmpty && launchType is null)
        {
            items = cluster.DefaultCapacityProviderStrategy;
        }

        return Of(launchType, items, platformVersion, cluster);
    }

    /// <summary>The same of what is read already.</summary>
    public static LaunchTarget Of(string? launchType, ImmutableArray<CapacityProviderStrategyItem> items, string? platformVersion, ClusterState cluster)
    {
        CapacityProviderStrategyRules.RequireOf(items, [.. cluster.CapacityProviders.Select(provider => provider.Name)]);
        CapacityProviderStrategyRules.RequireWeight(items);
        ImmutableArray<string> launchTypes = items.IsEmpty
            ? [launchType ?? "EC2"]
            : [.. items.Select(item => cluster.CapacityProviders.First(provider => provider.Name == item.CapacityProvider).LaunchType).Distinct()];
        return new()
        {
            LaunchType = items.IsEmpty ? launchTypes[0] : null,
            Strategy = items,
            LaunchTypes = launchTypes,
            PlatformVersion = Version(platformVersion, launchTypes),
            RequestedPlatformVersion = !launchTypes.Contains("FARGATE") ? null : string.IsNullOrEmpty(platformVersion) ? "LATEST" : platformVersion,
        };
    }

    /// <summary>Refuses a task definition that does not do for what it is to be launched on.</summary>
    public void RequireCompatible(TaskDefinition definition)
    {
        foreach (var launchType in LaunchTypes)
        {
            if (launchType is "FARGATE" or "EXTERNAL" && !definition.Compatibilities.Contains(launchType))
            {
                throw AwsException.InvalidParameter($"Task definition does not support launch_type {launchType}.");
            }
        }
    }

    /// <summary>Refuses strategies and constraints where nobody but the platform places tasks.</summary>
    public void CheckPlacement(List<PlacementStrategyShape>? strategies, List<PlacementConstraintShape>? constraints)
    {
        if (IsFargate && (strategies is { Count: > 0 } || constraints is { Count: > 0 }))
        {
            throw AwsException.InvalidParameter($"Placement {(strategies is { Count: > 0 } ? "strategies" : "constraints")} are not supported with FARGATE launch type.");
        }
    }

    /// <summary>Refuses load balancers where none can reach the machines.</summary>
    public void CheckLoadBalancers(List<LoadBalancerShape>? loadBalancers)
    {
        if (LaunchTypes.Contains("EXTERNAL") && loadBalancers is { Count: > 0 })
        {
            throw AwsException.InvalidParameter("Load balancers are not supported with EXTERNAL launch type.");
        }
    }

    private static string? Version(string? given, ImmutableArray<string> launchTypes)
    {
        if (!launchTypes.Contains("FARGATE"))
        {
            return string.IsNullOrEmpty(given)
                ? null
                : throw AwsException.InvalidParameter("The platform version must be null when specifying an EC2 launch type.");
        }

        return string.IsNullOrEmpty(given) || PlatformVersions.Contains(given)
            ? InstancePool.PlatformVersion
            : throw new AwsException("PlatformUnknownException", 400, "The specified platform version does not exist.");
    }
}
