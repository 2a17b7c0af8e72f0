using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Adds a task set to a service whose deployments somebody else makes.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Workload">What its tasks are made of; the task definition is <paramref name="Definition"/>.</param>
/// <param name="Definition">The task definition.</param>
/// <param name="ScalePercent">Percent of the desired count.</param>
/// <param name="ExternalId">The other deployer's name for it, or null.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="ClientToken">Makes a repeated call answer the task set; null for none.</param>
public sealed record CreateTaskSetCommand(
    string Service,
    Workload Workload,
    TaskDefinition Definition,
    double ScalePercent,
    string? ExternalId,
    ImmutableArray<ResourceTag> Tags,
    string? ClientToken) : Command<ClusterAggregate, TaskSet>
{
    /// <summary>Tells whether a repeated call has the same arguments; null when nobody asks.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The subnets of its network configuration that EC2's records have.</summary>
    public ImmutableArray<TaskSubnet> Subnets { get; init; } = [];

    /// <summary>Task sets a service may have.</summary>
    public const int MostTaskSets = 5;

    /// <inheritdoc/>
    public override TaskSet Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        var service = TaskSetRules.RequireExternal(aggregate, Service);
        if (Repeat(service, ClientToken, Fingerprint) is { } same)
        {
            return same;
        }

        if (service.TaskSets.Length >= MostTaskSets)
        {
            throw new RefusedException("LimitExceededException", $"A service can have at most {MostTaskSets} task sets.");
        }

        TaskFactory.Pin(aggregate, Definition);
        TaskSubnet.Pin(aggregate, Subnets);
        var set = new TaskSet
        {
            Id = $"ecs-svc/{context.Ids.NextDigits19()}",
            ExternalId = ExternalId,
            Workload = Workload,
            ScalePercent = ScalePercent,
            ComputedDesiredCount = TaskSet.CountOf(service.Settings.DesiredCount, ScalePercent),
            StabilityStatusAt = context.Now,
            Tags = Tags,
            ClientToken = ClientToken,
            Fingerprint = Fingerprint,
            CreatedAt = context.Now,
            UpdatedAt = context.Now,
        };
        aggregate.Record(new ClusterEvent.TaskSetCreated(Service, set));
        return set;
    }

    /// <summary>The task set that a call with this token has made already; null when there is none.</summary>
    /// <exception cref="RefusedException">The token came with other arguments.</exception>
    public static TaskSet? Repeat(Service service, string? clientToken, string? fingerprint) =>
        clientToken is null || service.TaskSets.FirstOrDefault(set => set.ClientToken == clientToken) is not { } known ? null
        : known.Fingerprint == fingerprint ? known
        : throw RefusedException.InvalidParameter("Creation of task set was not idempotent.");
}

/// <summary>Gives a task set another share of the desired count.</summary>
public sealed record UpdateTaskSetCommand(string Service, string TaskSetId, double ScalePercent) : Command<ClusterAggregate, TaskSet>
{
    /// <inheritdoc/>
    public override TaskSet Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        var set = TaskSetRules.Require(TaskSetRules.RequireExternal(aggregate, Service), TaskSetId);
        if (set.Status == TaskSetStatus.Draining)
        {
            throw RefusedException.InvalidParameter("The task set is DRAINING and can't be updated.");
        }

        if (set.ScalePercent != ScalePercent)
        {
            aggregate.Record(new ClusterEvent.TaskSetChanged(Service, set with { ScalePercent = ScalePercent, UpdatedAt = context.Now }));
            TaskSetRules.Recompute(aggregate, Service, context);
        }

        return TaskSetRules.Require(aggregate.State.Services[Service], TaskSetId);
    }
}

/// <summary>Makes one task set PRIMARY; what was is ACTIVE again.</summary>
public sealed record UpdateServicePrimaryTaskSetCommand(string Service, string TaskSetId) : Command<ClusterAggregate, TaskSet>
{
    /// <inheritdoc/>
    public override TaskSet Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        var service = TaskSetRules.RequireExternal(aggregate, Service);
        var set = TaskSetRules.Require(service, TaskSetId);
        if (set.Status == TaskSetStatus.Draining)
        {
            throw RefusedException.InvalidParameter("The task set is DRAINING and can't become the primary task set.");
        }

        if (set.Status != TaskSetStatus.Primary)
        {
            foreach (var former in service.TaskSets.Where(other => other.Status == TaskSetStatus.Primary))
            {
                aggregate.Record(new ClusterEvent.TaskSetChanged(Service, former with { Status = TaskSetStatus.Active, UpdatedAt = context.Now }));
            }

            // What the service itself tells of its tasks is what its primary task set says.
            aggregate.Record(new ClusterEvent.TaskSetChanged(Service, set with { Status = TaskSetStatus.Primary, UpdatedAt = context.Now }));
            aggregate.Record(new ClusterEvent.ServiceUpdated(Service, service.Settings.With(set.Workload)));
        }

        return TaskSetRules.Require(aggregate.State.Services[Service], TaskSetId);
    }
}

/// <summary>Deletes a task set: its tasks stop, then it is gone. With force also while it is scaled above 0.</summary>
public sealed record DeleteTaskSetCommand(string Service, string TaskSetId, bool Force) : Command<ClusterAggregate, TaskSet>
{
    /// <inheritdoc/>
    public override TaskSet Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        var set = TaskSetRules.Require(TaskSetRules.RequireExternal(aggregate, Service), TaskSetId);
        if (set.Status == TaskSetStatus.Draining)
        {
            return set;
        }

        if (!Force && set.ComputedDesiredCount > 0)
        {
            throw RefusedException.InvalidParameter("The task set cannot be deleted while it is scaled above 0.");
        }

        var draining = set with { Status = TaskSetStatus.Draining, ScalePercent = 0, ComputedDesiredCount = 0, UpdatedAt = context.Now };
        aggregate.Record(new ClusterEvent.TaskSetChanged(Service, draining));
        return draining;
    }
}

/// <summary>What commands on task sets have in common.</summary>
internal static class TaskSetRules
{
    public static Service RequireExternal(ClusterAggregate cluster, string name)
    {
        var service = cluster.RequireActiveService(name);
        return service.Settings.DeploymentController == DeploymentController.External
            ? service
            : throw RefusedException.InvalidParameter($"Amazon ECS only supports task sets for services with the EXTERNAL deployment controller; this one has {ServiceRules.NameOf(service.Settings.DeploymentController)}.");
    }

    public static TaskSet Require(Service service, string id) =>
        service.TaskSets.FirstOrDefault(set => set.Id == id) ?? throw new RefusedException("TaskSetNotFoundException", "The specified task set does not exist.");

    /// <summary>Brings every task set's number of tasks in line with the service's desired count.</summary>
    public static void Recompute(ClusterAggregate cluster, string name, DecisionContext context)
    {
        var service = cluster.State.Services[name];
        foreach (var set in service.TaskSets)
        {
            var count = TaskSet.CountOf(service.Settings.DesiredCount, set.ScalePercent);
            if (set.Status != TaskSetStatus.Draining && count != set.ComputedDesiredCount)
            {
                cluster.Record(new ClusterEvent.TaskSetChanged(name, set with { ComputedDesiredCount = count, UpdatedAt = context.Now }));
                ServiceScheduler.Tell(cluster, name, ServiceMessages.ComputedDesiredCount(name, set.Id, count), context);
            }
        }
    }
}
