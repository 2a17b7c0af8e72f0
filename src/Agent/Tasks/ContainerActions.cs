using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>What may be done for a container of a task, in Docker: each turns its outcome into a fact.</summary>
/// <param name="parts">What the task is run with.</param>
/// <param name="inputs">What its containers are given.</param>
/// <param name="taskId">The task.</param>
/// <param name="logger">The task's log.</param>
/// <param name="stopping">Cancelled when the task is to stop: nothing is fetched for it any more.</param>
/// <remarks>Each throws <see cref="DockerUnreachableException"/> where it is unknown whether it was carried out.</remarks>
internal sealed partial class ContainerActions(TaskEngineParts parts, TaskInputs inputs, string taskId, ILogger logger, CancellationToken stopping)
{
    /// <summary>An engine in trouble is not asked again at once.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SandboxEndsWithin = TimeSpan.FromMilliseconds(200);

    /// <summary>Looks at the container in Docker.</summary>
    /// <returns>What is seen; null where it has not been created.</returns>
    public async Task<TaskFact?> InspectAsync(ContainerState container, TaskState task, CancellationToken cancellationToken)
    {
        await parts.Connection.WhenUpAsync(cancellationToken).ConfigureAwait(false);
        if (await LookAsync(container.Name, () => parts.Docker.InspectContainerAsync(container.DockerId ?? container.DockerName, cancellationToken), cancellationToken).ConfigureAwait(false) is { } docker)
        {
            var seen = ContainerObserver.Observe(docker, container.Spec);
            return await SandboxThatTookItAlongAsync(seen, task, cancellationToken).ConfigureAwait(false)
                ?? new ContainerFact.Observed(container.Name, InSandbox(seen, task.Sandbox));
        }

        return container.DockerId is not null ? new ContainerFact.Failed(container.Name, "ContainerVanishedError: the container was removed outside of the agent", null, parts.Clock.GetUtcNow())
            : null;
    }

    /// <summary>Looks at the task's sandbox in Docker.</summary>
    /// <returns>That it is ready or has ended; null where it has not been made yet.</returns>
    public Task<TaskFact?> InspectSandboxAsync(SandboxState sandbox, CancellationToken cancellationToken) =>
        LookAsync(SandboxState.ContainerName, () => parts.Sandboxes.InspectAsync(sandbox, cancellationToken), cancellationToken);

    /// <returns>That the task's sandbox is ready, or why it will not be.</returns>
    public async Task<TaskFact?> PrepareSandboxAsync(TaskState task, SandboxState sandbox, CancellationToken cancellationToken) =>
        await parts.Sandboxes.PrepareAsync(task, sandbox, cancellationToken).ConfigureAwait(false)
            ?? await InspectSandboxAsync(sandbox, cancellationToken).ConfigureAwait(false);

    /// <summary>An engine that cannot say how a container is has not said that it stopped: asked again, though not at once.</summary>
    private async Task<T> LookAsync<T>(string container, Func<Task<T>> look, CancellationToken cancellationToken)
    {
        try
        {
            return await look().ConfigureAwait(false);
        }
        catch (DockerException trouble)
        {
            LogNotSeen(container, taskId, trouble.Message);
            await Task.Delay(Retry, parts.Clock, cancellationToken).ConfigureAwait(false);
            throw new DockerUnreachableException(trouble);
        }
    }

    /// <summary>
    /// The end of the sandbox whose processes a killed container shared; null where that is not what has killed it. When the
    /// first process of a namespace dies, the kernel ends all others before it, so the engine tells of the container first.
    /// </summary>
    private async Task<TaskFact?> SandboxThatTookItAlongAsync(ContainerObservation seen, TaskState task, CancellationToken cancellationToken)
    {
        if (seen is not { Status: ContainerStatus.Stopped, ExitCode: ContainerObserver.Killed } || task is not { IsStopping: false, Spec.PidMode: "task", Sandbox: { Known: SandboxStatus.Ready } sandbox })
        {
            return null;
        }

        await Task.Delay(SandboxEndsWithin, parts.Clock, cancellationToken).ConfigureAwait(false);
        try
        {
            return await parts.Sandboxes.InspectAsync(sandbox, cancellationToken).ConfigureAwait(false) as SandboxFact.Ended;
        }
        catch (DockerException)
        {
            return null;    // Then the container's own end is told.
        }
    }

    public async Task<TaskFact?> PullAsync(ContainerState container, TaskState task, CancellationToken cancellationToken)
    {
        using var untilStopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        try
        {
            var image = await parts.Images.PullAsync(container.Spec, task.Spec, untilStopping.Token).ConfigureAwait(false);
            return new ContainerFact.Pulled(container.Name, image.Digest, image.Warning, image.StartedAt, image.StoppedAt);
        }
        catch (ImagePullException failure)
        {
            return new ContainerFact.Failed(container.Name, failure.Message, null, parts.Clock.GetUtcNow(), failure.StartedAt);
        }
        catch (ResourceInitializationException failure)
        {
            return new ContainerFact.Failed(container.Name, failure.Message, null, parts.Clock.GetUtcNow());
        }
    }

