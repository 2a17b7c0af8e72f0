using System.Collections.Immutable;
using System.Text.Json;

namespace Berth.Domain;

/// <summary>Refusals that several commands share.</summary>
internal static class ClusterRules
{
    /// <summary>The cluster is there and in use.</summary>
    public static void RequireActive(this ClusterAggregate cluster)
    {
        switch (cluster.State.Status)
        {
            case ClusterStatus.Missing:
                throw new RefusedException("ClusterNotFoundException", "Cluster not found.");
            case ClusterStatus.Inactive:
                throw new RefusedException("ClusterNotFoundException", "The referenced cluster was inactive.");
        }
    }
}

/// <summary>Creates the cluster; an inactive one begins anew, an active one is answered as it is.</summary>
public sealed record CreateClusterCommand(
    ImmutableArray<NamedValue> Settings,
    JsonElement? Configuration,
    JsonElement? ServiceConnectDefaults,
    ImmutableArray<ResourceTag> Tags) : Command<ClusterAggregate, ClusterState>
{
    /// <inheritdoc/>
    public override ClusterState Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        if (aggregate.State.Status != ClusterStatus.Active)
        {
            aggregate.Record(new ClusterEvent.Created(Settings, Configuration, ServiceConnectDefaults, Tags));
        }

        return aggregate.State;
    }
}

/// <summary>Changes settings and configuration; null keeps what is.</summary>
public sealed record UpdateClusterCommand(
    ImmutableArray<NamedValue>? Settings,
    JsonElement? Configuration,
    JsonElement? ServiceConnectDefaults) : Command<ClusterAggregate, ClusterState>
{
    /// <inheritdoc/>
    public override ClusterState Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        var state = aggregate.State;
        aggregate.Record(new ClusterEvent.Updated(
            Settings ?? state.Settings,
            Configuration ?? state.Configuration,
            ServiceConnectDefaults is { ValueKind: JsonValueKind.Null } ? null : ServiceConnectDefaults ?? state.ServiceConnectDefaults));
        return aggregate.State;
    }
}

/// <summary>Deletes an empty cluster.</summary>
public sealed record DeleteClusterCommand : Command<ClusterAggregate, ClusterState>
{
    /// <inheritdoc/>
    public override ClusterState Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        var state = aggregate.State;
        if (state.Status != ClusterStatus.Active)
        {
            throw new RefusedException("ClusterNotFoundException", "Cluster not found.");
        }

        if (state.CapacityProviders.Any(provider => provider.LaunchType == "MANAGED_INSTANCES"))
        {
            throw new RefusedException("ClusterContainsCapacityProviderException", "The Cluster cannot be deleted while it has Managed Instances capacity providers.");
        }

        if (state.Counts.ContainerInstances > 0)
        {
            throw new RefusedException("ClusterContainsContainerInstancesException", "The Cluster cannot be deleted while Container Instances are active or draining.");
        }

        if (state.Counts.ActiveServices.All + state.Counts.DrainingServices.All > 0)
        {
            throw new RefusedException("ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active.");
        }

        if (!state.TaskIndex.Of(TaskFilter.All, "", TaskPhase.Live).IsEmpty || !state.TaskIndex.Of(TaskFilter.All, "", TaskPhase.Stopping).IsEmpty)
        {
            throw new RefusedException("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.");
        }

        aggregate.Record(new ClusterEvent.Deleted());
        return aggregate.State;
    }
}

/// <summary>Sets and removes tags of a resource of the cluster.</summary>
/// <param name="Kind">What is tagged.</param>
/// <param name="Id">Which one; empty for the cluster.</param>
/// <param name="Put">Tags to set, checked.</param>
/// <param name="Remove">Keys to remove; those it does not have are passed over.</param>
public sealed record ChangeTagsCommand(TaggedKind Kind, string Id, ImmutableArray<ResourceTag> Put, ImmutableArray<string> Remove) : Command<ClusterAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        var state = aggregate.State;
        ImmutableArray<ResourceTag>? tags = Kind switch
        {
            TaggedKind.Cluster => state.Tags,
            TaggedKind.ContainerInstance => state.ContainerInstances.GetValueOrDefault(Id) is { Status: not ContainerInstanceStatus.Inactive } instance ? instance.Tags : null,
            TaggedKind.Task => state.Tasks.GetValueOrDefault(Id) is { LastStatus: not EcsTaskStatus.Stopped } task ? task.Tags : null,
            TaggedKind.Service => state.Services.GetValueOrDefault(Id) is { Status: not ServiceStatus.Inactive } service ? service.Tags : null,
            TaggedKind.Daemon => state.Daemons.GetValueOrDefault(Id) is { IsActive: true } daemon ? daemon.Tags : null,
            TaggedKind.TaskSet => state.FindTaskSet(Id) is { Status: not TaskSetStatus.Draining } set ? set.Tags : null,
        };
        if (tags is not { } known)
        {
            var what = Kind switch { TaggedKind.ContainerInstance => "container instance", TaggedKind.Task => "task", TaggedKind.Daemon => "daemon", TaggedKind.TaskSet => "task set", _ => "service" };
            throw RefusedException.InvalidParameter($"The specified {what} is inactive. Specify an active {what} and try again.");
        }

        aggregate.Record(new ClusterEvent.TagsChanged(Kind, Id, TagRules.Change(known, Put, Remove)));
        return true;
    }
}

/// <summary>The whole state, to answer from. It is immutable, so nothing is copied.</summary>
public sealed record ReadCluster : Query<ClusterState, ClusterState>
{
    /// <inheritdoc/>
    public override ClusterState Answer(ClusterState state) => state;
}
