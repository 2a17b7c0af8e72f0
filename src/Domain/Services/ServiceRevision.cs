using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>An image of a revision.</summary>
/// <param name="ContainerName">The container.</param>
/// <param name="Image">The image as written.</param>
/// <param name="Digest">What it was found to be when a task first ran it; null until then.</param>
public sealed record RevisionImage(string ContainerName, string Image, string? Digest);

/// <summary>
/// What a service's tasks were made of at one time. Never changes, but that digests become known. Every creation and
/// every deployment makes one.
/// </summary>
public sealed record ServiceRevision
{
    /// <summary>Decimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>What its tasks are made of.</summary>
    public required Workload Workload { get; init; }

    /// <summary>The images of its containers.</summary>
    public ImmutableArray<RevisionImage> Images { get => field.IsDefault ? [] : field; init; }

    /// <summary>
    /// The target groups its tasks are really in, in the order of the workload's; empty when they are just those. A
    /// revision that takes traffic over from another stands in the alternate ones.
    /// </summary>
    public ImmutableArray<string> ResolvedTargetGroups { get => field.IsDefault ? [] : field; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The target groups of its tasks, resolved.</summary>
    internal ImmutableArray<ServiceLoadBalancer> LoadBalancers => ResolvedTargetGroups.IsEmpty
        ? Workload.LoadBalancers
        : [.. Workload.LoadBalancers.Select((balancer, at) => balancer with { TargetGroupArn = ResolvedTargetGroups[at] })];
}
