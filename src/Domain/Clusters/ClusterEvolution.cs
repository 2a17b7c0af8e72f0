using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>What each fact does to a cluster's state. Total and pure: a fact about something forgotten changes nothing.</summary>
public static class ClusterEvolution
{
    // A cluster that is created anew under the name knows none of the calls that the former one had.
    private static readonly ImmutableDictionary<string, ClientToken> NoTokens = ImmutableDictionary<string, ClientToken>.Empty;

    /// <summary>The state after one more fact.</summary>
    public static ClusterState Apply(this ClusterState state, ClusterEvent fact, ClusterLimits limits) => fact switch
    {
        ClusterEvent.Created created => state with
        {
            Status = ClusterStatus.Active,
            Settings = created.Settings,
            Configuration = created.Configuration,
            ServiceConnectDefaults = created.ServiceConnectDefaults,
            Tags = created.Tags,
            CapacityProviders = [],
            DefaultCapacityProviderStrategy = [],
            ClientTokens = NoTokens,
        },
        ClusterEvent.Updated updated => state with
        {
            Settings = updated.Settings,
            Configuration = updated.Configuration,
            ServiceConnectDefaults = updated.ServiceConnectDefaults,
        },
        ClusterEvent.CapacityProvidersChanged changed => state with
        {
            CapacityProviders = changed.Providers,
            DefaultCapacityProviderStrategy = changed.DefaultStrategy,
        },
        ClusterEvent.Deleted => state with { Status = ClusterStatus.Inactive, ClientTokens = NoTokens },
        ClusterEvent.TagsChanged tagged => Tag(state, tagged, limits),
        ClusterEvent.TaskDefinitionPinned pinned => state with
        {
            TaskDefinitions = state.TaskDefinitions.SetItem(pinned.TaskDefinition.Arn, pinned.TaskDefinition),
        },
        ClusterEvent.TaskDefinitionUnpinned unpinned => state with { TaskDefinitions = state.TaskDefinitions.Remove(unpinned.Arn) },

        ClusterEvent.InstanceRegistered registered => Put(state, state.ContainerInstances.GetValueOrDefault(registered.Instance.Id), registered.Instance),
        ClusterEvent.InstanceReregistered again => Change(state, again.Id, instance => instance with
        {
            Status = instance.Status == ContainerInstanceStatus.Inactive ? ContainerInstanceStatus.Active : instance.Status,
            DeregisteredAt = null,
            Ec2InstanceId = again.Ec2InstanceId,
            Address = again.Address,
            Resources = again.Resources,
            Attributes = ByName(again.Attributes),
        }),
        ClusterEvent.InstanceConnected connected => Change(state, connected.Id, instance => instance with
        {
            AgentConnected = true,
            Agent = connected.Agent,
            ConnectedAt = instance.AgentConnected ? instance.ConnectedAt : connected.At,
        }),
        ClusterEvent.InstanceDisconnected gone => Change(state, gone.Id, instance => instance with { AgentConnected = false, DisconnectedAt = gone.At }),
        ClusterEvent.InstanceStatusChanged changed => Change(state, changed.Id, instance => instance with { Status = changed.Status }),
        ClusterEvent.InstanceAttributesChanged changed => Change(state, changed.Id, instance => instance with { Attributes = ByName(changed.Attributes) }),
        ClusterEvent.InstanceDeregistered left => Change(state, left.Id, instance => instance with
        {
            Status = ContainerInstanceStatus.Inactive,
            AgentConnected = false,
            DeregisteredAt = left.At,
        }),
        ClusterEvent.InstanceForgotten forgotten => state.ContainerInstances.TryGetValue(forgotten.Id, out var instance)
            ? state with
            {
                ContainerInstances = state.ContainerInstances.Remove(forgotten.Id),
                InstanceIds = state.InstanceIds.Remove(forgotten.Id),
                Counts = state.Counts.With(instance, null),
            }
            : state,

        ClusterEvent.TaskQueued queued => Put(state, null, queued.Task),
        ClusterEvent.TaskPlaced placed => Put(state, state.Tasks.GetValueOrDefault(placed.Task.Id), placed.Task),
        ClusterEvent.TaskStopRequested stop => Change(state, stop.Id, task => task with
        {
            DesiredStatus = EcsTaskStatus.Stopped,
            LastStatus = stop.Status,
            StoppedReason = stop.Reason,
            StopCode = stop.Code,
            StoppingAt = stop.At,
            StoppedAt = stop.Status == EcsTaskStatus.Stopped ? stop.At : null,
        }),
        ClusterEvent.TaskAdvanced advanced => Change(state, advanced.Id, task => task with
        {
            LastStatus = advanced.Status,
            StoppedAt = advanced.Status == EcsTaskStatus.Stopped ? advanced.At : task.StoppedAt,
        }),
        ClusterEvent.TaskReported report => Change(state, report.Id, task => Report(task, report)),
        ClusterEvent.TaskAttached attached => Change(state, attached.Id, task => task with
        {
            NetworkInterface = task.NetworkInterface is { } known
                ? known with { Attached = true, PrivateIpv4Address = attached.PrivateIpv4Address ?? known.PrivateIpv4Address }
                : null,
        }),
        ClusterEvent.SubnetPinned pinned => state with { Subnets = state.Subnets.SetItem(pinned.Subnet.Id, pinned.Subnet) },
        ClusterEvent.TaskHealthChanged health => Change(state, health.Id, task => task with
        {
            Containers = [.. task.Containers.Select(container =>
                container with { HealthStatus = health.Containers.GetValueOrDefault(container.Name, container.HealthStatus) })],
        }),
        ClusterEvent.TaskTargetChanged moved => Change(state, moved.Id, task => task with
        {
            Targets = [.. task.Targets.Where(target => target.TargetGroupArn != moved.Target.TargetGroupArn), moved.Target],
        }),
        ClusterEvent.TaskProtectionChanged changed => Change(state, changed.Id, (EcsTask task) => task with { Protection = changed.Protection }),
        ClusterEvent.TaskHealthy healthy => Change(state, healthy.Id, (EcsTask task) => task with { HealthyAt = healthy.At }),
        ClusterEvent.TaskDiscarded discarded => Change(state, discarded.Id, (EcsTask task) => task with { Discarded = true }),
        ClusterEvent.TaskForgotten forgotten => state.Tasks.TryGetValue(forgotten.Id, out var task)
            ? state with { Tasks = state.Tasks.Remove(forgotten.Id), TaskIndex = state.TaskIndex.With(task, null), Counts = state.Counts.With(task, null) }
            : state,
        ClusterEvent.ClientTokenUsed used => state with { ClientTokens = state.ClientTokens.SetItem(used.Token, used.Use) },
        ClusterEvent.ClientTokenForgotten over => state with { ClientTokens = state.ClientTokens.Remove(over.Token) },

        ClusterEvent.ServiceCreated created => Put(state, state.Services.GetValueOrDefault(created.Service.Name), created.Service),
        ClusterEvent.ServiceUpdated updated => Change(state, updated.Name, service => service with { Settings = updated.Settings }),
        ClusterEvent.DeploymentStarted started => Change(state, started.Service, service => service with
        {
            Deployments = service.Deployments.Insert(0, started.Deployment),
        }),
        ClusterEvent.DeploymentChanged changed => Change(state, changed.Service, service => service with
        {
            Deployments = [.. service.Deployments.Select(deployment => deployment.Id == changed.Deployment.Id ? changed.Deployment : deployment)],
            LastCompleted = changed.Deployment.RolloutState == RolloutState.Completed ? null : service.LastCompleted,
        }),
        ClusterEvent.DeploymentRemoved removed => Change(state, removed.Service, service => service with
        {
            Deployments = service.Deployments.RemoveAll(deployment => deployment.Id == removed.DeploymentId),
            LastCompleted = service.Deployments.FirstOrDefault(deployment => deployment.Id == removed.DeploymentId && deployment.RolloutState == RolloutState.Completed)
                ?? service.LastCompleted,
        }),
        ClusterEvent.DeploymentResumed resumed => Change(state, resumed.Service, service => service with
        {
            Deployments = [resumed.Deployment, .. service.Deployments.Where(deployment => deployment.Id != resumed.Deployment.Id)],
            LastCompleted = null,
        }),
        ClusterEvent.ServiceRevisionCreated created => Change(state, created.Service, service => service with
        {
            Revisions = service.Revisions.Insert(0, created.Revision),
        }),
        ClusterEvent.ServiceRevisionResolved resolved => Change(state, resolved.Service, service => service with
        {
            Revisions = [.. service.Revisions.Select(revision => revision.Id == resolved.RevisionId ? revision with { Images = resolved.Images } : revision)],
        }),
        ClusterEvent.ServiceDeploymentChanged changed => Change(state, changed.Service, service => Put(service, changed.ServiceDeployment, limits)),
        ClusterEvent.ServiceDeploymentForgotten over => Change(state, over.Service, service => WithoutLooseRevisions(service with
        {
            ServiceDeployments = service.ServiceDeployments.RemoveAll(rollout => rollout.Id == over.ServiceDeploymentId),
        })),
        ClusterEvent.TaskSetCreated created => Change(state, created.Service, service => service with { TaskSets = service.TaskSets.Add(created.TaskSet) }),
        ClusterEvent.TaskSetChanged changed => Change(state, changed.Service, service => service with
        {
            TaskSets = [.. service.TaskSets.Select(set => set.Id == changed.TaskSet.Id ? changed.TaskSet : set)],
        }),
        ClusterEvent.TaskSetRemoved removed => Change(state, removed.Service, service => service with
        {
            TaskSets = service.TaskSets.RemoveAll(set => set.Id == removed.TaskSetId),
        }),
        ClusterEvent.ServiceDesiredCountComputed computed => Change(state, computed.Name, service => service with
        {
            Settings = service.Settings with { DesiredCount = computed.DesiredCount },
        }),
        ClusterEvent.ServiceRebalancingChanged changed => Change(state, changed.Service, service => service with { RebalancingTaskIds = changed.TaskIds }),
        ClusterEvent.ServiceEventAdded added => Change(state, added.Service, service => service with
        {
            Events = service.Events.Count >= limits.ServiceEvents
                ? service.Events.RemoveAt(service.Events.Count - 1).Insert(0, added.Event)
                : service.Events.Insert(0, added.Event),
        }),
        ClusterEvent.ServiceBackOffChanged changed => Change(state, changed.Service, service => service with { BackOff = changed.BackOff }),
        ClusterEvent.ServiceDraining draining => Change(state, draining.Name, service => service with
        {
            Status = ServiceStatus.Draining,
            Settings = service.Settings with { DesiredCount = 0 },
        }),
        ClusterEvent.ServiceInactive inactive => Change(state, inactive.Name, service => service with
        {
            Status = ServiceStatus.Inactive,
            Deployments = [],
            TaskSets = [],
            LastCompleted = null,
            RebalancingTaskIds = [],
            InactiveAt = inactive.At,
        }),
        ClusterEvent.ServiceForgotten forgotten => state.Services.TryGetValue(forgotten.Name, out var gone)
            ? state with
            {
                Services = state.Services.Remove(forgotten.Name),
                ServiceIndex = state.ServiceIndex.With(gone, null),
                Counts = state.Counts.With(gone, null),
            }
            : state,
        ClusterEvent.DaemonCreated created => state.Put(created.Daemon, limits),
        ClusterEvent.DaemonUpdated updated => state.Change(updated.Name, limits, daemon =>
            daemon.With(updated.Deployment) with { Revisions = daemon.Revisions.Insert(0, updated.Revision) }),
        ClusterEvent.DaemonDeleted deleted => state.Delete(deleted, limits),
        ClusterEvent.DaemonDeploymentChanged changed => state.Change(changed.Daemon, limits, daemon => daemon.WithChanged(changed.Deployment)),
        ClusterEvent.DaemonBackOffChanged changed => state.Change(changed.Daemon, limits, daemon => daemon with { BackOff = changed.BackOff }),
        ClusterEvent.DaemonRevisionResolved resolved => state.Change(resolved.Daemon, limits, daemon => daemon.WithImages(resolved.RevisionId, resolved.Images)),
        ClusterEvent.DaemonForgotten forgotten => state with { Daemons = state.Daemons.Remove(forgotten.Name) },
        _ => throw new System.Diagnostics.UnreachableException($"Unknown fact {fact.GetType().Name}."),
    };

