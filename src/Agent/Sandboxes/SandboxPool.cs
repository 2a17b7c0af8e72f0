using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>A namespace in Docker's bridge network that waits for a task.</summary>
/// <param name="DockerId">The container that holds it.</param>
/// <param name="ProcessId">That container's process on this machine.</param>
/// <param name="Address">Where it is in the network.</param>
/// <param name="Passed">What passed through the network for tasks that had it before.</param>
internal sealed record ReadySandbox(string DockerId, int ProcessId, SandboxAddress Address, NetworkCounters Passed);

/// <summary>
/// Sandboxes made before a task needs one. Most of what a start in a bridge network costs is the network: a container that
/// joins one that is there starts in less than half the time.
/// </summary>
/// <remarks>
/// As many are kept ready as were asked for lately, and made only while the agent starts nothing else. A task that finds
/// none is started as ever. A task leaves its sandbox to the next, if it has left nothing in it. What a killed agent
/// leaves has no task's label and is removed by the next.
/// </remarks>
internal sealed partial class SandboxPool(DockerEngine docker, PauseImage image, string containerInstanceArn, SemaphoreSlim startSlots, AgentOptions options, TimeProvider clock, ILogger logger) : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly Stack<ReadySandbox> ready = new();
    private readonly HashSet<string> lent = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim news = new(0, 1);
    private DateTimeOffset askedAt;
    private int wanted;

    /// <summary>How many are to be ready: those that come back need not be made, but there is always one.</summary>
    private int Target => Math.Clamp(wanted - lent.Count, Math.Min(wanted, 1), wanted);

    /// <summary>Gives a task a sandbox that is ready, or declines.</summary>
    public SandboxFact Take()
    {
        lock (gate)
        {
            askedAt = clock.GetUtcNow();
            wanted = Math.Min(wanted + 1, options.ReadySandboxes);
            Tell();
            if (!ready.TryPop(out var taken))
            {
                return new SandboxFact.Declined();
            }

            lent.Add(taken.DockerId);
            return new SandboxFact.Ready(taken.DockerId, taken.Address) { ProcessId = taken.ProcessId, PassedBefore = taken.Passed };
        }
    }

    /// <summary>Takes back what a task no longer needs, to be used again or removed. Its task must have written that down.</summary>
    public void Return(SandboxState sandbox)
    {
        if (sandbox is not { FromPool: true, DockerId: { } id, Address: { } address })
        {
            return;
        }

        var isClean = SandboxTraces.IsClean(sandbox.ProcessId);
        var passed = isClean ? KernelSamples.PassedThrough(sandbox.ProcessId) : default;
        lock (gate)
        {
            if (lent.Remove(id) && isClean && ready.Count < options.ReadySandboxes)
            {
                ready.Push(new(id, sandbox.ProcessId, address, passed));
                return;
            }
        }

        _ = RemoveAsync(id, CancellationToken.None);
    }

    /// <summary>Whether a container without a task is one of these.</summary>
    public bool Owns(string dockerId)
    {
        lock (gate)
        {
            return lent.Contains(dockerId) || ready.Any(one => one.DockerId == dockerId);
        }
    }

    /// <summary>A container that belongs to no task has ended.</summary>
    public void Died(string dockerId)
    {
        lock (gate)
        {
            var others = ready.Where(one => one.DockerId != dockerId).Reverse().ToList();
            ready.Clear();
            others.ForEach(ready.Push);
        }
    }

    /// <summary>The engine was away: nothing that was ready is sure to be.</summary>
    public void Drop()
    {
        lock (gate)
        {
            ready.Clear();
        }
    }

    /// <summary>Makes what is wanted and removes what is not, until cancelled; then removes all that are ready.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await news.WaitAsync(Remembered, cancellationToken).ConfigureAwait(false);
                foreach (var forgotten in TakeForgotten())
                {
                    await RemoveAsync(forgotten.DockerId, cancellationToken).ConfigureAwait(false);
                }

                while (IsLacking())
                {
                    await WhenQuietAsync(cancellationToken).ConfigureAwait(false);
                    await MakeAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            using var farewell = new CancellationTokenSource(Farewell, clock);
            foreach (var left in TakeAll())
            {
                await RemoveAsync(left.DockerId, farewell.Token).ConfigureAwait(false);
            }
        }
    }

    public void Dispose() => news.Dispose();

    private void Tell()
    {
        if (news.CurrentCount == 0)
        {
            news.Release();
        }
    }

    private bool IsLacking()
    {
        lock (gate)
        {
            return ready.Count < Target;
        }
    }

    /// <summary>All that are ready, where nobody has asked for one for long.</summary>
    private List<ReadySandbox> TakeForgotten()
    {
        lock (gate)
        {
            return askedAt < clock.GetUtcNow() - Remembered ? TakeAll() : [];
        }
    }

    private List<ReadySandbox> TakeAll()
    {
        lock (gate)
        {
            List<ReadySandbox> all = [.. ready];
            ready.Clear();
            wanted = 0;
            return all;
        }
    }

    /// <summary>Waits until nothing is being started: a task that waits for Docker now is worth more than one to come.</summary>
    private async Task WhenQuietAsync(CancellationToken cancellationToken)
    {
        do
        {
            await Task.Delay(Quiet, clock, cancellationToken).ConfigureAwait(false);
        }
        while (startSlots.CurrentCount < options.ParallelStarts);
    }

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        var name = $"ecs-ready-{RandomNumberGenerator.GetHexString(20, lowercase: true)}";
        try
        {
            await DockerPatience.ToCreate(options).WaitAsync(image.EnsureAsync, cancellationToken).ConfigureAwait(false);
            var id = await DockerPatience.ToCreate(options).WaitAsync(limit => docker.CreateContainerAsync(name, Request(), limit), cancellationToken).ConfigureAwait(false);
            await DockerPatience.ToStart(options).WaitAsync(limit => docker.StartContainerAsync(id, limit), cancellationToken).ConfigureAwait(false);
            if (await docker.InspectContainerAsync(id, cancellationToken).ConfigureAwait(false) is { State: { Running: true } state } seen && SandboxKeeper.Address(seen) is { } address)
            {
                lock (gate)
                {
                    ready.Push(new(id, state.Pid, address, default));
                    return;
                }
            }

            await RemoveAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is DockerException or DockerUnreachableException or DockerTimeoutException)
        {
            // Tasks do without. A half-made one is removed when the engine is next looked at.
            LogNotMade(failure.Message);
            image.Forget();
            await Task.Delay(AfterFailure, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private JsonObject Request()
    {
        var request = SandboxRequest.Plain("bridge");
        request["Labels"] = new JsonObject { [CreateRequest.InstanceLabel] = containerInstanceArn, [CreateRequest.ContainerLabel] = SandboxState.ContainerName };
        return request;
    }

    private async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await docker.RemoveContainerAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is DockerException or DockerUnreachableException or OperationCanceledException)
        {
            LogLeft(id, failure.Message);    // Found and removed when the engine is next looked at.
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "No sandbox could be made ready: {Reason}")]
    private partial void LogNotMade(string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The sandbox {Container} could not be removed: {Reason}")]
    private partial void LogLeft(string container, string reason);
}
