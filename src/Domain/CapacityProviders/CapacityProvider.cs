using System.Collections.Immutable;
using System.Text.Json;

namespace Berth.Domain;

/// <summary>What a capacity provider draws on. The wire's names are EC2_AUTOSCALING and MANAGED_INSTANCES.</summary>
public enum CapacityProviderKind
{
    /// <summary>An Auto Scaling group of EC2 instances.</summary>
    Ec2AutoScaling,

    /// <summary>Instances that ECS itself would launch; belongs to one cluster.</summary>
    ManagedInstances,
}

/// <summary>How far the last change of a capacity provider is. Changes are carried out at once, so only ends occur.</summary>
public enum CapacityProviderUpdate
{
    /// <summary>Never changed since it was created.</summary>
    None,

    /// <summary>Created; told of MANAGED_INSTANCES only.</summary>
    CreateComplete,

    /// <summary>Updated.</summary>
    UpdateComplete,

    /// <summary>Deleted.</summary>
    DeleteComplete,
}

/// <summary>A capacity provider of an account, besides FARGATE and FARGATE_SPOT, which everybody has.</summary>
public sealed record CapacityProvider
{
    /// <summary>Its name, unique among those not deleted.</summary>
    public required string Name { get; init; }

    /// <summary>What it draws on.</summary>
    public required CapacityProviderKind Kind { get; init; }

    /// <summary>The cluster a MANAGED_INSTANCES provider belongs to; null otherwise.</summary>
    public string? Cluster { get; init; }

    /// <summary>The Auto Scaling group; null for MANAGED_INSTANCES.</summary>
    public string? AutoScalingGroupArn { get; init; }

    /// <summary>Whether managed scaling is on: such a provider serves one cluster only.</summary>
    public bool HasManagedScaling { get; init; }

    /// <summary>The API's <c>AutoScalingGroupProvider</c> or <c>ManagedInstancesProvider</c>, with ECS's defaults filled in.</summary>
    public required JsonElement Settings { get; init; }

    /// <summary>False once it was deleted; it then stays describable as INACTIVE.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>What became of its last change.</summary>
    public CapacityProviderUpdate Update { get; init; }

    /// <summary>Its tags.</summary>
    public ImmutableArray<ResourceTag> Tags { get; init; } = [];

    /// <summary>
    /// Clusters that may be using it. Entered before the cluster's own state says so and struck out after, so none is
    /// ever missing; one that is named here in vain is found out by looking at the cluster.
    /// </summary>
    public ImmutableSortedSet<string> Clusters { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);
}

/// <summary>Names of capacity providers and what tasks of theirs are launched as.</summary>
public static class CapacityProviderNames
{
    /// <summary>Berth's own platform.</summary>
    public const string Fargate = "FARGATE";

    /// <summary>Berth's own platform under the name of the one AWS may interrupt.</summary>
    public const string FargateSpot = "FARGATE_SPOT";

    /// <summary>Whether every account has it.</summary>
    public static bool IsBuiltIn(string name) => name is Fargate or FargateSpot;
}

/// <summary>A capacity provider as a cluster knows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="LaunchType"><c>EC2</c>, <c>FARGATE</c> or <c>MANAGED_INSTANCES</c>: what its tasks are launched as.</param>
public sealed record ClusterCapacityProvider(string Name, string LaunchType)
{
    /// <summary>The launch type of a kind.</summary>
    public static string LaunchTypeOf(CapacityProviderKind kind) => kind switch
    {
        CapacityProviderKind.Ec2AutoScaling => "EC2",
        CapacityProviderKind.ManagedInstances => "MANAGED_INSTANCES",
    };
}
