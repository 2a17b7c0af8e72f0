using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>The instances a task may go to by what it was launched as, before anything else is asked of them.</summary>
/// <param name="LaunchType"><c>EC2</c>, <c>FARGATE</c>, <c>EXTERNAL</c> or <c>MANAGED_INSTANCES</c>.</param>
/// <param name="CapacityProvider">The capacity provider; null when a launch type was named.</param>
/// <remarks>
/// EXTERNAL tasks go to external instances and nobody else does. A capacity provider's tasks go to its instances; where
/// no instance is said to be its own, to any. FARGATE is a platform of Berth's own, made of all machines at hand.
/// </remarks>
public sealed record InstancePool(string LaunchType, string? CapacityProvider)
{
    /// <summary>The version of the FARGATE platform that tasks tell, whichever was asked for.</summary>
    public const string PlatformVersion = "1.4.0";

    /// <summary>Any but external instances.</summary>
    public static InstancePool Ec2 { get; } = new("EC2", null);

    /// <summary>External instances.</summary>
    public static InstancePool External { get; } = new("EXTERNAL", null);

    /// <summary>The pool of a launch type, or of a strategy's first provider with a share.</summary>
    public static InstancePool Of(ClusterState state, string? launchType, ImmutableArray<CapacityProviderStrategyItem> strategy) =>
        strategy.FirstOrDefault(item => item.Weight > 0) is { } first && state.CapacityProviders.FirstOrDefault(known => known.Name == first.CapacityProvider) is { } provider
            ? new(provider.LaunchType, provider.Name)
            : new(launchType ?? "EC2", null);

    /// <summary>Whether instances may come that are not there yet: a task without room then waits for one.</summary>
    public bool CanGrow => CapacityProvider is not null && LaunchType != "FARGATE";

    /// <summary>The reason told when no instance could be asked.</summary>
    public string EmptyReason =>
        LaunchType == "FARGATE" ? "Capacity is unavailable at this time. Please try again later or in a different availability zone"
        : CapacityProvider is not null ? "EMPTY CAPACITY PROVIDER"
        : "NO ACTIVE INSTANCES";
}