    /// <summary>A state that came from a snapshot, ready for the facts since: its tasks are not indexed, which is quicker to do at the end.</summary>
    public static ClusterState WithoutTaskIndex(this ClusterState state) => state with
    {
        ContainerInstances = state.ContainerInstances.WithComparers(StringComparer.Ordinal),
        Services = state.Services.WithComparers(StringComparer.Ordinal),
        Daemons = state.Daemons.WithComparers(StringComparer.Ordinal),
        Subnets = state.Subnets.WithComparers(StringComparer.Ordinal),
        InstanceIds = SortedIdSet.OfSorted([.. state.ContainerInstances.Keys.Order(StringComparer.Ordinal)]),
        TaskIndex = TaskIndex.Unbuilt,
        ServiceIndex = state.Services.Values.Aggregate(ServiceIndex.Empty, (index, service) => index.With(null, service)),
    };

    /// <summary>The derived parts of a state that came from a snapshot.</summary>
    public static ClusterState WithIndex(this ClusterState state) => state.WithIndex(TasksById(state));

    /// <summary>A state's tasks in the order of their ids.</summary>
    internal static EcsTask[] TasksById(ClusterState state)
    {
        EcsTask[] tasks = [.. state.Tasks.Values];
        Array.Sort(Array.ConvertAll(tasks, task => task.Id), tasks, StringComparer.Ordinal);
        return tasks;
    }

