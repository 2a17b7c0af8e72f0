namespace Berth.Agent;

/// <summary>The one next thing to do for a container.</summary>
internal abstract record ContainerAction
{
    private ContainerAction()
    {
    }

    /// <summary>Nothing to do until something happens, or until <paramref name="Until"/>.</summary>
    internal sealed record Wait(string Why, DateTimeOffset? Until = null) : ContainerAction;

    internal sealed record Pull : ContainerAction;

    internal sealed record Create : ContainerAction;

    internal sealed record Start : ContainerAction;

    internal sealed record Stop : ContainerAction;

    /// <summary>It has nothing in Docker that runs: it counts as stopped.</summary>
    internal sealed record Abandon(string? Reason, int? ExitCode) : ContainerAction;
}

/// <summary>Decides the next step of a container from the state of its task: no effects, no clock.</summary>
internal static class NextAction
{
    /// <summary>The exit code of a container whose dependency can never be met. Source: the official agent.</summary>
    internal const int DependencyExitCode = 143;

    public static ContainerAction For(ContainerState container, TaskState task, DateTimeOffset now) => (task.IsStopping, container.Known) switch
    {
        (_, ContainerStatus.Stopped) => new ContainerAction.Wait("stopped"),
        (true, < ContainerStatus.Running) => new ContainerAction.Abandon(NotStarted(container, task), ExitCode: null),
        (true, ContainerStatus.Running) => Dependencies.UserOf(container, task) is { } user
            ? new ContainerAction.Wait($"{user.Name} still needs it")
            : new ContainerAction.Stop(),
        (false, _) when !task.Admitted => new ContainerAction.Wait("the instance is full"),
        // Images come at once, so that the end of a dependency is not followed by a download.
        (false, ContainerStatus.None) => new ContainerAction.Pull(),
        (false, ContainerStatus.Pulled) when task.Sandbox is { Known: SandboxStatus.None } => new ContainerAction.Wait("needs the task's sandbox"),
        (false, ContainerStatus.Pulled) => Create(container, task, now),
        (false, ContainerStatus.Created) => new ContainerAction.Start(),
        (false, ContainerStatus.Running) when container.AwaitsRestart => new ContainerAction.Start(),
        (false, ContainerStatus.Running) => new ContainerAction.Wait("running"),
    };

    private static ContainerAction Create(ContainerState container, TaskState task, DateTimeOffset now)
    {
        ContainerAction action = new ContainerAction.Create();
        foreach (var dependency in Dependencies.Of(container.Spec))
        {
            switch (Dependencies.Judge(dependency, task, now))
            {
                case DependencyJudgement.Never never:
                    return new ContainerAction.Abandon($"CannotStartContainerError: {never.Reason}", DependencyExitCode);
                case DependencyJudgement.NotYet notYet:
                    var until = action is ContainerAction.Wait { Until: { } earlier } && !(notYet.Deadline < earlier) ? earlier : notYet.Deadline;
                    action = new ContainerAction.Wait($"needs {dependency.Container} {dependency.Condition}", until);
                    break;
            }
        }

        return action;
    }

    private static string? NotStarted(ContainerState container, TaskState task) =>
        container is { Known: ContainerStatus.None, Spec.Essential: true } && task.Reason is null && task.PullStartedAt is null && task.StopRequested
            ? "TaskStoppedBeforePullBeginError: Task stopped before image pull could begin for task"
            : null;
}
