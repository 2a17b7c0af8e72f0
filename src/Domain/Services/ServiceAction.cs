using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>How much a Service Action event matters. The wire's name is the same in capitals.</summary>
public enum ServiceActionType
{
    /// <summary>As it should be.</summary>
    Info,

    /// <summary>Worth a look.</summary>
    Warn,

    /// <summary>Something failed.</summary>
    Error,
}

/// <summary>A line of a service's history as machines are told it: ECS's Service Action events.</summary>
/// <param name="Type">How much it matters.</param>
/// <param name="Name">ECS's name of it, such as <c>SERVICE_STEADY_STATE</c>.</param>
public sealed record ServiceAction(ServiceActionType Type, string Name)
{
    /// <summary>Why, as a code such as <c>RESOURCE:CPU</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>The tasks it is about, by id; null when it is about none.</summary>
    public ImmutableArray<string>? TaskIds { get; init; }

    /// <summary>The container instances it is about, by id; null when it is about none.</summary>
    public ImmutableArray<string>? ContainerInstanceIds { get; init; }

    /// <summary>The task set it is about, by id; null when it is about the service.</summary>
    public string? TaskSetId { get; init; }

    internal static ServiceAction SteadyState { get; } = new(ServiceActionType.Info, "SERVICE_STEADY_STATE");

    internal static ServiceAction RebalancingStarted { get; } = new(ServiceActionType.Info, "SERVICE_REBALANCING_STARTED");

    internal static ServiceAction RebalancingCompleted { get; } = new(ServiceActionType.Info, "SERVICE_REBALANCING_COMPLETED");

    internal static ServiceAction TaskStartImpaired { get; } = new(ServiceActionType.Warn, "SERVICE_TASK_START_IMPAIRED");

    internal static ServiceAction TasksStarted(IEnumerable<string> tasks) => new(ServiceActionType.Info, "TASKS_STARTED") { TaskIds = [.. tasks] };

    internal static ServiceAction TasksStopped(IEnumerable<string> tasks) => new(ServiceActionType.Info, "TASKS_STOPPED") { TaskIds = [.. tasks] };

    internal static ServiceAction ScaleInFailure(string taskSet) =>
        new(ServiceActionType.Error, "TASKSET_SCALE_IN_FAILURE_BY_TASK_PROTECTION") { TaskSetId = taskSet };

    internal static ServiceAction PlacementFailure(PlacementFailure? closest) => new(ServiceActionType.Error, "SERVICE_TASK_PLACEMENT_FAILURE")
    {
        Reason = closest?.Reason,
        ContainerInstanceIds = closest is null ? null : [closest.ContainerInstanceId],
    };
}
