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
            ServiceConnectDefaults ?? state.ServiceConnectDefaults));
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

        if (state.ContainerInstances.Values.Any(instance => instance.Status != ContainerInstanceStatus.Inactive))
        {
            throw new RefusedException("ClusterContainsContainerInstancesException", "The Cluster cannot be deleted while Container Instances are active or draining.");
        }

        if (state.Services.Values.Any(service => service.Status != ServiceStatus.Inactive))
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

/// <summary>Sets all tags of a resource of the cluster. The caller has merged and checked them.</summary>
public sealed record SetTagsCommand(TaggedKind Kind, string Id, ImmutableArray<ResourceTag> Tags) : Command<ClusterAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        var known = Kind switch
        {
            TaggedKind.Cluster => true,
            TaggedKind.ContainerInstance => aggregate.State.ContainerInstances.ContainsKey(Id),
            TaggedKind.Task => aggregate.State.Tasks.ContainsKey(Id),
            TaggedKind.Service => aggregate.State.Services.ContainsKey(Id),
        };
        if (!known)
        {
            throw RefusedException.InvalidParameter("The specified resource could not be found. Specify an existing resource and try again.");
        }

        aggregate.Record(new ClusterEvent.TagsChanged(Kind, Id, Tags));
        return true;
    }
}

/// <summary>The whole state, to answer from. It is immutable, so nothing is copied.</summary>
public sealed record ReadCluster : Query<ClusterState, ClusterState>
{
    /// <inheritdoc/>
    public override ClusterState Answer(ClusterState state) => state;
}
