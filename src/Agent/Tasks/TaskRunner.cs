using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>
/// Owns one task: takes in facts one after another, asks <see cref="NextAction"/> what each container needs, has it
/// done, and tells the backend. Start, restart and reconnection are the same path.
/// </summary>
internal sealed partial class TaskRunner : IDisposable
{
    /// <summary>Facts waiting to be taken in; each comes from an action or an event, of which a container has few.</summary>
    private const int MaxSignals = 1024;

    /// <summary>The report's place among the actions in flight, where a container has its name.</summary>
    private const string ReportAction = "";

    private static readonly TimeSpan FirstReportRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestReportRetry = TimeSpan.FromSeconds(30);

    /// <summary>What a timer can tell apart.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly Channel<Signal> inbox = Channel.CreateBounded<Signal>(new BoundedChannelOptions(MaxSignals) { SingleReader = true });
    private readonly Dictionary<string, Task> inFlight = new(StringComparer.Ordinal);
    private readonly HashSet<string> uncertain;
    private readonly HashSet<string> started = new(StringComparer.Ordinal);
    private readonly TaskEngineParts parts;
    private readonly TaskInputs inputs;
    private readonly ContainerActions actions;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stopping = new();
    private volatile TaskState state;
    private DateTimeOffset? reportableSince;
    private DateTimeOffset? wakeAt;
    private ITimer? alarm;
    private bool released;
    private bool wantsExec;

    /// <param name="state">The task as accepted, or as saved.</param>
    /// <param name="restored">True after a restart: what Docker has is looked at before anything is done.</param>
    /// <param name="parts">What the task is run with.</param>
    public TaskRunner(TaskState state, bool restored, TaskEngineParts parts)
    {
        this.state = state;
        this.parts = parts;
        inputs = new(parts.Inputs);
        logger = parts.Loggers.CreateLogger<TaskRunner>();
        actions = new(parts, inputs, state.Id, logger, stopping.Token);
        uncertain = restored ? [.. state.Containers.Where(container => container.Known != ContainerStatus.Stopped).Select(container => container.Name)] : [];
        if (restored && state.Sandbox is not null)
        {
            uncertain.Add(SandboxState.ContainerName);
        }
    }

    /// <summary>Something to take in; one with nothing in it says that time has passed.</summary>
    private readonly record struct Signal(TaskFact? Fact, string? Uncertain, string? Finished, TaskCompletionSource? Saved = null, string? SawStart = null);

    /// <summary>The newest snapshot; safe to read from anywhere.</summary>
    public TaskState State => state;

    /// <summary>True when nothing more will happen: stopped, and the backend knows.</summary>
    public bool IsDone => state is { Known: EcsTaskStatus.Stopped, Reported: EcsTaskStatus.Stopped, Sandbox: null or { Known: SandboxStatus.Removed } };

    public void Tell(TaskFact fact) => Post(new Signal(fact, null, null));

    /// <summary>Asks the task to stop; done when the request would survive the end of the agent.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        var saved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(new Signal(new TaskFact.StopRequested(), null, null, saved));
        return saved.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Something may have happened to a container: look at it.</summary>
    public void Look(string container) => Post(new Signal(null, container, null));

    /// <summary>The engine has started a container: nothing new, unless its start was given up.</summary>
    public void SawStart(string container) => Post(new Signal(null, null, null, SawStart: container));

    /// <summary>Docker was away: look at everything.</summary>
    public void LookAtAll()
    {
        foreach (var container in state.Containers)
        {
            Look(container.Name);
        }

        if (state.Sandbox is not null)
        {
            Look(SandboxState.ContainerName);
        }
    }

    /// <summary>Runs the task until it is cleaned up or the agent ends; containers outlive the agent.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (state.Known != EcsTaskStatus.Stopped)
        {
            var runs = state.Containers.Any(container => container.Known >= ContainerStatus.Created);
            parts.Ledger.Request(state.Arn, ResourceShare.Of(state.Spec), regardless: runs, () => Tell(new TaskFact.Admitted()));
        }

