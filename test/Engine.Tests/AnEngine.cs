using System.Runtime.CompilerServices;
using Berth.Domain;
using Berth.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Engine.Tests;

using CounterEngine = StreamEngine<Counter, Counter.Number, Counter.Fact>;

public sealed class AnEngine : IAsyncDisposable
{
    private static readonly StreamId Id = StreamId.Of("counter", "000000000000", "us-east-1");
    private readonly SimulatedTime clock = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly Observer observer = new();
    private readonly List<CounterEngine> engines = [];
    private AppendFault fault;
    private SimulatedJournal? simulated;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private SimulatedJournal Journal => simulated ??= new(() =>
    {
        var now = fault;
        fault = AppendFault.None;
        return now;
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in engines)
        {
            await engine.DisposeAsync();
        }
    }

    [Fact]
    public async Task Answers_a_command_only_once_its_facts_are_durable()
    {
        var gate = new GatedJournal(Journal);
        var engine = await OpenAsync(gate);
        gate.Close();

        var answer = engine.ExecuteAsync(new Counter.Add(1), Cancellation).AsTask();
        await gate.WaitForAppendAsync();

        answer.IsCompleted.ShouldBeFalse();
        gate.Open();
        (await answer).ShouldBe(1);
    }

    [Fact]
    public async Task Gathers_what_comes_while_an_append_is_in_flight_into_one()
    {
        var gate = new GatedJournal(Journal);
        var engine = await OpenAsync(gate);
        gate.Close();
        List<Task<int>> answers = [engine.ExecuteAsync(new Counter.Add(1), Cancellation).AsTask()];
        await gate.WaitForAppendAsync();

        answers.AddRange(Enumerable.Range(0, 99).Select(_ => engine.ExecuteAsync(new Counter.Add(1), Cancellation).AsTask()));
        await UntilAsync(() => DecidedBy(engine) == 100);
        gate.Open();

        (await Task.WhenAll(answers)).ShouldBe(Enumerable.Range(1, 100));
        gate.Appends.ShouldBe([1, 99]);
    }

    [Fact]
    public async Task Lets_a_read_wait_for_what_it_saw()
    {
        var gate = new GatedJournal(Journal);
        var engine = await OpenAsync(gate);
        gate.Close();
        var write = engine.ExecuteAsync(new Counter.Add(7), Cancellation).AsTask();
        await gate.WaitForAppendAsync();

        var read = engine.QueryAsync(new Counter.Read(), Cancellation).AsTask();
        read.IsCompleted.ShouldBeFalse();

        gate.Open();
        (await read).ShouldBe(7);
        await write;
    }

    [Fact]
    public async Task Lets_a_refusal_wait_for_what_it_saw()
    {
        var gate = new GatedJournal(Journal);
        var engine = await OpenAsync(gate);
        gate.Close();
        var write = engine.ExecuteAsync(new Counter.Add(7), Cancellation).AsTask();
        await gate.WaitForAppendAsync();

        var refused = engine.ExecuteAsync(new Counter.Add(0), Cancellation).AsTask();
        refused.IsCompleted.ShouldBeFalse();

        gate.Open();
        (await Should.ThrowAsync<RefusedException>(refused)).Code.ShouldBe("InvalidParameterException");
        await write;
    }

    [Fact]
    public async Task Forgets_what_an_append_lost_and_goes_on()
    {
        var engine = await OpenAsync(Journal);
        await engine.ExecuteAsync(new Counter.Add(1), Cancellation);

        fault = AppendFault.Before;
        await Should.ThrowAsync<StreamUnavailableException>(engine.ExecuteAsync(new Counter.Add(10), Cancellation).AsTask());

        (await ExecuteOnceItWorksAsync(engine, new Counter.Add(100))).ShouldBe(101);
    }

    [Fact]
    public async Task Finds_what_a_failed_append_kept_after_all()
    {
        var engine = await OpenAsync(Journal);
        fault = AppendFault.After;
        await Should.ThrowAsync<StreamUnavailableException>(engine.ExecuteAsync(new Counter.Add(10), Cancellation).AsTask());

        (await ExecuteOnceItWorksAsync(engine, new Counter.Add(1))).ShouldBe(11);
    }

