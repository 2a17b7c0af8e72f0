using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Starts a service's tasks where there is room, and says when there is none.</summary>
internal static class TaskStarts
{
    private static readonly ImmutableArray<string> ClosestFirst =
        ["RESOURCE:PORTS", "RESOURCE:MEMORY", "RESOURCE:CPU", "ATTRIBUTE", "AGENT"];

    /// <summary>Starts up to a number of tasks wherever they fit; how many found no room.</summary>
    public static int Anywhere(ClusterAggregate cluster, Cohort cohort, int wanted, DecisionContext context)
    {
        var (definition, request) = RequestOf(cluster, cohort);
        var started = new List<string>();
        while (started.Count < wanted && Placement.Choose(cluster.Placement, request, context.Ids) is { } instance)
        {
            started.Add(Start(cluster, cohort, definition, request, instance, context));
        }

        if (started.Count < wanted)
        {
            var closest = Closest(Placement.Explain(cluster.Placement, request));
            ServiceScheduler.Tell(cluster, cohort.Service.Name, ServiceMessages.CannotPlace(cohort.Name, closest), context, unlessTold: true, ServiceAction.PlacementFailure(closest));
        }

        Told(cluster, cohort, started, context);
        return wanted - started.Count;
    }

    /// <summary>Starts one task on each of the instances; how many had no room.</summary>
    public static int On(ClusterAggregate cluster, Cohort cohort, IReadOnlyCollection<string> instances, DecisionContext context)
    {
        var (definition, request) = RequestOf(cluster, cohort);
        request = request with { Constraints = DaemonRules.ConstraintsOf(cohort.Service.Settings, definition) };
        var started = new List<string>();
        var refused = new List<PlacementFailure>();
        foreach (var id in instances)
        {
            var instance = cluster.State.ContainerInstances[id];
            if (Placement.ExplainOne(cluster.Placement, request, instance) is { } failure)
            {
                refused.Add(failure);
            }
            else
            {
                started.Add(Start(cluster, cohort, definition, request, instance, context));
            }
        }

        if (refused.Count > 0)
        {
            var closest = Closest(refused);
            ServiceScheduler.Tell(
                cluster, cohort.Service.Name, ServiceMessages.CannotPlace(cohort.Name, closest), context, unlessTold: true, ServiceAction.PlacementFailure(closest));
        }

        Told(cluster, cohort, started, context);
        return refused.Count;
    }

    /// <summary>Starts tasks that balance zones: one for each entry, in its zone. The tasks started, and the first zone without room.</summary>
    public static (List<EcsTask> Started, string? Full) InZones(ClusterAggregate cluster, Cohort cohort, IEnumerable<string> zones, DecisionContext context)
    {
        var (definition, request) = RequestOf(cluster, cohort);
        var started = new List<EcsTask>();
        foreach (var zone in zones)
        {
            // The first strategy spreads over zones, so the choice falls on the emptiest zone that has room.
            if (Placement.Choose(cluster.Placement, request, context.Ids) is not { } instance || instance.AvailabilityZone != zone)
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
        return (definition, new(
            definition,
            TaskDemand.Of(definition, TaskOverride.None),
            cohort.Service.Group,
            settings.PlacementStrategy,
            [.. settings.PlacementConstraints, .. definition.PlacementConstraints.Select(expression => new PlacementConstraint("memberOf", expression))]));
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
            LaunchType = cohort.Workload.LaunchType ?? "EC2",
            EnableExecuteCommand = service.Settings.EnableExecuteCommand,
            Tags = TagsOf(cluster.State, service, cohort.Workload),
        };
        cluster.Record(new ClusterEvent.TaskPlaced(task));
        return task.Id;
    }

    private static void Told(ClusterAggregate cluster, Cohort cohort, List<string> started, DecisionContext context)
    {
        if (started.Count > 0)
        {
            ServiceScheduler.Tell(cluster, cohort.Service.Name, ServiceMessages.Started(cohort.Name, started), context, action: ServiceAction.TasksStarted(started));
        }
    }

    private static PlacementFailure? Closest(IEnumerable<PlacementFailure> failures) =>
        failures.OrderBy(failure => Closeness(failure.Reason)).ThenBy(failure => failure.ContainerInstanceId, StringComparer.Ordinal).FirstOrDefault();

    private static int Closeness(string reason) => ClosestFirst.IndexOf(reason) is >= 0 and var at ? at : ClosestFirst.Length;

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
