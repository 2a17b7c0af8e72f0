using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>What every task of an agent is run with.</summary>
internal sealed record TaskEngineParts
{
    public required AgentOptions Options { get; init; }

    public required string Cluster { get; init; }

    public required DockerEngine Docker { get; init; }

    public required DockerConnection Connection { get; init; }

    public required ImagePuller Images { get; init; }

    public required InputSource Inputs { get; init; }

    public required ResourceLedger Ledger { get; init; }

    public required EcsBackend Backend { get; init; }

    public required AgentDataDirectory Directory { get; init; }

    public required RoleCredentialsStore Roles { get; init; }

    public required LogShipping Logs { get; init; }

    public required ExecDemand Exec { get; init; }

    public required CreateContext Create { get; init; }

    public required FirelensKeeper Firelens { get; init; }

    /// <summary>Null where tasks have none.</summary>
    public TaskCgroups? Cgroups { get; init; }

    public required SandboxKeeper Sandboxes { get; init; }

    public required SandboxPool Pool { get; init; }

    /// <summary>Bounds the containers being created or started.</summary>
    public required SemaphoreSlim StartSlots { get; init; }

    /// <summary>Bounds the reports under way.</summary>
    public required SemaphoreSlim ReportSlots { get; init; }

    public required TimeProvider Clock { get; init; }

    public required ILoggerFactory Loggers { get; init; }
}

/// <summary>The tasks of a container instance.</summary>
internal sealed partial class TaskEngine(TaskEngineParts parts)
{
    private static readonly TimeSpan LongestSweep = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestSweep = TimeSpan.FromMilliseconds(200);

    /// <summary>How much longer a stopped container stays for the sake of output that cannot be shipped.</summary>
    private static readonly TimeSpan LongestShipping = TimeSpan.FromHours(72);

    private readonly ConcurrentDictionary<string, TaskRunner> runners = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<TaskRunner, Task> loops = new();

    /// <summary>By the endpoint ids of their containers.</summary>
    private readonly ConcurrentDictionary<string, TaskRunner> endpoints = new(StringComparer.Ordinal);
    private readonly ILogger logger = parts.Loggers.CreateLogger<TaskEngine>();
    private CancellationToken lifetime;

    public IEnumerable<TaskState> Tasks => runners.Values.Select(runner => runner.State);

    /// <summary>The task of an ARN.</summary>
    public TaskState? Find(string? arn) => arn is not null && runners.TryGetValue(arn, out var runner) ? runner.State : null;

    /// <summary>The task and container an endpoint id belongs to.</summary>
    public (TaskState Task, ContainerState Container)? FindEndpoint(string endpointId) =>
        endpoints.TryGetValue(endpointId, out var runner) && runner.State is var task
            ? (task, task.Containers.First(container => container.EndpointId == endpointId))
            : null;

    /// <summary>The task that has an address of its own.</summary>
    public TaskState? FindByAddress(string ipv4Address) => Tasks.FirstOrDefault(task => task.Sandbox is { Known: SandboxStatus.Ready } sandbox && sandbox.Address?.Ipv4 == ipv4Address);

    /// <summary>Takes up the saved tasks and runs all until the agent ends.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        lifetime = cancellationToken;
        foreach (var task in parts.Directory.LoadTasks().OrderBy(task => task.AcceptedAt))
        {
            Begin(task, restored: true);
        }

