using System.Net;

namespace Berth.Agent;

/// <summary>Makes, looks at and removes sandboxes in Docker. Each may be repeated: what is there already is found.</summary>
internal sealed class SandboxKeeper(DockerEngine docker, DockerConnection connection, PauseImage image, SandboxNetworks networks, SandboxPool pool, CreateContext create, AgentOptions options, SemaphoreSlim startSlots)
{
    /// <summary>The engine may be in trouble: not asked again at once.</summary>
    private static readonly TimeSpan RemovalRetry = TimeSpan.FromSeconds(5);

    /// <summary>How often a network may be removed by others between being found and being joined.</summary>
    private const int MostNetworkLosses = 3;

    /// <returns>What came of it; null where it has been started, and is to be looked at.</returns>
    public async Task<TaskFact?> PrepareAsync(TaskState task, SandboxState sandbox, CancellationToken cancellationToken)
    {
        if (sandbox.FromPool)
        {
            return pool.Take();
        }

        await startSlots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            for (var losses = 0; ; losses++)
            {
                try
                {
                    var id = await DockerPatience.ToCreate(options).WaitAsync(limit => CreateAsync(task, sandbox, limit), cancellationToken).ConfigureAwait(false);
                    await DockerPatience.ToStart(options).WaitAsync(limit => docker.StartContainerAsync(id, limit), cancellationToken).ConfigureAwait(false);
                    return null;
                }
                catch (DockerException lost) when (lost.Status == HttpStatusCode.NotFound && sandbox.OwnsNetwork && losses < MostNetworkLosses)
                {
                    await DockerPatience.ToCreate(options).WaitAsync(limit => docker.RemoveContainerAsync(sandbox.DockerName, limit), cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (DockerTimeoutException late)
        {
            return new SandboxFact.Ended(late.Message);
        }
        catch (SubnetUnavailableException unavailable)
        {
            return new SandboxFact.Ended($"ResourceInitializationError: {unavailable.Message}");
        }
        catch (DockerException refusal)
        {
            return new SandboxFact.Ended($"ResourceInitializationError: the sandbox of the task could not be made: {refusal.Message}");
        }
        finally
        {
            startSlots.Release();
        }
    }

    /// <returns>That it is ready or has ended; null where it has not been made yet.</returns>
    public async Task<TaskFact?> InspectAsync(SandboxState sandbox, CancellationToken cancellationToken)
    {
        await connection.WhenUpAsync(cancellationToken).ConfigureAwait(false);
        var seen = await docker.InspectContainerAsync(sandbox.DockerId ?? sandbox.DockerName, cancellationToken).ConfigureAwait(false);
        var address = seen is null ? null : Address(seen);
        return seen is { State.Running: true } && sandbox.OwnsNetwork && address is null ? new SandboxFact.Ended("ResourceInitializationError: the network gave the task no address")
            : seen is { State.Running: true } ? new SandboxFact.Ready(seen.Id, address)
            : seen is { State.Status: not "created" } || sandbox.Known == SandboxStatus.Ready ? new SandboxFact.Ended("ContainerRuntimeError: the sandbox of the task ended")
            : null;
    }

    public async Task<TaskFact?> RemoveAsync(SandboxState sandbox, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (sandbox.FromPool)
        {
            return new SandboxFact.Removed();    // It is returned once that is written down.
        }

        try
        {
            await docker.RemoveContainerAsync(sandbox.DockerName, cancellationToken).ConfigureAwait(false);
            return new SandboxFact.Removed();
        }
        catch (DockerException)
        {
            await Task.Delay(RemovalRetry, clock, cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>To be called when a task is cleaned up: its network goes too, unless others use it.</summary>
    public async Task CleanUpAsync(SandboxState sandbox, CancellationToken cancellationToken)
    {
        if (!sandbox.FromPool)
        {
            await docker.RemoveContainerAsync(sandbox.DockerName, cancellationToken).ConfigureAwait(false);    // It may have been created after it was given up.
        }

        if (sandbox.Interface is { } @interface)
        {
            await networks.RemoveUnusedAsync(@interface, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes networks that a killed agent may have left.</summary>
    public Task RemoveStrayNetworksAsync(CancellationToken cancellationToken) => networks.RemoveAllUnusedAsync(cancellationToken);

    private async Task<string> CreateAsync(TaskState task, SandboxState sandbox, CancellationToken cancellationToken)
    {
        await image.EnsureAsync(cancellationToken).ConfigureAwait(false);
        var network = sandbox.Interface is { } @interface ? await networks.EnsureAsync(@interface, cancellationToken).ConfigureAwait(false) : "none";
        var request = SandboxRequest.Build(task, sandbox, network, create);
        try
        {
            return await docker.CreateContainerAsync(sandbox.DockerName, request, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerException gone) when (gone.Status == HttpStatusCode.NotFound)
        {
            // The image was removed since it was last seen.
            image.Forget();
            await image.EnsureAsync(cancellationToken).ConfigureAwait(false);
            return await docker.CreateContainerAsync(sandbox.DockerName, request, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A sandbox is in one network at most.</summary>
    internal static SandboxAddress? Address(DockerContainer seen) =>
        (seen.NetworkSettings?.Networks ?? new Dictionary<string, DockerEndpoint>()).Values
            .Where(endpoint => endpoint.IpAddress is { Length: > 0 })
            .Select(endpoint => new SandboxAddress(endpoint.IpAddress!, endpoint.PrefixLength, endpoint.Gateway, endpoint.MacAddress ?? "")) // Filtered above.
            .FirstOrDefault();
}