    /// <summary>The same where the tasks were sorted before.</summary>
    internal static ClusterState WithIndex(this ClusterState state, EcsTask[] byId) => state.WithoutTaskIndex() with
    {
        TaskIndex = TaskIndex.Build(byId),
        Counts = ClusterCounts.Of(state, byId),
    };

    private static EcsTask Report(EcsTask task, ClusterEvent.TaskReported report) => task with
    {
        LastStatus = report.Status,
        DesiredStatus = report.Status == EcsTaskStatus.Stopped ? EcsTaskStatus.Stopped : task.DesiredStatus,
        StartedAt = task.StartedAt ?? (report.Status == EcsTaskStatus.Running ? report.At : null),
        StoppedAt = task.StoppedAt ?? (report.Status == EcsTaskStatus.Stopped ? report.At : null),
        StoppingAt = task.StoppingAt ?? (report.Status == EcsTaskStatus.Stopped ? report.At : null),
        PullStartedAt = task.PullStartedAt ?? report.PullStartedAt,
        PullStoppedAt = task.PullStoppedAt ?? report.PullStoppedAt,
        ExecutionStoppedAt = task.ExecutionStoppedAt ?? report.ExecutionStoppedAt,
        StoppedReason = task.StoppedReason ?? report.StoppedReason,
        StopCode = task.StopCode ?? report.StopCode,
        Containers = [.. task.Containers.Select(container => Report(container, report.Containers, ended: report.Status == EcsTaskStatus.Stopped))],
    };

