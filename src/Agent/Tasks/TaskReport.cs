using System.Collections.Immutable;

namespace Berth.Agent;

/// <summary>What the backend is told next of a task, and what it will then have accepted.</summary>
/// <param name="Status">The task's status.</param>
/// <param name="Changes">The containers' changes, in order.</param>
/// <param name="IsTaskChange">Whether the task has moved on, or containers only.</param>
/// <param name="Attachment">The attachment of its interface; null where there is none, or the backend knows.</param>
internal sealed record TaskReport(EcsTaskStatus Status, ImmutableArray<TaskReport.Change> Changes, bool IsTaskChange, AttachmentStateChange? Attachment)
{
    /// <summary>The longest reason the backend takes.</summary>
    internal const int MaxReasonLength = 1024;

    /// <summary>Changes of containers' ExecuteCommandAgents.</summary>
    public ImmutableDictionary<string, ContainerStatus> ExecAgents { get; init; } = ImmutableDictionary<string, ContainerStatus>.Empty;

    internal sealed record Change(ContainerState Container, ContainerStatus Status);

    /// <summary>
    /// The difference between what is known and what was accepted. There is no queue to lose: after a restart, or an
    /// hour without a backend, the same question gives the same reports, each status once and in order.
    /// </summary>
    /// <returns>Null where the backend knows all there is.</returns>
    public static TaskReport? Next(TaskState task)
    {
        if (task.HasRun && task.Reported < EcsTaskStatus.Running)
        {
            return new TaskReport(EcsTaskStatus.Running, ChangesOf(task, withStopped: task.Known != EcsTaskStatus.Stopped), IsTaskChange: true, AttachmentOf(task)) { ExecAgents = ExecAgentsOf(task) };
        }

        if (task.Reported == EcsTaskStatus.Stopped)
        {
            return null;
        }

        var changes = ChangesOf(task, withStopped: true);
        var agents = ExecAgentsOf(task);
        return task.Known == EcsTaskStatus.Stopped ? new TaskReport(EcsTaskStatus.Stopped, changes, IsTaskChange: true, AttachmentOf(task)) { ExecAgents = agents }
            : changes.IsEmpty && agents.IsEmpty && AttachmentOf(task) is null ? null
            : new TaskReport(task.Known, changes, IsTaskChange: false, AttachmentOf(task)) { ExecAgents = agents };
    }

    public TaskFact.Reported Accepted() =>
        new(Status, Changes.GroupBy(change => change.Container.Name).ToImmutableDictionary(group => group.Key, group => group.Max(change => change.Status))) { ExecAgents = ExecAgents };

    public SubmitTaskStateChangeRequest Request(TaskState task, string cluster) => new()
    {
        Cluster = cluster,
        Task = task.Arn,
        Status = Status switch
        {
            EcsTaskStatus.Pending => "PENDING",
            EcsTaskStatus.Running => "RUNNING",
            EcsTaskStatus.Stopped => "STOPPED",
        },
        Reason = Short(task.Reason) ?? "",
        Containers = [.. Changes.Select(Shape)],
        ManagedAgents = ExecAgents.IsEmpty ? null : [.. ExecAgents.Select(agent => new ManagedAgentStateChange
        {
            ContainerName = agent.Key,
            ManagedAgentName = ManagedAgentSpec.ExecuteCommandAgent,
            Status = agent.Value == ContainerStatus.Stopped ? "STOPPED" : "RUNNING",
        })],
        Attachments = Attachment is null ? null : [Attachment],
        PullStartedAt = task.PullStartedAt,
        PullStoppedAt = task.PullStoppedAt,
        ExecutionStoppedAt = task.ExecutionStoppedAt,
    };

    private static ImmutableArray<Change> ChangesOf(TaskState task, bool withStopped) =>
    [
        .. task.Containers
            .Where(container => container.Reported < ContainerStatus.Running && container.StartedAt is not null && container.Known >= ContainerStatus.Running)
            .Select(container => new Change(container, ContainerStatus.Running)),
        .. task.Containers
            .Where(container => withStopped && container.Reported < ContainerStatus.Stopped && container.Known == ContainerStatus.Stopped)
            .OrderBy(container => container.FinishedAt)
            .Select(container => new Change(container, ContainerStatus.Stopped)),
    ];

    /// <summary>A container's agent runs with it, once it can be asked; it is told to have stopped only where it was told to run.</summary>
    private static ImmutableDictionary<string, ContainerStatus> ExecAgentsOf(TaskState task) => task.Containers
        .Where(container => container.AllowsExec && (container.Known, container.ExecReported) switch
        {
            (ContainerStatus.Running, ContainerStatus.None) => task.ExecReady,
            (ContainerStatus.Stopped, ContainerStatus.Running) => true,
            _ => false,
        })
        .ToImmutableDictionary(container => container.Name, container => container.Known);

    private static AttachmentStateChange? AttachmentOf(TaskState task) =>
        task.Sandbox is { IsAttachmentNews: true, Interface: { } @interface, Address: { } address }
            ? new() { AttachmentArn = @interface.AttachmentArn, Status = "ATTACHED", PrivateIpv4Address = address.Ipv4 }
            : null;

    private static ContainerStateChange Shape(Change change) => new()
    {
        ContainerName = change.Container.Name,
        Status = change.Status == ContainerStatus.Stopped ? "STOPPED" : "RUNNING",
        RuntimeId = change.Container.DockerId,
        ExitCode = change.Status == ContainerStatus.Stopped ? change.Container.ExitCode : null,
        Reason = Short(change.Container.Reason),
        ImageDigest = change.Container.ImageDigest,
        NetworkBindings = change.Container.NetworkBindings,
    };

    private static string? Short(string? reason) => reason?.Length > MaxReasonLength ? reason[..MaxReasonLength] : reason;
}
