using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Starts a service's tasks where there is room, and says when there is none.</summary>
internal static class TaskStarts
{
    /// <summary>Starts up to a number of tasks wherever they fit; how many found no room.</summary>
    public static int Anywhere(ClusterAggregate cluster, Cohort cohort, int wanted, DecisionContext context)
    {
        var (definition, request) = RequestOf(cluster, cohort);
        var started = new List<string>();
        var shares = ServiceCapacity.Of(cluster.State, cohort);
        var requests = new Dictionary<InstancePool, PlacementRequest>();
        var full = new List<InstancePool>();
        for (var left = wanted; left > 0; left--)
        {
            if (shares.Next() is not { } pool || full.Contains(pool))
            {
                continue;
            }

            // One request a pool, so that what placement has prepared for it serves the next task, too.
            if (!requests.TryGetValue(pool, out var there))
            {
                requests.Add(pool, there = request with { Pool = pool });
            }

            if (Placement.Choose(cluster.Placement, there, context.Ids) is { } instance)
            {
                started.Add(Start(cluster, cohort, definition, there, instance, context));
            }
            else
            {
                full.Add(pool);
            }
        }

        if (started.Count < wanted)
        {
            var closest = Placement.Closest(cluster.Placement, full.Count > 0 ? request with { Pool = full[0] } : request)?.ToFailure();
            ServiceScheduler.Tell(cluster, cohort.Service.Name, ServiceMessages.CannotPlace(cohort.Name, closest), context, unlessTold: true, ServiceAction.PlacementFailure(closest));
        }

        Told(cluster, cohort, started, context);
        return wanted - started.Count;
    }

    /// <summary>Starts one task on each of the instances; how many had no room.</summary>
    public static int On(ClusterAggregate cluster, Cohort cohort, IReadOnlyCollection<string> instances, DecisionContext context)
    {
        var (definition, request) = RequestOf(cluster, cohort);
        request = request with { Constraints = DaemonRules.ConstraintsOf(cohort.Service.Settings, definition), Pool = ServiceCapacity.Of(cluster.State, cohort).Next() ?? InstancePool.Ec2 };
        var external = request with { Pool = InstancePool.External };
        var started = new List<string>();
        var refused = new List<PlacementFailure>();
        foreach (var id in instances)
        {
            var instance = cluster.State.ContainerInstances[id];
            var there = instance.IsExternal ? external : request;
            if (Placement.ExplainOne(cluster.Placement, there, instance) is { } failure)
            {
                refused.Add(failure);
            }
            else
            {
                started.Add(Start(cluster, cohort, definition, there, instance, context));
            }
        }

        if (refused.Count > 0)
        {
            ServiceScheduler.Tell(
                cluster, cohort.Service.Name, ServiceMessages.CannotPlace(cohort.Name, refused[0]), context, unlessTold: true, ServiceAction.PlacementFailure(refused[0]));
        }

        Told(cluster, cohort, started, context);
        return refused.Count;
    }

    /// <summary>Starts tasks that balance zones: one for each entry, in its zone. The tasks started, and the first zone without room.</summary>
    public static (List<EcsTask> Started, string? Full) InZones(ClusterAggregate cluster, Cohort cohort, IEnumerable<string> zones, DecisionContext context)
    {
        var (definition, request) = RequestOf(cluster, cohort);
        var started = new List<EcsTask>();
        var shares = ServiceCapacity.Of(cluster.State, cohort);
        foreach (var zone in zones)
        {
            if (shares.Next() is { } pool && pool != request.Pool)
            {
                request = request with { Pool = pool };
            }

            if (Placement.Choose(cluster.Placement, request with { Zones = [zone] }, context.Ids) is not { } instance)
            {
                return (started, zone);
            }

            var id = Start(cluster, cohort, definition, request, instance, context);
            started.Add(cluster.State.Tasks[id]);
        }

        return (started, null);
    }

    private static (TaskDefinition Definition, PlacementRequest Request) RequestOf(ClusterAggregate cluster, Cohort cohort)
    {
        var settings = cohort.Service.Settings;
        var definition = cluster.State.TaskDefinitions[cohort.Workload.TaskDefinitionArn];
        var demand = TaskDemand.Of(definition, TaskOverride.None);
        return (definition, PlacementRequest.Of(definition, demand, cohort.Service.Group, settings.PlacementStrategy, settings.PlacementConstraints) with
        {
            Zones = TaskSubnet.Zones(cluster.State, definition, cohort.Workload.NetworkConfiguration),
        });
    }

    private static string Start(
        ClusterAggregate cluster, Cohort cohort, TaskDefinition definition, PlacementRequest request, ContainerInstance instance, DecisionContext context)
    {
        var service = cohort.Service;
        var task = TaskFactory.Create(cluster.State, definition, request.Demand, instance, context) with
        {
            Group = service.Group,
            ServiceName = service.Name,
            StartedBy = cohort.Id,
            LaunchType = request.Pool.LaunchType,
            CapacityProviderName = request.Pool.CapacityProvider,
            PlatformVersion = request.Pool.LaunchType == "FARGATE" ? InstancePool.PlatformVersion : null,
            NetworkConfiguration = cohort.Workload.NetworkConfiguration,
            EnableExecuteCommand = service.Settings.EnableExecuteCommand,
            Tags = TagsOf(cluster.State, service, cohort.Workload),
        };
        cluster.Record(new ClusterEvent.TaskPlaced(task.WithGpus(cluster.State, definition, instance).WithNetworkInterface(cluster.State, definition, cohort.Workload.NetworkConfiguration, [])));
        return task.Id;
    }

    private static void Told(ClusterAggregate cluster, Cohort cohort, List<string> started, DecisionContext context)
    {
        if (started.Count > 0)
        {
            ServiceScheduler.Tell(cluster, cohort.Service.Name, ServiceMessages.Started(cohort.Name, started), context, action: ServiceAction.TasksStarted(started));
        }
    }

    private static ImmutableArray<ResourceTag> TagsOf(ClusterState state, Service service, Workload workload)
    {
        var tags = service.Settings.PropagateTags switch
        {
            "SERVICE" => service.Tags,
            "TASK_DEFINITION" => workload.TaskDefinitionTags,
            _ => [],
        };
        return service.Settings.EnableEcsManagedTags
            ? [.. tags, new("aws:ecs:clusterName", state.Name), new("aws:ecs:serviceName", service.Name)]
            : tags;
    }
}
