using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>A namespace in Docker's bridge network that waits for a task.</summary>
/// <param name="DockerId">The container that holds it.</param>
/// <param name="ProcessId">That container's process on this machine.</param>
/// <param name="Address">Where it is in the network.</param>
/// <param name="Bindings">The ports it publishes.</param>
internal sealed record ReadySandbox(string DockerId, int ProcessId, SandboxAddress Address, ImmutableArray<NetworkBinding> Bindings);

/// <summary>
/// Sandboxes made before a task needs one. Most of what a start in a bridge network costs is the network: a container that
/// joins one that is there starts in a third of the time.
/// </summary>
/// <remarks>
/// Only shapes that tasks have asked for are kept ready, as many as were asked for lately, and made only while the agent
/// starts nothing else. A task that finds none is started as ever. One that published nothing leaves its sandbox to the
/// next, if it has left nothing in it. What a killed agent leaves has no task's label and is removed by the next.
/// </remarks>
internal sealed partial class SandboxPool(DockerEngine docker, PauseImage image, string containerInstanceArn, SemaphoreSlim startSlots, AgentOptions options, TimeProvider clock, ILogger logger) : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly Dictionary<SandboxShape, Shelf> shelves = [];
    private readonly HashSet<string> lent = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim news = new(0, 1);

    private sealed class Shelf
    {
        public Stack<ReadySandbox> Ready { get; } = new();

        public DateTimeOffset AskedAt { get; set; }

        /// <summary>How many were asked for lately, at most as many as may be kept.</summary>
        public int Wanted { get; set; }

        /// <summary>How many tasks have.</summary>
        public int Lent { get; set; }

        /// <summary>How many are to be ready: those that come back need not be made, but there is always one.</summary>
        public int Target(SandboxShape shape) => shape.IsReusable ? Math.Clamp(Wanted - Lent, Math.Min(Wanted, 1), Wanted) : Wanted;
    }

    /// <summary>Gives a task a sandbox that is ready, or declines.</summary>
    public SandboxFact Take(SandboxShape shape)
    {
        lock (gate)
        {
            if (!shelves.TryGetValue(shape, out var shelf))
            {
                shelves.Add(shape, shelf = new());
            }

            shelf.AskedAt = clock.GetUtcNow();
            shelf.Wanted = Math.Min(shelf.Wanted + 1, options.ReadySandboxes);
            Tell();
            if (!shelf.Ready.TryPop(out var ready))
            {
                return new SandboxFact.Declined();
            }

            shelf.Lent++;
            lent.Add(ready.DockerId);
            return new SandboxFact.Ready(ready.DockerId, ready.Address) { ProcessId = ready.ProcessId, Bindings = ready.Bindings };
        }
    }

    /// <summary>Takes back what a task no longer needs, to be used again or removed. Its task must have written that down.</summary>
    public void Return(SandboxState sandbox)
    {
        if (sandbox is not { Shape: { } shape, DockerId: { } id, Address: { } address })
        {
            return;
        }

        var isClean = shape.IsReusable && SandboxTraces.IsClean(sandbox.ProcessId);
        lock (gate)
        {
            if (lent.Remove(id) && shelves.TryGetValue(shape, out var shelf))
            {
                shelf.Lent--;
                if (isClean && shelf.Ready.Count < options.ReadySandboxes)
                {
                    shelf.Ready.Push(new(id, sandbox.ProcessId, address, sandbox.Bindings));
                    return;
                }
            }
        }

        _ = RemoveAsync(id, CancellationToken.None);
    }

    /// <summary>Whether a container without a task is one of these.</summary>
    public bool Owns(string dockerId)
    {
        lock (gate)
        {
            return lent.Contains(dockerId) || shelves.Values.Any(shelf => shelf.Ready.Any(ready => ready.DockerId == dockerId));
        }
    }

    /// <summary>A container that belongs to no task has ended.</summary>
    public void Died(string dockerId)
    {
        lock (gate)
        {
            foreach (var shelf in shelves.Values)
            {
                Keep(shelf, ready => ready.DockerId != dockerId);
            }
        }
    }

    /// <summary>The engine was away: nothing that was ready is sure to be.</summary>
    public void Drop()
    {
        lock (gate)
        {
            foreach (var shelf in shelves.Values)
            {
                shelf.Ready.Clear();
            }
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

                while (Lacking() is { } shape)
                {
                    await WhenQuietAsync(cancellationToken).ConfigureAwait(false);
                    await MakeAsync(shape, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            using var farewell = new CancellationTokenSource(Farewell, clock);
            foreach (var ready in TakeAll())
            {
                await RemoveAsync(ready.DockerId, farewell.Token).ConfigureAwait(false);
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

    private SandboxShape? Lacking()
    {
        lock (gate)
        {
            return shelves.Where(entry => entry.Value.Ready.Count < entry.Value.Target(entry.Key)).OrderByDescending(entry => entry.Value.AskedAt).Select(entry => entry.Key).FirstOrDefault();
        }
    }

    private List<ReadySandbox> TakeForgotten()
    {
        lock (gate)
        {
            var forgotten = shelves.Where(entry => entry.Value is { Lent: 0 } && entry.Value.AskedAt < clock.GetUtcNow() - Remembered).ToList();
            forgotten.ForEach(entry => shelves.Remove(entry.Key));
            return [.. forgotten.SelectMany(entry => entry.Value.Ready)];
        }
    }

    private List<ReadySandbox> TakeAll()
    {
        lock (gate)
        {
            List<ReadySandbox> all = [.. shelves.Values.SelectMany(shelf => shelf.Ready)];
            shelves.Clear();
            return all;
        }
    }

    private static void Keep(Shelf shelf, Func<ReadySandbox, bool> which)
    {
        var kept = shelf.Ready.Where(which).Reverse().ToList();
        shelf.Ready.Clear();
        kept.ForEach(shelf.Ready.Push);
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

    private async Task MakeAsync(SandboxShape shape, CancellationToken cancellationToken)
    {
        var name = $"ecs-ready-{RandomNumberGenerator.GetHexString(20, lowercase: true)}";
        try
        {
            await image.EnsureAsync(cancellationToken).ConfigureAwait(false);
            var id = await docker.CreateContainerAsync(name, Request(shape), cancellationToken).ConfigureAwait(false);
            await docker.StartContainerAsync(id, cancellationToken).ConfigureAwait(false);
            if (await docker.InspectContainerAsync(id, cancellationToken).ConfigureAwait(false) is { State: { Running: true } state } seen && SandboxKeeper.Address(seen) is { } address)
            {
                lock (gate)
                {
                    if (shelves.TryGetValue(shape, out var shelf))
                    {
                        shelf.Ready.Push(new(id, state.Pid, address, [.. ContainerObserver.Bindings(seen)]));
                        return;
                    }
                }
            }

            await RemoveAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is DockerException or DockerUnreachableException)
        {
            // Tasks do without. A half-made one is removed when the engine is next looked at.
            LogNotMade(failure.Message);
            image.Forget();
            await Task.Delay(AfterFailure, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private JsonObject Request(SandboxShape shape)
    {
        var ports = shape.Ports.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var request = SandboxRequest.Plain("bridge");
        request["ExposedPorts"] = new JsonObject(ports.Select(port => KeyValuePair.Create(port, (JsonNode?)new JsonObject())));
        request["HostConfig"]!["PortBindings"] = new JsonObject(ports.Select(port => KeyValuePair.Create(port, (JsonNode?)new JsonArray(new JsonObject { ["HostPort"] = "" }))));    // Plain has one.
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