    /// <summary>A report may hold several entries for one container; they are applied in order.</summary>
    private static TaskContainer Report(TaskContainer container, ImmutableArray<ContainerReport> entries, bool ended)
    {
        foreach (var entry in entries)
        {
            if (entry.Name == container.Name)
            {
                container = container with
                {
                    LastStatus = entry.Status is { } status && status > container.LastStatus ? status : container.LastStatus,
                    RuntimeId = entry.RuntimeId ?? container.RuntimeId,
                    ImageDigest = entry.ImageDigest ?? container.ImageDigest,
                    ExitCode = entry.ExitCode ?? container.ExitCode,
                    Reason = entry.Reason ?? container.Reason,
                    NetworkBindings = entry.NetworkBindings ?? container.NetworkBindings,
                    ExecuteCommandAgent = entry.ExecuteCommandAgent ?? container.ExecuteCommandAgent,
                };
            }
        }

        return ended ? container with { LastStatus = ContainerStatus.Stopped } : container;
    }

    private static ClusterState Tag(ClusterState state, ClusterEvent.TagsChanged tagged, ClusterLimits limits) => tagged.Kind switch
    {
        TaggedKind.Cluster => state with { Tags = tagged.Tags },
        TaggedKind.ContainerInstance => Change(state, tagged.Id, (ContainerInstance instance) => instance with { Tags = tagged.Tags }),
        TaggedKind.Task => Change(state, tagged.Id, (EcsTask task) => task with { Tags = tagged.Tags }),
        TaggedKind.Service => Change(state, tagged.Id, (Service service) => service with { Tags = tagged.Tags }),
        TaggedKind.Daemon => state.Change(tagged.Id, limits, daemon => daemon with { Tags = tagged.Tags }),
        TaggedKind.TaskSet when tagged.Id.Split('/', 2) is [var service, var id] => Change(state, service, (Service known) => known with
        {
            TaskSets = [.. known.TaskSets.Select(set => set.Id == id ? set with { Tags = tagged.Tags } : set)],
        }),
        TaggedKind.TaskSet => state,
    };

