using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Keeps a service from choosing a task when it scales in, rebalances or replaces an older deployment.</summary>
/// <param name="ExpiresAt">When the protection ends by itself.</param>
public sealed record TaskProtection(DateTimeOffset ExpiresAt);

/// <summary>Why a task's protection was not changed, in the words of the API's failures.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Reason"><c>MISSING</c>, <c>TASK_NOT_VALID</c> or <c>DEPLOYMENT_BLOCKED</c>.</param>
/// <param name="Detail">The same in a sentence; null where the reason says it all.</param>
public sealed record TaskProtectionFailure(string TaskId, string Reason, string? Detail = null);

/// <summary>Tasks whose protection is as asked, and the others.</summary>
public sealed record ProtectedTasks(ImmutableArray<EcsTask> Tasks, ImmutableArray<TaskProtectionFailure> Failures);

/// <summary>Turns the scale-in protection of services' tasks on or off. Asked again, the time starts anew.</summary>
/// <param name="TaskIds">The tasks.</param>
/// <param name="Enabled">On or off.</param>
/// <param name="ExpiresIn">How long it lasts; null for <see cref="UsualLife"/>. Of no meaning when it is turned off.</param>
public sealed record UpdateTaskProtectionCommand(ImmutableArray<string> TaskIds, bool Enabled, TimeSpan? ExpiresIn) : Command<ClusterAggregate, ProtectedTasks>
{
    /// <summary>How long protection lasts when nobody says.</summary>
    public static readonly TimeSpan UsualLife = TimeSpan.FromHours(2);

    /// <summary>How long it may last.</summary>
    public static readonly TimeSpan MostLife = TimeSpan.FromMinutes(2880);

    /// <inheritdoc/>
    public override ProtectedTasks Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        if (Enabled && ExpiresIn is { } life && (life < TimeSpan.FromMinutes(1) || life > MostLife))
        {
            throw RefusedException.InvalidParameter($"expiresInMinutes must be between 1 and {(int)MostLife.TotalMinutes}.");
        }

        var done = ImmutableArray.CreateBuilder<string>();
        var failures = ImmutableArray.CreateBuilder<TaskProtectionFailure>();
        foreach (var id in TaskIds.Distinct(StringComparer.Ordinal))
        {
            if (Refusal(aggregate.State, id) is { } failure)
            {
                failures.Add(failure);
                continue;
            }

            TaskProtection? protection = Enabled ? new(context.Now + (ExpiresIn ?? UsualLife)) : null;
            if (aggregate.State.Tasks[id].Protection != protection)
            {
                aggregate.Record(new ClusterEvent.TaskProtectionChanged(id, protection));
            }

            done.Add(id);
        }

        return new([.. done.Select(id => aggregate.State.Tasks[id])], failures.ToImmutable());
    }

    private TaskProtectionFailure? Refusal(ClusterState state, string id) =>
        !state.Tasks.TryGetValue(id, out var task) ? new(id, "MISSING")
        : task.ServiceName is null || !state.Services.TryGetValue(task.ServiceName, out var service)
            ? new(id, "TASK_NOT_VALID", "The task does not belong to a service.")
        : task.Phase != TaskPhase.Live ? new(id, "TASK_NOT_VALID", "The task is stopping or has stopped.")
        : Enabled && Blocks(state, service, task) ? new(id, "DEPLOYMENT_BLOCKED", "Protected tasks of an earlier deployment leave the deployment in progress no room.")
        : null;

    /// <summary>Whether, with this one, protected tasks of earlier deployments would take all the room the maximum percent leaves.</summary>
    private static bool Blocks(ClusterState state, Service service, EcsTask task)
    {
        if (task.Protection is not null || service.Primary is not { RolloutState: RolloutState.InProgress } primary || task.StartedBy == primary.Id)
        {
            return false;
        }

        var held = state.TasksOf(service, TaskPhase.Live).Count(other => other.Protection is not null && other.StartedBy != primary.Id);
        return held + 1 >= Math.Max(1, (long)service.Settings.DesiredCount * service.Settings.DeploymentConfiguration.MaximumPercent / 100);
    }
}