        await Task.WhenAll(
            parts.Connection.FollowAsync($"{CreateRequest.InstanceLabel}={parts.Create.ContainerInstanceArn}", ReconcileAsync, Route, cancellationToken),
            SweepAsync(cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(loops.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Takes in a payload's tasks, those to stop first.</summary>
    /// <returns>When all of them would survive a crash; false where one could not be read, which is reported instead.</returns>
    public async Task<bool> AcceptAsync(IReadOnlyList<JsonElement> tasks)
    {
        var readable = true;
        List<Task> saved = [];
        foreach (var (element, header) in tasks.Select(task => (task, Read(task, AgentJson.Wire.TaskHeader))).OrderBy(task => task.Item2?.DesiredStatus != "STOPPED"))
        {
            if (header is null || !TaskAcceptance.IsTaskArn(header.Arn))
            {
                readable = false;
                continue;
            }

            if (header.DesiredStatus == "STOPPED")
            {
                saved.Add(StopAsync(header.Arn!));
            }
            else if (Read(element, AgentJson.Wire.TaskSpec) is { } spec)
            {
                parts.Roles.Put(spec.RoleCredentials);
                parts.Roles.Put(spec.ExecutionRoleCredentials);
                var state = TaskAcceptance.Accept(spec, parts.Clock.GetUtcNow());
                readable &= state.Reason is null;
                saved.Add(AddAsync(state));
            }
            else
            {
                readable = false;
                saved.Add(AddAsync(TaskAcceptance.Refused(header.Arn!, "UnrecogniedTaskError: Error loading task - the task cannot be decoded", parts.Clock.GetUtcNow())));
            }
        }

        await Task.WhenAll(saved).ConfigureAwait(false);
        return readable;
    }

    /// <summary>Stops a task. One that is not known counts as stopped, and is reported so.</summary>
    public Task StopAsync(string arn)
    {
        if (runners.TryGetValue(arn, out var runner))
        {
            return runner.StopAsync(lifetime);
        }

        return AddAsync(TaskAcceptance.Refused(arn, "TaskStateError: Agent could not progress task's state to stopped", parts.Clock.GetUtcNow()));
    }

    public bool Knows(string arn) => runners.ContainsKey(arn);

    private static T? Read<T>(JsonElement element, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return element.Deserialize(type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Begins a task, unless it is known already: payloads are delivered at least once.</summary>
    private async Task AddAsync(TaskState state)
    {
        if (runners.ContainsKey(state.Arn))
        {
            return;
        }

        parts.Directory.Save(state);
        Begin(state, restored: false);
        await Task.Run(() => parts.Directory.Flush(state.Id), lifetime).ConfigureAwait(false);
    }

    private void Begin(TaskState state, bool restored)
    {
        var runner = new TaskRunner(state, restored, parts);
        runners[state.Arn] = runner;
        foreach (var container in state.Containers)
        {
            endpoints[container.EndpointId] = runner;
        }

        loops[runner] = RunAsync(runner);
    }

    private async Task RunAsync(TaskRunner runner)
    {
        await Task.Yield();
        try
        {
            await runner.RunAsync(lifetime).ConfigureAwait(false);
        }
        catch (Exception defect) when (defect is not OperationCanceledException)
        {
            LogDefect(runner.State.Arn, defect);
        }
        finally
        {
            loops.TryRemove(runner, out _);
            runner.Dispose();
        }
    }

    /// <summary>Docker's events of this instance's containers.</summary>
    private void Route(DockerEvent happened)
    {
        if (happened.Actor is { Id: { } id, Attributes: { } all } && !all.ContainsKey(CreateRequest.TaskLabel) && happened.Action is "die" or "destroy")
        {
            SandboxDied(id);
            return;
        }

        if (happened.Actor?.Attributes is not { } labels
            || !labels.TryGetValue(CreateRequest.TaskLabel, out var task)
            || !labels.TryGetValue(CreateRequest.ContainerLabel, out var container)
            || !runners.TryGetValue(task, out var runner))
        {
            return;
        }

        const string HealthPrefix = "health_status: ";
        if (happened.Action is { } action && action.StartsWith(HealthPrefix, StringComparison.Ordinal))
        {
            if (ContainerObserver.Health(action[HealthPrefix.Length..]) is { } health)
            {
                runner.Tell(new ContainerFact.HealthChanged(container, health, DateTimeOffset.UnixEpoch.AddTicks(happened.TimeNano / TimeSpan.NanosecondsPerTick)));
                runner.Look(container);    // What the check has written is told there.
            }

            return;
        }

        if (happened.Action == "start")
        {
            runner.SawStart(container);
            return;
        }

        runner.Look(container);
    }

    /// <summary>One that was made before its task, whose label it therefore lacks.</summary>
    private void SandboxDied(string dockerId)
    {
        parts.Pool.Died(dockerId);
        runners.Values.FirstOrDefault(runner => runner.State.Sandbox?.DockerId == dockerId)?.Look(SandboxState.ContainerName);
    }

    /// <summary>Docker is there (again): looks at all containers, and removes those that belong to no task.</summary>
    private async Task ReconcileAsync()
    {
        parts.Pool.Drop();
        foreach (var runner in runners.Values)
        {
            runner.LookAtAll();
        }

        var ours = await parts.Docker.ListContainersAsync($"{CreateRequest.InstanceLabel}={parts.Create.ContainerInstanceArn}", lifetime).ConfigureAwait(false);
        foreach (var late in ours.Where(CountsAsStopped))
        {
            // Its start was given up, and the engine carried it out later.
            LogLate(late.Id);
            await parts.Docker.StopContainerAsync(late.Id, TimeSpan.Zero, lifetime).ConfigureAwait(false);
        }

        var sandboxes = runners.Values.Select(runner => runner.State.Sandbox is { Known: < SandboxStatus.Removed } sandbox ? sandbox.DockerId : null).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var stray in ours.Where(container => container.Labels?.GetValueOrDefault(CreateRequest.TaskLabel) is not { } task ? !sandboxes.Contains(container.Id) && !parts.Pool.Owns(container.Id) : !runners.ContainsKey(task)))
        {
            // Its task was never acknowledged, or was cleaned up while Docker was away.
            LogStray(stray.Id);
            await parts.Docker.RemoveContainerAsync(stray.Id, lifetime).ConfigureAwait(false);
        }

        await parts.Sandboxes.RemoveStrayNetworksAsync(lifetime).ConfigureAwait(false);
    }

    private bool CountsAsStopped(DockerContainerSummary container) =>
        container is { State: "running", Labels: { } labels }
        && labels.GetValueOrDefault(CreateRequest.TaskLabel) is { } task && runners.TryGetValue(task, out var runner)
        && runner.State.Container(labels.GetValueOrDefault(CreateRequest.ContainerLabel)) is { Known: ContainerStatus.Stopped };

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        var period = parts.Options.TaskCleanupWait / 2;
        using var timer = new PeriodicTimer(period > LongestSweep ? LongestSweep : period < ShortestSweep ? ShortestSweep : period, parts.Clock);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            var due = parts.Clock.GetUtcNow() - parts.Options.TaskCleanupWait;
            foreach (var (arn, runner) in runners)
            {
                var task = runner.State;
                if (!runner.IsDone || !(task.StoppedAt <= due) || !parts.Connection.IsUp || !(parts.Logs.IsShipped(task) || task.StoppedAt <= due - LongestShipping))
                {
                    continue;
                }

                try
                {
                    await runner.CleanUpAsync(cancellationToken).ConfigureAwait(false);
                    await loops.GetValueOrDefault(runner, Task.CompletedTask).ConfigureAwait(false);
                    parts.Directory.DeleteTask(task.Id);
                    runners.TryRemove(arn, out _);
                    foreach (var container in task.Containers)
                    {
                        endpoints.TryRemove(container.EndpointId, out _);
                    }
                }
                catch (Exception failure) when (failure is DockerException or DockerUnreachableException or IOException)
                {
                    LogCleanUpFailed(arn, failure.Message);
                }
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The loop of task {Task} ended by a defect of the agent.")]
    private partial void LogDefect(string task, Exception defect);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stopping container {Container}, which runs though it was given up.")]
    private partial void LogLate(string container);

    [LoggerMessage(Level = LogLevel.Information, Message = "Removing container {Container}, which belongs to no task of this instance.")]
    private partial void LogStray(string container);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Task {Task} could not be cleaned up and will be tried again: {Reason}")]
    private partial void LogCleanUpFailed(string task, string reason);
}
