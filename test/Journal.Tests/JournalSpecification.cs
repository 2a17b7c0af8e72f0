using Berth.Engine;

namespace Berth.Journal.Tests;

/// <summary>What every <see cref="IJournal"/> keeps to. A store's tests derive from it and say how to open that store.</summary>
public abstract class JournalSpecification : IAsyncLifetime
{
    protected static readonly StreamId Stream = StreamId.Cluster("000000000000", "us-east-1", "default");
    protected static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    protected IJournal Journal { get; private set; } = null!;     // Set before each test.

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Opens the store this test has to itself: empty at first, and later as it was left.</summary>
    protected abstract ValueTask<IJournal> OpenAsync();

    /// <summary>Removes the store.</summary>
    protected abstract ValueTask EraseAsync();

    public async ValueTask InitializeAsync() => Journal = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await Journal.DisposeAsync();
        await EraseAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_stream_never_written_is_empty()
    {
        (await ReadAsync(Stream)).ShouldBeEmpty();
        (await Journal.SnapshotAsync(Stream)).ShouldBeNull();
        (await Journal.ExistsAsync(Stream, Cancellation)).ShouldBeFalse();
        (await Journal.ListAsync("", Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Events_come_back_as_they_were_written_and_in_order()
    {
        var epoch = await ClaimAsync();
        JournalEvent[] first = [Event(1), Event(2) with { At = Noon.AddTicks(1), Type = "service.created" }];
        await AppendAsync(epoch, first);
        await AppendAsync(epoch, Event(3));

        (await ReadAsync(Stream)).ShouldBe([.. first, Event(3)]);
        (await ReadAsync(Stream, afterSeq: 1)).Select(fact => fact.Seq).ShouldBe([2, 3]);
        (await ReadAsync(Stream, afterSeq: 3)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_moment_of_another_offset_stays_the_same_moment()
    {
        var at = new DateTimeOffset(2026, 3, 4, 1, 2, 3, TimeSpan.FromHours(5.5)).AddTicks(4_567_891);
        await AppendAsync(await ClaimAsync(), Event(1) with { At = at });

        (await ReadAsync(Stream)).Single().At.ShouldBe(at);
    }

    [Theory]
    [InlineData("""{"name":"Größe, 大きさ, 🚢","quote":"'; drop table event; --"}""")]
    [InlineData("\"a\\u0000b\"")]
    [InlineData("")]
    public async Task Any_text_comes_back_unchanged(string payload)
    {
        var epoch = await ClaimAsync();
        await AppendAsync(epoch, Event(1) with { Payload = payload });
        await Journal.KeepSnapshotAsync(Stream, 1, payload);

        (await ReadAsync(Stream)).Single().Payload.ShouldBe(payload);
        (await Journal.SnapshotAsync(Stream))!.Value.Text.ShouldBe(payload);
    }

    [Fact]
    public async Task Long_payloads_and_long_streams_come_back_whole()
    {
        var epoch = await ClaimAsync();
        JournalEvent[] written =
            [.. Enumerable.Range(1, 6).Select(seq => Event(seq, new string((char)('a' + seq), 1_500_000))), .. Enumerable.Range(7, 2_000).Select(seq => Event(seq))];
        await AppendAsync(epoch, written);

        (await ReadAsync(Stream)).ShouldBe(written);
    }

    [Fact]
    public async Task Everything_is_there_after_it_is_opened_again()
    {
        var epoch = await ClaimAsync();
        await AppendAsync(epoch, Event(1), Event(2));
        await Journal.KeepSnapshotAsync(Stream, 2, "state");

        await ReopenAsync();

        (await ReadAsync(Stream)).ShouldBe([Event(1), Event(2)]);
        (await Journal.SnapshotAsync(Stream)).ShouldBe((2, "state"));
        (await ClaimAsync()).ShouldBe(epoch + 1);
    }

    [Fact]
    public async Task Each_claim_raises_the_epoch_by_one_and_each_stream_has_its_own()
    {
        var epoch = await ClaimAsync();

        (await ClaimAsync()).ShouldBe(epoch + 1);
        (await Journal.ClaimAsync(Other(1), Cancellation)).ShouldBe(epoch);
    }

    [Fact]
    public async Task A_writer_is_fenced_off_once_another_has_claimed_the_stream()
    {
        var old = await ClaimAsync();
        await AppendAsync(old, Event(1));
        var current = await ClaimAsync();

        await Should.ThrowAsync<JournalConflictException>(async () => await AppendAsync(old, Event(2)));
        await AppendAsync(current, Event(2));
        (await ReadAsync(Stream)).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task An_epoch_never_given_out_writes_nothing(long epoch)
    {
        await ClaimAsync();

        await Should.ThrowAsync<JournalConflictException>(async () => await AppendAsync(epoch, Event(1)));
        (await ReadAsync(Stream)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stream_nobody_claimed_takes_no_events() =>
        await Should.ThrowAsync<JournalConflictException>(async () => await AppendAsync(1, Event(1)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task A_batch_must_follow_the_last_event(long seq)
    {
        var epoch = await ClaimAsync();
        await AppendAsync(epoch, Event(1), Event(2));

        await Should.ThrowAsync<JournalConflictException>(async () => await AppendAsync(epoch, Event(seq)));
        (await ReadAsync(Stream)).ShouldBe([Event(1), Event(2)]);
        await AppendAsync(epoch, Event(3));
    }

    [Fact]
    public async Task A_batch_with_a_gap_in_it_is_a_defect_of_the_caller()
    {
        var epoch = await ClaimAsync();

        await Should.ThrowAsync<ArgumentException>(async () => await AppendAsync(epoch, Event(1), Event(3)));
        (await ReadAsync(Stream)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_empty_batch_writes_nothing_but_still_asks_who_may()
    {
        var old = await ClaimAsync();
        await AppendAsync(old);
        await ClaimAsync();

        await Should.ThrowAsync<JournalConflictException>(async () => await AppendAsync(old));
        (await Journal.ExistsAsync(Stream, Cancellation)).ShouldBeFalse();
    }

    [Fact]
    public async Task Of_many_that_race_for_the_same_place_one_wins()
    {
        var epoch = await ClaimAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 32).Select(number => Task.Run(async () =>
        {
            try
            {
                await AppendAsync(epoch, Event(1, $"{number}"), Event(2, $"{number}"));
                return number;
            }
            catch (JournalConflictException)
            {
                return -1;
            }
        })));

        var winner = outcomes.Single(outcome => outcome >= 0);
        (await ReadAsync(Stream)).Select(fact => fact.Payload).ShouldBe([$"{winner}", $"{winner}"]);
    }

    [Fact]
    public async Task A_stream_in_conflict_does_not_hold_up_the_others()
    {
        StreamId[] streams = [.. Enumerable.Range(0, 24).Select(Other)];
        var epochs = await Task.WhenAll(streams.Select(stream => Journal.ClaimAsync(stream, Cancellation).AsTask()));

        await Task.WhenAll(streams.Select((stream, index) => Task.Run(async () =>
        {
            for (var seq = 1; seq <= 40; seq++)
            {
                await Journal.AppendAsync(stream, epochs[index], [Event(seq, $"{index}")], Cancellation);
                await Should.ThrowAsync<JournalConflictException>(
                    async () => await Journal.AppendAsync(stream, epochs[index], [Event(seq, "twice")], Cancellation));
            }
        })));

        for (var index = 0; index < streams.Length; index++)
        {
            (await ReadAsync(streams[index])).ShouldBe(Enumerable.Range(1, 40).Select(seq => Event(seq, $"{index}")));
        }
    }

    [Fact]
    public async Task What_was_acknowledged_can_be_read_at_once()
    {
        var epoch = await ClaimAsync();
        for (var seq = 1; seq <= 50; seq++)
        {
            await AppendAsync(epoch, Event(seq));
            (await ReadAsync(Stream, afterSeq: seq - 1)).ShouldBe([Event(seq)]);
        }
    }

    [Fact]
    public async Task A_reader_sees_whole_batches_only()
    {
        var epoch = await ClaimAsync();
        var writing = Task.Run(async () =>
        {
            for (var seq = 1; seq <= 300; seq += 3)
            {
                await AppendAsync(epoch, Event(seq), Event(seq + 1), Event(seq + 2));
            }
        }, Cancellation);

        do
        {
            ((await ReadAsync(Stream)).Count % 3).ShouldBe(0);
        }
        while (!writing.IsCompleted);
        await writing;
    }

    [Fact]
    public async Task A_snapshot_takes_the_place_of_an_older_one_and_never_of_a_newer()
    {
        var epoch = await ClaimAsync();
        await AppendAsync(epoch, Event(1), Event(2), Event(3));

        await Journal.KeepSnapshotAsync(Stream, 1, "one");
        await Journal.KeepSnapshotAsync(Stream, 3, "three");
        await Journal.KeepSnapshotAsync(Stream, 2, "two");

        (await Journal.SnapshotAsync(Stream)).ShouldBe((3, "three"));
    }

    [Fact]
    public async Task A_snapshot_of_many_parts_comes_back_in_their_order()
    {
        await AppendAsync(await ClaimAsync(), Event(1));
        var parts = string.Join('\n', Enumerable.Range(0, 300).Select(number => new string('x', number * 10) + number));

        await Journal.KeepSnapshotAsync(Stream, 1, parts);
        await ReopenAsync();

        (await Journal.SnapshotAsync(Stream)).ShouldBe((1, parts));
    }

    [Fact]
    public async Task A_snapshot_that_breaks_off_leaves_the_one_before_and_nothing_in_the_way_of_the_next()
    {
        await AppendAsync(await ClaimAsync(), Event(1), Event(2));
        await Journal.KeepSnapshotAsync(Stream, 1, "one\nof two");

        await Should.ThrowAsync<InvalidDataException>(async () => await Journal.WriteSnapshotAsync(Stream, 2, BreaksOff(), Cancellation));

        (await Journal.SnapshotAsync(Stream)).ShouldBe((1, "one\nof two"));
        await ReopenAsync();
        await Journal.KeepSnapshotAsync(Stream, 2, "two");
        (await Journal.SnapshotAsync(Stream)).ShouldBe((2, "two"));

        static IEnumerable<ReadOnlyMemory<byte>> BreaksOff()
        {
            yield return "a part"u8.ToArray();
            throw new InvalidDataException();
        }
    }

    [Fact]
    public async Task A_snapshot_of_what_the_stream_does_not_hold_is_not_kept()
    {
        await Journal.KeepSnapshotAsync(Other(1), 1, "gone");
        var epoch = await ClaimAsync();
        await AppendAsync(epoch, Event(1));
        await Journal.KeepSnapshotAsync(Stream, 2, "ahead");

        (await Journal.SnapshotAsync(Other(1))).ShouldBeNull();
        (await Journal.SnapshotAsync(Stream)).ShouldBeNull();
    }

    [Fact]
    public async Task A_cut_takes_only_what_is_both_covered_by_the_snapshot_and_old()
    {
        var epoch = await ClaimAsync();
        await AppendAsync(epoch, [.. Enumerable.Range(1, 10).Select(seq => Event(seq) with { At = Noon.AddMinutes(seq) })]);

        (await Journal.CutAsync(Stream, Noon.AddYears(1), Cancellation)).ShouldBe(0, "without a snapshot every event is needed");
        await Journal.KeepSnapshotAsync(Stream, 6, "state");
        (await Journal.CutAsync(Stream, Noon.AddMinutes(4), Cancellation)).ShouldBe(3, "events 1 to 3 are older than minute 4");
        (await Journal.CutAsync(Stream, Noon.AddMinutes(4), Cancellation)).ShouldBe(0);
        (await Journal.CutAsync(Stream, Noon.AddYears(1), Cancellation)).ShouldBe(3, "events 4 to 6 are covered");

        (await ReadAsync(Stream)).Select(fact => fact.Seq).ShouldBe([7, 8, 9, 10]);
        await AppendAsync(epoch, Event(11));
    }

    [Fact]
    public async Task A_cut_leaves_no_gap_where_a_clock_went_back()
    {
        var epoch = await ClaimAsync();
        await AppendAsync(epoch, Event(1), Event(2) with { At = Noon.AddHours(1) }, Event(3), Event(4));
        await Journal.KeepSnapshotAsync(Stream, 4, "state");

        (await Journal.CutAsync(Stream, Noon.AddMinutes(1), Cancellation)).ShouldBe(1);
        (await ReadAsync(Stream)).Select(fact => fact.Seq).ShouldBe([2, 3, 4]);
    }

    [Fact]
    public async Task A_long_cut_takes_everything_it_may_and_the_numbering_goes_on_after_it()
    {
        var epoch = await ClaimAsync();
        await AppendAsync(epoch, [.. Enumerable.Range(1, 2_500).Select(seq => Event(seq))]);
        await Journal.KeepSnapshotAsync(Stream, 2_500, "state");

        (await Journal.CutAsync(Stream, Noon.AddDays(1), Cancellation)).ShouldBe(2_500);
        await ReopenAsync();

        (await Journal.ExistsAsync(Stream, Cancellation)).ShouldBeTrue("its snapshot is left");
        epoch = await ClaimAsync();
        await Should.ThrowAsync<JournalConflictException>(async () => await AppendAsync(epoch, Event(1)));
        await AppendAsync(epoch, Event(2_501));
    }

    [Fact]
    public async Task Streams_are_listed_by_prefix_in_ordinal_order_once_they_hold_something()
    {
        StreamId[] written = [StreamId.Cluster("000000000000", "us-east-1", "b"), StreamId.Cluster("000000000000", "us-east-1", "B"), StreamId.Of("account", "000000000000", "us-east-1"), StreamId.Cluster("111111111111", "us-east-1", "a_%")];
        foreach (var stream in written)
        {
            await Journal.AppendAsync(stream, await Journal.ClaimAsync(stream, Cancellation), [Event(1)], Cancellation);
        }

        await Journal.ClaimAsync(Other(1), Cancellation);

        (await ListAsync("")).ShouldBe(["account/000000000000/us-east-1", "cluster/000000000000/us-east-1/B", "cluster/000000000000/us-east-1/b", "cluster/111111111111/us-east-1/a_%"]);
        (await ListAsync("cluster/000000000000/")).ShouldBe(["cluster/000000000000/us-east-1/B", "cluster/000000000000/us-east-1/b"]);
        (await ListAsync("cluster/%")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Removing_a_stream_removes_all_of_it_and_fences_its_writer_off_for_good()
    {
        var old = await ClaimAsync();
        await AppendAsync(old, Event(1), Event(2));
        await Journal.KeepSnapshotAsync(Stream, 2, "state");

        await Journal.DeleteAsync(Stream, Cancellation);
        await Journal.DeleteAsync(Stream, Cancellation);

        (await Journal.ExistsAsync(Stream, Cancellation)).ShouldBeFalse();
        (await Journal.ListAsync("", Cancellation)).ShouldBeEmpty();
        (await ReadAsync(Stream)).ShouldBeEmpty();
        (await Journal.SnapshotAsync(Stream)).ShouldBeNull();
        await Should.ThrowAsync<JournalConflictException>(async () => await AppendAsync(old, Event(3)));

        await ReopenAsync();
        var anew = await ClaimAsync();
        anew.ShouldBeGreaterThan(old);
        await Should.ThrowAsync<JournalConflictException>(async () => await AppendAsync(old, Event(1)));
        await AppendAsync(anew, Event(1));
    }

    [Fact]
    public async Task Removing_a_stream_leaves_the_others_alone()
    {
        await AppendAsync(await ClaimAsync(), Event(1));
        var neighbour = StreamId.Cluster("000000000000", "us-east-1", "default-2");
        await Journal.AppendAsync(neighbour, await Journal.ClaimAsync(neighbour, Cancellation), [Event(1)], Cancellation);

        await Journal.DeleteAsync(Stream, Cancellation);

        (await ReadAsync(neighbour)).ShouldBe([Event(1)]);
    }

    [Fact]
    public async Task A_canceled_append_either_wrote_everything_or_nothing()
    {
        var epoch = await ClaimAsync();
        using var canceled = new CancellationTokenSource();
        await canceled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await Journal.AppendAsync(Stream, epoch, [Event(1)], canceled.Token));
        (await ReadAsync(Stream)).ShouldBeEmpty();

        var seq = 1L;
        for (var round = 0; round < 100; round++)
        {
            using var source = new CancellationTokenSource();
            var append = Journal.AppendAsync(Stream, epoch, [Event(seq), Event(seq + 1)], source.Token).AsTask();
            await source.CancelAsync();
            try
            {
                await append;
                seq += 2;
            }
            catch (OperationCanceledException)
            {
                // Nothing was written: the next round takes the same place.
            }
        }

        (await ReadAsync(Stream)).Count.ShouldBe((int)seq - 1);
    }

    [Fact]
    public async Task Closing_it_answers_everything_that_was_asked_before()
    {
        var epoch = await ClaimAsync();
        var appends = Enumerable.Range(1, 200).Select(seq => AppendAsync(epoch, Event(seq))).ToList();

        await ReopenAsync();

        await Task.WhenAll(appends);
        (await ReadAsync(Stream)).Count.ShouldBe(200);
    }

    [Fact]
    public async Task Once_closed_it_refuses()
    {
        await Journal.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(async () => await ClaimAsync());
        await Should.ThrowAsync<ObjectDisposedException>(async () => await ReadAsync(Stream));
        await Journal.DisposeAsync();
    }

    protected static JournalEvent Event(long seq, string payload = """{"k":1}""") => new(seq, "task.placed", Noon, payload);

    protected static StreamId Other(int number) => StreamId.Cluster("000000000000", "eu-west-1", $"other-{number}");

    protected async Task ReopenAsync()
    {
        await Journal.DisposeAsync();
        Journal = await OpenAsync();
    }

    protected Task<long> ClaimAsync() => Journal.ClaimAsync(Stream, Cancellation).AsTask();

    protected Task AppendAsync(long epoch, params JournalEvent[] events) => Journal.AppendAsync(Stream, epoch, events, Cancellation).AsTask();

    protected async Task<List<JournalEvent>> ReadAsync(StreamId stream, long afterSeq = 0)
    {
        List<JournalEvent> events = [];
        await foreach (var fact in Journal.ReadAsync(stream, afterSeq, Cancellation))
        {
            events.Add(fact);
        }

        return events;
    }

    private async Task<IEnumerable<string>> ListAsync(string prefix) =>
        (await Journal.ListAsync(prefix, Cancellation)).Select(stream => stream.Value);
}