    private static ClusterState Change(ClusterState state, string id, Func<ContainerInstance, ContainerInstance> change) =>
        state.ContainerInstances.TryGetValue(id, out var instance)
            ? Put(state, instance, change(instance) with { Version = instance.Version + 1 })
            : state;

    private static ClusterState Change(ClusterState state, string id, Func<EcsTask, EcsTask> change) =>
        state.Tasks.TryGetValue(id, out var task) ? Put(state, task, change(task) with { Version = task.Version + 1 }) : state;

    private static ClusterState Change(ClusterState state, string name, Func<Service, Service> change) =>
        state.Services.TryGetValue(name, out var service) ? Put(state, service, change(service)) : state;

    private static ClusterState Put(ClusterState state, ContainerInstance? before, ContainerInstance after) => state with
    {
        ContainerInstances = state.ContainerInstances.SetItem(after.Id, after),
        InstanceIds = before is null ? state.InstanceIds.Add(after.Id) : state.InstanceIds,
        Counts = state.Counts.With(before, after),
    };

    private static ClusterState Put(ClusterState state, Service? before, Service after) => state with
    {
        Services = state.Services.SetItem(after.Name, after),
        ServiceIndex = state.ServiceIndex.With(before, after),
        Counts = state.Counts.With(before, after),
    };

    /// <summary>A rollout that is new comes first, and the oldest goes when there are too many.</summary>
    private static Service Put(Service service, ServiceDeployment rollout, ClusterLimits limits)
    {
        var known = service.ServiceDeployments;
        for (var at = 0; at < known.Length; at++)
        {
            if (known[at].Id == rollout.Id)
            {
                return service with { ServiceDeployments = known.SetItem(at, rollout) };
            }
        }

        var all = known.Insert(0, rollout);
        return all.Length > limits.ServiceDeployments
            ? WithoutLooseRevisions(service with { ServiceDeployments = all[..limits.ServiceDeployments] })
            : service with { ServiceDeployments = all };
    }

    /// <summary>Revisions stay as long as a rollout or a deployment tells of them.</summary>
    private static Service WithoutLooseRevisions(Service service)
    {
        var named = service.ServiceDeployments.SelectMany(rollout => rollout.SourceRevisionIds.Append(rollout.TargetRevisionId))
            .Concat(service.Deployments.Append(service.LastCompleted).Select(deployment => deployment?.RevisionId))
            .ToHashSet(StringComparer.Ordinal);
        return service with { Revisions = service.Revisions.RemoveAll(revision => !named.Contains(revision.Id)) };
    }

    private static ClusterState Put(ClusterState state, EcsTask? before, EcsTask after) => state with
    {
        Tasks = state.Tasks.SetItem(after.Id, after),
        TaskIndex = state.TaskIndex.With(before, after),
        Counts = state.Counts.With(before, after),
        ContainerInstances = before is null || (before.Phase == TaskPhase.Stopped) != (after.Phase == TaskPhase.Stopped)
            ? WithMovedVersion(state.ContainerInstances, after.ContainerInstanceId)
            : state.ContainerInstances,
    };

    /// <summary>What a task takes of an instance, or gives back, is a change of the instance to whoever mirrors it.</summary>
    private static ImmutableSortedDictionary<string, ContainerInstance> WithMovedVersion(ImmutableSortedDictionary<string, ContainerInstance> instances, string id) =>
        instances.TryGetValue(id, out var instance) ? instances.SetItem(id, instance with { Version = instance.Version + 1 }) : instances;

    private static ImmutableSortedDictionary<string, EcsAttribute> ByName(IEnumerable<EcsAttribute> attributes) =>
        attributes.ToImmutableSortedDictionary(attribute => attribute.Name, attribute => attribute, StringComparer.Ordinal);
}
