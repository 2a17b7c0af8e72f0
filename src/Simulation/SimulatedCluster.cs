using Berth.Domain;
using Berth.Engine;
using Berth.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Simulation;

/// <summary>
/// A whole cluster in one process from one seed: the real engine, commands and scheduler over a simulated clock, journal,
/// network, agents and load balancer. One thing happens at a time, so that a seed always tells the same story.
/// </summary>
public sealed partial class SimulatedCluster : IAsyncDisposable
{
    private static readonly StreamId Id = StreamId.Cluster("000000000000", "us-east-1", "simulated");
    private static readonly ClusterLimits Limits = new()
    {
        StoppedTaskLife = TimeSpan.FromMinutes(5),
        StartBackOffMost = TimeSpan.FromMinutes(1),
        ProvisioningLife = TimeSpan.FromMinutes(2),
    };

    private const int CompareEvery = 8;

    // The journal's trouble has a generator of its own: it is asked on the engine's thread.
    private readonly Random chance;
    private readonly Random trouble;
    private readonly SimulatedTime clock = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly SimulatedJournal journal;
    private readonly SeededIdSource ids;
    private readonly SafetyWatch watch = new();
    private readonly EventCatalog<ClusterState, ClusterEvent> codec = ClusterCatalog.Create();
    private StreamEngine<ClusterAggregate, ClusterState, ClusterEvent>? engine;
    private AppendFault? nextFault;
    private int restarts;
    private bool faults;

    /// <summary>A world that has not begun.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="plan">How large it is; null for what the seed says.</param>
    public SimulatedCluster(int seed, WorldPlan? plan = null)
    {
        Plan = plan ?? WorldPlan.Of(seed);
        chance = new Random(seed);
        trouble = new Random(seed ^ 0x5eed);
        ids = new SeededIdSource(seed);
        journal = new SimulatedJournal(NextFault);
        happenings = Happenings();
    }

    /// <summary>How large it is.</summary>
    public WorldPlan Plan { get; }

    /// <summary>What it has been through so far.</summary>
    public SimulationTally Tally { get; } = new();

    /// <summary>Tells two stories apart: the same for the same facts in the same order.</summary>
    public ulong Fingerprint => journal.Fingerprint;

    /// <summary>Lets chance rule for a time, checking every promise after each step.</summary>
    /// <exception cref="BrokenPromiseException">A promise was broken.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        faults = false;
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        await TryAsync(new CreateClusterCommand([], null, null, []), cancellationToken).ConfigureAwait(false);
        await TryAsync(new PutClusterCapacityProvidersCommand([new(OwnProvider, "EC2"), new(OtherProvider, "EC2")], []), cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < Plan.Instances; i++)
        {
            await AddInstanceAsync(zone: null, cancellationToken).ConfigureAwait(false);
        }

        faults = true;
        for (var step = 0; step < Plan.Steps; step++)
        {
            await StepAsync(cancellationToken).ConfigureAwait(false);
            Tally.Steps++;
            watch.Check();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (engine is not null)
        {
            await engine.DisposeAsync().ConfigureAwait(false);
        }
    }