    public async Task<TaskFact?> CreateAsync(ContainerState container, TaskState task, CancellationToken cancellationToken)
    {
        ContainerInputs given;
        try
        {
            given = await inputs.ForAsync(container.Name, FirelensRouter.WithSecretsAtRouter(task.Spec), stopping, cancellationToken).ConfigureAwait(false);
            using var untilStopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
            await parts.Firelens.PrepareAsync(container, task.Spec, untilStopping.Token).ConfigureAwait(false);
        }
        catch (ResourceInitializationException failure)
        {
            return new ContainerFact.Failed(container.Name, failure.Message, null, parts.Clock.GetUtcNow());
        }

        await parts.StartSlots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await CreateVolumesAsync(container, task, cancellationToken).ConfigureAwait(false);
            parts.Cgroups?.Ensure(task);
            var request = CreateRequest.Build(task, container, parts.Create);
            given.AddTo(request);
            try
            {
                return await CreateAsync(request).ConfigureAwait(false);
            }
            catch (DockerException gone) when (gone.Status == HttpStatusCode.NotFound && parts.Images.Forget(container.Spec.Image ?? ""))
            {
                // Removed since it was last seen.
                return await PullAsync(container, task, cancellationToken).ConfigureAwait(false) is ContainerFact.Failed failed ? failed
                    : await CreateAsync(request).ConfigureAwait(false);
            }
        }
        catch (DockerTimeoutException late)
        {
            return new ContainerFact.Failed(container.Name, late.Message, null, parts.Clock.GetUtcNow());
        }
        catch (IOException refused)
        {
            return new ContainerFact.Failed(container.Name, NoCgroup(refused), null, parts.Clock.GetUtcNow());
        }
        catch (ContainerDefinitionException wrong)
        {
            return new ContainerFact.Failed(container.Name, wrong.Message, null, parts.Clock.GetUtcNow());
        }
        catch (DockerException refusal)
        {
            return new ContainerFact.Failed(container.Name, $"CannotCreateContainerError: {inputs.Conceal(container.Name, refusal.Message)}", null, parts.Clock.GetUtcNow());
        }
        finally
        {
            parts.StartSlots.Release();
        }

        async Task<TaskFact?> CreateAsync(JsonObject request)
        {
            var id = await DockerPatience.ToCreate(parts.Options).WaitAsync(limit => parts.Docker.CreateContainerAsync(container.DockerName, request, limit), cancellationToken).ConfigureAwait(false);
            return new ContainerFact.Created(container.Name, id, parts.Clock.GetUtcNow());
        }
    }

    private Task CreateVolumesAsync(ContainerState container, TaskState task, CancellationToken cancellationToken) => DockerPatience.ToCreate(parts.Options).WaitAsync(
        async limit =>
        {
            foreach (var volume in CreateRequest.Volumes(task, container.Spec))
            {
                try
                {
                    await parts.Docker.CreateVolumeAsync(volume, limit).ConfigureAwait(false);
                }
                catch (DockerException refusal)
                {
                    throw new ContainerDefinitionException($"CannotCreateVolumeError: {refusal.Message}");
                }
            }
        },
        cancellationToken);

    /// <summary>The address of a container in a sandbox of the bridge network is the sandbox's.</summary>
    private static ContainerObservation InSandbox(ContainerObservation seen, SandboxState? sandbox) =>
        sandbox is not { FromPool: true, Address: { } address } ? seen : seen with { Ipv4Addresses = [address.Ipv4], NetworkMode = "bridge" };

    private static string NoCgroup(IOException refused) => $"ResourceInitializationError: the task's control group cannot be made: {refused.Message}";

    public async Task<TaskFact?> StartAsync(ContainerState container, TaskState task, CancellationToken cancellationToken)
    {
        var id = container.DockerId ?? container.DockerName;
        await parts.StartSlots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            parts.Cgroups?.Ensure(task);     // A container that is started again may find it gone: the machine was started anew in between.
            await DockerPatience.ToStart(parts.Options).WaitAsync(limit => parts.Docker.StartContainerAsync(id, limit), cancellationToken).ConfigureAwait(false);
        }
        catch (DockerTimeoutException late)
        {
            return new ContainerFact.Failed(container.Name, late.Message, null, parts.Clock.GetUtcNow());
        }
        catch (IOException refused)
        {
            return new ContainerFact.Failed(container.Name, NoCgroup(refused), null, parts.Clock.GetUtcNow());
        }
        catch (DockerException refusal)
        {
            return new ContainerFact.Failed(container.Name, $"CannotStartContainerError: {inputs.Conceal(container.Name, refusal.Message)}", null, parts.Clock.GetUtcNow());
        }
        finally
        {
            parts.StartSlots.Release();
        }

        return await InspectAsync(container, task, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The engine has carried out a start that was given up: a container that counts as stopped must not run.</summary>
    public async Task<TaskFact?> StopLateAsync(ContainerState container, CancellationToken cancellationToken)
    {
        try
        {
            await parts.Docker.StopContainerAsync(container.DockerId ?? container.DockerName, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerException refusal)
        {
            LogStopRefused(container.Name, taskId, refusal.Message);    // The next look at all containers tries again.
        }

        return null;
    }

    public async Task<TaskFact?> StopAsync(ContainerState container, TaskState task, CancellationToken cancellationToken)
    {
        var patience = container.Spec.StopTimeout is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : parts.Options.StopTimeout;
        try
        {
            await parts.Docker.StopContainerAsync(container.DockerId ?? container.DockerName, patience, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerException refusal)
        {
            // It may be gone already. If it still runs the engine is in trouble: not asked again at once.
            LogStopRefused(container.Name, taskId, refusal.Message);
            var seen = await InspectAsync(container, task, cancellationToken).ConfigureAwait(false);
            if (seen is ContainerFact.Observed { State.Status: not ContainerStatus.Stopped })
            {
                await Task.Delay(Retry, parts.Clock, cancellationToken).ConfigureAwait(false);
            }

            return seen;
        }

        return await InspectAsync(container, task, cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The engine does not say how container {Container} of task {Task} is: {Reason}")]
    private partial void LogNotSeen(string container, string task, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Container {Container} of task {Task} could not be stopped: {Reason}")]
    private partial void LogStopRefused(string container, string task, string reason);
}