    [Fact]
    public async Task Tells_observers_everything_durable_in_order_and_that_it_started_over()
    {
        var engine = await OpenAsync(Journal);
        await engine.ExecuteAsync(new Counter.Add(1), Cancellation);
        fault = AppendFault.Before;
        await Should.ThrowAsync<StreamUnavailableException>(engine.ExecuteAsync(new Counter.Add(10), Cancellation).AsTask());
        await ExecuteOnceItWorksAsync(engine, new Counter.Add(2));

        observer.Values.ShouldBe([0, 1, 1, 3]);
        observer.Facts.ShouldBe([0, 1, 0, 1]);
    }

    [Fact]
    public async Task Throws_a_decision_away_that_fails_half_way()
    {
        var engine = await OpenAsync(Journal);
        await engine.ExecuteAsync(new Counter.Add(1), Cancellation);

        await Should.ThrowAsync<InvalidOperationException>(engine.ExecuteAsync(new Counter.FailHalfWay(), Cancellation).AsTask());

        (await ExecuteOnceItWorksAsync(engine, new Counter.Add(1))).ShouldBe(2);
    }

    [Fact]
    public async Task Settles_when_a_deadline_is_due()
    {
        var engine = await OpenAsync(Journal);
        await engine.ExecuteAsync(new Counter.SetAlarm(TimeSpan.FromMinutes(1)), Cancellation);

        clock.Advance(TimeSpan.FromSeconds(59));
        (await engine.ExecuteAsync(new Counter.Add(1), Cancellation)).ShouldBe(1);
        clock.Advance(TimeSpan.FromSeconds(2));

        await UntilAsync(() => observer.Values[^1] == 1001);
    }

    /// <summary>Goal: what is reacted to together is reacted to, also when the last of the commands is refused. Method: commands gathered while a slow one is decided.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public async Task Reacts_to_commands_that_came_together(int last)
    {
        var engine = await OpenAsync(Journal);
        using var slow = new Counter.Wait();
        var waiting = engine.ExecuteAsync(slow, Cancellation).AsTask();
        await Task.Run(() => slow.Begun.Wait(Cancellation), Cancellation);
        var alarm = engine.ExecuteAsync(new Counter.SetAlarm(TimeSpan.Zero), Cancellation).AsTask();
        var after = engine.ExecuteAsync(new Counter.Add(last), Cancellation).AsTask();
        slow.Go.Set();

        await waiting;
        await alarm;
        await after.ContinueWith(_ => { }, Cancellation, TaskContinuationOptions.None, TaskScheduler.Default);
        await UntilAsync(() => observer.Values[^1] == 1000 + last);
    }

    [Fact]
    public async Task Gives_way_to_a_newer_owner_and_finds_its_facts()
    {
        var first = await OpenAsync(Journal);
        await first.ExecuteAsync(new Counter.Add(1), Cancellation);
        var second = await OpenAsync(Journal);
        await second.ExecuteAsync(new Counter.Add(10), Cancellation);

        await Should.ThrowAsync<StreamUnavailableException>(first.ExecuteAsync(new Counter.Add(100), Cancellation).AsTask());

        (await ExecuteOnceItWorksAsync(first, new Counter.Add(1000))).ShouldBe(1011);
    }

    [Fact]
    public async Task Opens_from_a_snapshot_and_the_facts_after_it()
    {
        var engine = await OpenAsync(Journal, new() { SnapshotEvery = 10 });
        for (var i = 0; i < 25; i++)
        {
            await engine.ExecuteAsync(new Counter.Add(1), Cancellation);
        }

        while (await Journal.ReadSnapshotAsync(Id, Cancellation) is null)
        {
            await Task.Delay(1, Cancellation);
        }

        await Journal.CutAsync(Id, DateTimeOffset.MaxValue, Cancellation);

        var again = await OpenAsync(Journal);
        (await again.QueryAsync(new Counter.Read(), Cancellation)).ShouldBe(25);
    }