    private AppendFault NextFault()
    {
        Tally.Commits++;
        var fault = nextFault
            ?? (!faults ? AppendFault.None
            : trouble.Next(200) switch
            {
                0 => AppendFault.Before,
                1 => AppendFault.After,
                _ => AppendFault.None,
            });
        nextFault = null;
        if (fault is AppendFault.Before or AppendFault.After)
        {
            Tally.Fault(fault == AppendFault.Before ? "append failed" : "append failed, and was kept");
        }

        return fault;
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        engine = new(
            Id,
            new(id => new ClusterAggregate(id.Account, id.Region, id.Name!, Limits), codec),
            journal,
            [watch],
            ids,
            clock,
            new StreamEngineOptions { SnapshotEvery = 100, SnapshotWhenQuietFor = Timeout.InfiniteTimeSpan, RecoveryFirst = TimeSpan.Zero },
            NullLogger.Instance);
        await engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        await BarrierAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The control plane dies and starts again: only what the journal holds is left.</summary>
    private async Task CrashAsync(CancellationToken cancellationToken)
    {
        Tally.Fault("crash");
        await engine!.DisposeAsync().ConfigureAwait(false);
        await RestartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The control plane dies between a command and its answer, the facts kept or not. The caller asks again with the
    /// same client token, and what he wanted was done once.
    /// </summary>
    private async Task CrashInFlightAsync(CancellationToken cancellationToken)
    {
        var count = chance.Next(1, 4);
        var group = $"once-{ids.NextUuid()}";
        var command = new RunTaskCommand(new() { Definition = TaskDefinitions.Plain, Group = group }, count, [], [], group, "");
        nextFault = chance.Next(2) == 0 ? AppendFault.HangBefore : AppendFault.HangAfter;
        Tally.Fault(nextFault == AppendFault.HangBefore ? "crash before the append" : "crash between append and answer");
        var hangs = journal.Hangs;
        var asked = engine!.ExecuteAsync(command, cancellationToken).AsTask();
        var first = await Task.WhenAny(asked, hangs).ConfigureAwait(false);
        nextFault = null;
        await engine.DisposeAsync().ConfigureAwait(false);
        try
        {
            await asked.ConfigureAwait(false);
        }
        catch (Exception expected) when (expected is StreamUnavailableException or RefusedException)
        {
            // The caller does not know what became of it.
        }

        await RestartAsync(cancellationToken).ConfigureAwait(false);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            if (await TryAsync(command, cancellationToken).ConfigureAwait(false) is not { } answer)
            {
                continue;
            }

            var state = await StateAsync(cancellationToken).ConfigureAwait(false);
            var made = state.Tasks.Values.Count(task => task.Group == group);
            if (made > count || made != answer.Tasks.Length)
            {
                throw new BrokenPromiseException($"A RunTask for {count} tasks that was asked twice with one client token made {made}, and told of {answer.Tasks.Length}.");
            }

            break;
        }
    }

    private async Task RestartAsync(CancellationToken cancellationToken)
    {
        // What was kept and never told of is nobody's promise; else the journal holds just what was seen.
        if (watch.LastSeq == journal.LastSeq(Id) && watch.Last is { } seen && ++restarts % CompareEvery == 0)
        {
            CheckSame(seen, (await ReplayAsync(cancellationToken).ConfigureAwait(false)).State, "A crash changed what was");
        }

        await OpenAsync(cancellationToken).ConfigureAwait(false);
        await TryAsync(new DisconnectAgentsCommand(null), cancellationToken).ConfigureAwait(false);
        foreach (var agent in agents.Values)
        {
            agent.Connected = false;
        }

        foreach (var agent in agents.Values.Where(agent => agent.CutOff == 0))
        {
            await ConnectAsync(agent, cancellationToken).ConfigureAwait(false);
        }

        CheckAcknowledged(await StateAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Another node believes it owns the cluster, for a moment; the journal lets only one of them write.</summary>
    private async Task SecondOwnerAsync(CancellationToken cancellationToken)
    {
        Tally.Fault("second owner");
        await journal.ClaimAsync(Id, cancellationToken).ConfigureAwait(false);
        await TryAsync(new PutAttributesCommand([new(Pick(agents.Keys) ?? "", [new("seen", "twice")])]), cancellationToken).ConfigureAwait(false);
        await BarrierAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Somebody sets the clock of the control plane.</summary>
    private async Task SetClockAsync(CancellationToken cancellationToken)
    {
        switch (chance.Next(4))
        {
            case 0:
                Tally.Fault("clock set back");
                clock.Jump(-TimeSpan.FromSeconds(chance.Next(1, 240)));
                break;
            case 1:
                Tally.Fault("clock set forward");
                clock.Jump(TimeSpan.FromMinutes(chance.Next(1, 180)));
                break;
            case 2:
                Tally.Fault("machine asleep for hours");
                await PassAsync(TimeSpan.FromHours(chance.Next(1, 8)), cancellationToken).ConfigureAwait(false);
                break;
            default:
                Tally.Fault("clock set forward by days");
                clock.Jump(TimeSpan.FromDays(chance.Next(1, 3)));
                break;
        }

        await BarrierAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets time pass, the engine keeping up with each timer.</summary>
    private async Task PassAsync(TimeSpan span, CancellationToken cancellationToken)
    {
        // A timer that a look sets anew for the same moment must not hold the clock for ever.
        const int MostTimers = 10_000;
        var until = clock.GetUtcNow() + span;
        for (var fired = 0; clock.NextDue is { } due && due <= until && fired < MostTimers; fired++)
        {
            var now = clock.GetUtcNow();
            clock.Advance(due > now ? due - now : TimeSpan.Zero);
            await BarrierAsync(cancellationToken).ConfigureAwait(false);
        }

        var left = until - clock.GetUtcNow();
        clock.Advance(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        await BarrierAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Carries a command out; default when the journal failed or the command was refused.</summary>
    private async Task<TResult?> TryAsync<TResult>(Command<ClusterAggregate, TResult> command, CancellationToken cancellationToken) =>
        (await AskAsync(command, cancellationToken).ConfigureAwait(false)).Result;

    private async Task<Answer<TResult>> AskAsync<TResult>(Command<ClusterAggregate, TResult> command, CancellationToken cancellationToken)
    {
        try
        {
            return new(await engine!.ExecuteAsync(command, cancellationToken).ConfigureAwait(false), IsRefused: false);
        }
        catch (RefusedException)
        {
            return new(default, IsRefused: true);
        }
        catch (StreamUnavailableException)
        {
            await BarrierAsync(cancellationToken).ConfigureAwait(false);
            return new(default, IsRefused: false);
        }
    }

    /// <summary>Waits until the engine has done all it was asked, timers included, and works again after a fault.</summary>
    private async Task BarrierAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await engine!.ExecuteAsync(new DisconnectAgentsCommand([]), cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (StreamUnavailableException)
            {
                await Task.Yield();
            }
        }
    }

    private async Task<ClusterState> StateAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await engine!.QueryAsync(new ReadCluster(), cancellationToken).ConfigureAwait(false);
            }
            catch (StreamUnavailableException)
            {
                await BarrierAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private T? Pick<T>(IReadOnlyCollection<T> all) => all.Count == 0 ? default : all.ElementAt(chance.Next(all.Count));

    private readonly record struct Answer<T>(T? Result, bool IsRefused);
}
