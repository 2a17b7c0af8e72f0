using Berth.Domain;

namespace Berth.Api;

/// <summary>The health of a container instance, as far as it can be seen from here: its agent's channel, what the agent says of the container runtime, and its daemons' tasks.</summary>
internal static class InstanceHealth
{
    private const string Ok = "OK";
    private const string Impaired = "IMPAIRED";
    private const string Initializing = "INITIALIZING";

    public static ContainerInstanceHealthStatusShape Of(ClusterState state, ContainerInstance instance, ContainerRuntimeStatus? runtime, IEnumerable<EcsTask> tasks)
    {
        List<InstanceHealthCheckResultShape> details = [Connectivity(instance)];
        if (runtime is not null)
        {
            details.Add(new()
            {
                Type = "CONTAINER_RUNTIME",
                Status = runtime.Status,
                StatusReason = runtime.Reason,
                LastUpdated = runtime.LastUpdated,
                LastStatusChange = runtime.LastStatusChange,
            });
        }

        if (tasks.Where(task => task is { DaemonName: not null, Phase: TaskPhase.Live }).ToList() is { Count: > 0 } daemons)
        {
            details.Add(Daemons(state, daemons));
        }

        return new()
        {
            OverallStatus = details.Exists(detail => detail.Status == Impaired) ? Impaired : details.Exists(detail => detail.Status == Initializing) ? Initializing : Ok,
            Details = details,
        };
    }

    private static InstanceHealthCheckResultShape Connectivity(ContainerInstance instance)
    {
        var since = instance.AgentConnected ? instance.ConnectedAt : instance.DisconnectedAt ?? instance.RegisteredAt;
        return new()
        {
            Type = "AGENT_CONNECTIVITY",
            Status = instance.AgentConnected ? Ok : instance.Agent is null ? Initializing : Impaired,
            LastUpdated = since,
            LastStatusChange = since,
        };
    }

    private static InstanceHealthCheckResultShape Daemons(ClusterState state, List<EcsTask> daemons)
    {
        var sick = daemons.Find(task => task.HealthIn(state.TaskDefinitions[task.TaskDefinitionArn]) == HealthStatus.Unhealthy);
        var isStarting = daemons.Exists(task => task.LastStatus != EcsTaskStatus.Running);
        var since = daemons.Max(task => task.HealthyAt ?? task.StartedAt ?? task.CreatedAt);
        return new()
        {
            Type = "DAEMON",
            Status = sick is not null ? Impaired : isStarting ? Initializing : Ok,
            StatusReason = sick is null ? null : $"The task {sick.Id} of the daemon {sick.DaemonName} is unhealthy.",
            LastUpdated = since,
            LastStatusChange = since,
        };
    }
}