    /// <summary>Goal: what time services do to a clock is not taken for a clock that was set back. Method: the moments that two decisions see.</summary>
    [Theory]
    [InlineData(-5, 0)]
    [InlineData(-60, -60)]
    [InlineData(5, 5)]
    public async Task Stands_still_while_a_clock_that_was_corrected_catches_up(int by, int seen)
    {
        var engine = await OpenAsync(Journal);
        await engine.ExecuteAsync(new Counter.SetAlarm(TimeSpan.FromHours(1)), Cancellation);
        var before = await engine.QueryAsync(new Counter.ReadAlarm(), Cancellation);
        clock.Advance(TimeSpan.FromSeconds(by));

        await engine.ExecuteAsync(new Counter.SetAlarm(TimeSpan.FromHours(1)), Cancellation);

        (await engine.QueryAsync(new Counter.ReadAlarm(), Cancellation)).ShouldBe(before!.Value.AddSeconds(seen));
    }

    /// <summary>Goal: a stream that rests is quick to open. Method: a first snapshot so long that what follows is short beside it.</summary>
    [Fact]
    public async Task Makes_a_snapshot_of_what_is_left_once_it_rests()
    {
        var engine = await OpenAsync(Journal, new() { SnapshotEvery = 4 });
        await engine.ExecuteAsync(new Counter.Add(1_000_000_000), Cancellation);    // Its snapshot is as long as the facts of ten ones.
        await AddOnesAsync(3);
        await SnapshotAsync(4);

        await AddOnesAsync(4);
        (await Journal.ReadSnapshotAsync(Id, Cancellation))!.Seq.ShouldBe(4);
        clock.Advance(TimeSpan.FromSeconds(3));
        await SnapshotAsync(8);

        async Task AddOnesAsync(int count)
        {
            for (var number = 0; number < count; number++)
            {
                await engine.ExecuteAsync(new Counter.Add(1), Cancellation);
            }
        }

        async Task SnapshotAsync(long seq)
        {
            while ((await Journal.ReadSnapshotAsync(Id, Cancellation))?.Seq != seq || engine.IsSnapshotting)
            {
                await Task.Delay(1, Cancellation);
            }
        }
    }

    [Fact]
    public async Task Fails_what_waits_when_it_is_closed()
    {
        var gate = new GatedJournal(Journal);
        var engine = await OpenAsync(gate);
        gate.Close();
        var write = engine.ExecuteAsync(new Counter.Add(7), Cancellation).AsTask();
        await gate.WaitForAppendAsync();

        await engine.DisposeAsync();

        await Should.ThrowAsync<StreamUnavailableException>(write);
        await Should.ThrowAsync<StreamUnavailableException>(engine.ExecuteAsync(new Counter.Add(7), Cancellation).AsTask());
    }

    private static int DecidedBy(CounterEngine engine) => (int)Decided(engine);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "decidedSeq")]
    private static extern ref long Decided(CounterEngine engine);

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            Cancellation.ThrowIfCancellationRequested();
            await Task.Delay(1, Cancellation);
        }
    }

    private static async Task<T> ExecuteOnceItWorksAsync<T>(CounterEngine engine, Command<Counter, T> command)
    {
        while (true)
        {
            try
            {
                return await engine.ExecuteAsync(command, Cancellation);
            }
            catch (StreamUnavailableException)
            {
                await Task.Yield();
            }
        }
    }

    private async Task<CounterEngine> OpenAsync(IJournal journal, StreamEngineOptions? options = null)
    {
        var engine = new CounterEngine(
            Id, new(_ => new Counter(), new Counter.Codec()), journal, [observer], new SeededIdSource(1), clock, options ?? new(), NullLogger.Instance);
        engines.Add(engine);
        await engine.OpenAsync(Cancellation);
        return engine;
    }

    private sealed class Observer : ICommitObserver<Counter.Number, Counter.Fact>
    {
        private readonly List<(int Value, int Facts)> seen = [];

        public IReadOnlyList<int> Values => Copy().ConvertAll(entry => entry.Value);

        public IReadOnlyList<int> Facts => Copy().ConvertAll(entry => entry.Facts);

        public void OnCommitted(Commit<Counter.Number, Counter.Fact> commit)
        {
            lock (seen)
            {
                seen.Add((commit.State.Value, commit.Facts.Count));
            }
        }

        private List<(int Value, int Facts)> Copy()
        {
            lock (seen)
            {
                return [.. seen];
            }
        }
    }
}