        try
        {
            List<TaskCompletionSource> awaited = [];
            Step(cancellationToken);
            while (await inbox.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var next = state;
                while (inbox.Reader.TryRead(out var signal))
                {
                    next = Take(next, signal);
                    if (signal.Saved is not null)
                    {
                        awaited.Add(signal.Saved);
                    }
                }

                if (!ReferenceEquals(next, state))
                {
                    var before = state.Sandbox;
                    state = next;
                    Save();
                    if (before is { Known: < SandboxStatus.Removed } && next.Sandbox is { Known: SandboxStatus.Removed } free)
                    {
                        parts.Pool.Return(free);    // Only now: after a crash this task would remove it from under the next.
                    }
                }

                awaited.ForEach(saved => saved.TrySetResult());
                awaited.Clear();
                Step(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The agent ends; its tasks go on.
        }
        finally
        {
            await Task.WhenAll(inFlight.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            TakeInTheRest();
        }
    }

    public void Dispose()
    {
        alarm?.Dispose();
        stopping.Dispose();
    }

    /// <summary>Writes down what came in while the agent was ending; the next run need not find it out.</summary>
    private void TakeInTheRest()
    {
        var next = state;
        while (inbox.Reader.TryRead(out var signal))
        {
            next = Take(next, signal);
        }

        if (!ReferenceEquals(next, state))
        {
            state = next;
            Save();
        }
    }

    /// <summary>Removes what the task left in Docker, and ends the runner. To be called when it is done.</summary>
    public async Task CleanUpAsync(CancellationToken cancellationToken)
    {
        foreach (var container in state.Containers)
        {
            // One without an id may have been created after it was given up.
            await parts.Docker.RemoveContainerAsync(container.DockerId ?? container.DockerName, cancellationToken).ConfigureAwait(false);
            if (container.DockerId is { } id)
            {
                parts.Directory.DeleteLogPosition(id);
                parts.Logs.Forget(id);
            }
        }

        foreach (var (name, dockerName) in state.DockerVolumes)
        {
            if (state.Spec.Volumes.FirstOrDefault(volume => volume.Name == name)?.DockerVolumeConfiguration is not { Scope: "shared" })
            {
                await parts.Docker.RemoveVolumeAsync(dockerName, cancellationToken).ConfigureAwait(false);
            }
        }

        if (state.Sandbox is { } sandbox)
        {
            await parts.Sandboxes.CleanUpAsync(sandbox, cancellationToken).ConfigureAwait(false);
        }

        parts.Firelens.Remove(state);
        parts.Roles.Forget(state.Spec.ExecutionRoleCredentials);
        parts.Cgroups?.Remove(state);
        inbox.Writer.TryComplete();
    }

    /// <summary>A full disk does not stop a task: what could not be written is found out again after a restart.</summary>
    private void Save()
    {
        try
        {
            parts.Directory.Save(state);
        }
        catch (IOException failure)
        {
            LogNotSaved(state.Id, failure.Message);
        }
    }

    private void Post(Signal signal)
    {
        if (!inbox.Writer.TryWrite(signal))
        {
            // Full only if the loop is stuck behind the disk. Waiting on another thread keeps the order good enough:
            // facts about one container commute, for nothing moves back.
            _ = inbox.Writer.WriteAsync(signal).AsTask();
        }
    }

    private TaskState Take(TaskState task, Signal signal)
    {
        if (signal.Finished is { } finished)
        {
            inFlight.Remove(finished);
        }

        if (signal.Uncertain is { } container
            && (task.Container(container) is { Known: not ContainerStatus.Stopped } || (container == SandboxState.ContainerName && task.Sandbox is not null)))
        {
            uncertain.Add(container);
        }

        if (signal.SawStart is { } name)
        {
            started.Add(name);
        }

        var next = signal.Fact is { } fact ? task.Apply(fact) : task;
        if (!ReferenceEquals(next, task))
        {
            LogFact(task.Id, signal.Fact!, next.Known); // A state changes by a fact only.
        }

        return next;
    }

    /// <summary>Begins whatever can be begun.</summary>
    private void Step(CancellationToken cancellationToken)
    {
        var task = state;
        var now = parts.Clock.GetUtcNow();
        wakeAt = null;
        if (task.IsStopping && !stopping.IsCancellationRequested)
        {
            stopping.Cancel();
        }

        if (!wantsExec && task.Known != EcsTaskStatus.Stopped && task.Containers.Any(container => container.AllowsExec))
        {
            wantsExec = true;
            parts.Exec.Add(task.Arn, () => Tell(new TaskFact.ExecReady()));
        }

        StepSandbox(task, cancellationToken);
        foreach (var container in task.Containers)
        {
            if (container.StartedAt is not null)
            {
                parts.Logs.Ensure(task, container);
            }

            if (inFlight.ContainsKey(container.Name))
            {
                continue;
            }

            if (started.Remove(container.Name) && container is { Known: ContainerStatus.Stopped, StartedAt: null })
            {
                Begin(container.Name, () => actions.StopLateAsync(container, cancellationToken));
                continue;
            }

            if (container.Known != ContainerStatus.Stopped && uncertain.Remove(container.Name))
            {
                Begin(container.Name, () => actions.InspectAsync(container, task, cancellationToken));
                continue;
            }

            switch (NextAction.For(container, task, now))
            {
                case ContainerAction.Pull:
                    Begin(container.Name, () => actions.PullAsync(container, task, cancellationToken));
                    break;
                case ContainerAction.Create:
                    Begin(container.Name, () => actions.CreateAsync(container, task, cancellationToken));
                    break;
                case ContainerAction.Start:
                    Begin(container.Name, () => actions.StartAsync(container, task, cancellationToken));
                    break;
                case ContainerAction.Stop:
                    Begin(container.Name, () => actions.StopAsync(container, task, cancellationToken));
                    break;
                case ContainerAction.Abandon abandon:
                    Begin(container.Name, () => Task.FromResult<TaskFact?>(new ContainerFact.Failed(container.Name, abandon.Reason, abandon.ExitCode, now)));
                    break;
                case ContainerAction.Wait { Until: { } until }:
                    WakeAt(until);
                    break;
            }
        }

        if (task.Containers.All(container => container.Known >= ContainerStatus.Running))
        {
            inputs.Forget();
        }

        if (task.Known == EcsTaskStatus.Stopped && !released)
        {
            released = true;
            parts.Ledger.Release(task.Arn);
            parts.Exec.Remove(task.Arn);
            parts.Roles.Forget(task.Spec.RoleCredentials);
            parts.Cgroups?.Remove(task);
        }

        Report(task, now, cancellationToken);
        SetAlarm(now);
    }

    private void StepSandbox(TaskState task, CancellationToken cancellationToken)
    {
        if (task.Sandbox is not { Known: not SandboxStatus.Removed } sandbox || inFlight.ContainsKey(SandboxState.ContainerName))
        {
            return;
        }

        if (uncertain.Remove(SandboxState.ContainerName))
        {
            Begin(SandboxState.ContainerName, () => actions.InspectSandboxAsync(sandbox, cancellationToken), SandboxDefect);
            return;
        }

        switch (NextSandboxAction.For(task))
        {
            case SandboxAction.Prepare:
                Begin(SandboxState.ContainerName, () => actions.PrepareSandboxAsync(task, sandbox, cancellationToken), SandboxDefect);
                break;
            case SandboxAction.Remove:
                Begin(SandboxState.ContainerName, () => parts.Sandboxes.RemoveAsync(sandbox, parts.Clock, cancellationToken), SandboxDefect);
                break;
            case SandboxAction.Wait:
                break;
        }

        static TaskFact SandboxDefect(Exception defect) => new SandboxFact.Ended($"DockerStateError: {defect.Message}");
    }

    private void Report(TaskState task, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (inFlight.ContainsKey(ReportAction))
        {
            return;
        }

        if (TaskReport.Next(task) is not { } next)
        {
            reportableSince = null;
            return;
        }

        reportableSince ??= now;
        var due = reportableSince + parts.Options.ContainerReportDelay;
        if (next.IsTaskChange || due <= now)
        {
            reportableSince = null;
            Begin(ReportAction, () => SubmitAsync(cancellationToken));
        }
        else
        {
            WakeAt(due.Value);
        }
    }

    private void WakeAt(DateTimeOffset at) => wakeAt = wakeAt < at ? wakeAt : at;

    /// <summary>
    /// Each step asks anew for what it waits for, so an alarm that rings a little early, as timers do, is set again.
    /// </summary>
    private void SetAlarm(DateTimeOffset now)
    {
        if (wakeAt is not { } at)
        {
            return; // An alarm set before may still ring; a look too many does no harm.
        }

        alarm ??= parts.Clock.CreateTimer(_ => Post(default), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        alarm.Change(at - now > ShortestWait ? at - now : ShortestWait, Timeout.InfiniteTimeSpan);
    }

    private void Begin(string container, Func<Task<TaskFact?>> action) =>
        Begin(container, action, defect => new ContainerFact.Failed(container, $"DockerStateError: {defect.Message}", null, parts.Clock.GetUtcNow()));

    private void Begin(string name, Func<Task<TaskFact?>> action, Func<Exception, TaskFact> failure) => inFlight[name] = ActAsync(name, action, failure);

    /// <summary>Carries out one action of a container and turns every outcome into a signal.</summary>
    private async Task ActAsync(string container, Func<Task<TaskFact?>> action, Func<Exception, TaskFact> failure)
    {
        await Task.Yield(); // The loop goes on to the other containers, and has noted this action before it ends.
        try
        {
            var fact = await action().ConfigureAwait(false);
            Post(new Signal(fact, null, container));
        }
        catch (DockerUnreachableException)
        {
            // Whether the call was carried out is unknown until Docker is back and the container has been looked at.
            Post(new Signal(null, container, container));
        }
        catch (OperationCanceledException)
        {
            Post(new Signal(null, null, container));
        }
        catch (Exception defect)
        {
            LogDefect(container, state.Id, defect);
            Post(new Signal(failure(defect), null, container));
        }
    }

    /// <summary>Sends the next report, again and again until it is accepted; each attempt tells what is known by then.</summary>
    private async Task<TaskFact?> SubmitAsync(CancellationToken cancellationToken)
    {
        var backoff = new Backoff(FirstReportRetry, LongestReportRetry, 1.3, new Random());
        while (!cancellationToken.IsCancellationRequested && state is var task && TaskReport.Next(task) is { } next)
        {
            try
            {
                await parts.ReportSlots.WaitAsync(cancellationToken).ConfigureAwait(false);
                try
                {
                    await parts.Backend.SubmitTaskStateChangeAsync(next.Request(task, parts.Cluster), cancellationToken).ConfigureAwait(false);
                }
                catch (AwsCallException never) when (never.Code == "InvalidParameterException")
                {
                    LogReportRefused(task.Id, next.Status, never.Message);
                }
                finally
                {
                    parts.ReportSlots.Release();
                }

                if (next.Attachment is not null)
                {
                    Tell(new SandboxFact.AttachmentReported());
                }

                return next.Accepted();
            }
            catch (Exception failure) when (failure is AwsCallException or HttpRequestException)
            {
                LogReportFailed(task.Id, next.Status, failure.Message);
                await backoff.WaitAsync(parts.Clock, cancellationToken).ConfigureAwait(false);
            }
        }

        return null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The state of task {Task} could not be written: {Reason}")]
    private partial void LogNotSaved(string task, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Task {Task}: {Fact}, now {Status}")]
    private partial void LogFact(string task, TaskFact fact, EcsTaskStatus status);

    [LoggerMessage(Level = LogLevel.Error, Message = "Container {Container} of task {Task} failed by a defect of the agent.")]
    private partial void LogDefect(string container, string task, Exception defect);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The report of task {Task} as {Status} was refused and is dropped: {Reason}")]
    private partial void LogReportRefused(string task, EcsTaskStatus status, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The report of task {Task} as {Status} failed and will be repeated: {Reason}")]
    private partial void LogReportFailed(string task, EcsTaskStatus status, string reason);
}
