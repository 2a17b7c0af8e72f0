using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Berth.Engine;

namespace Berth.Api.Tests;

public sealed class TheEventStore : IDisposable
{
    private const string Account = "000000000000";
    private static readonly StreamId Stream = StreamId.Cluster(Account, "us-east-1", "default");

    private readonly string directory = Directory.CreateTempSubdirectory("berth-events-").FullName;
    private readonly MovedClock clock = new();

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void Reads_back_what_was_written_in_order_and_from_any_place()
    {
        using var store = Open();
        store.Append(Account, Line(1));
        store.Append(Account, Line(2));
        var place = store.EndOf(Account);
        store.Append(Account, Line(3));

        Seqs(store, EventCursor.Start).ShouldBe([1, 2, 3]);
        Seqs(store, place).ShouldBe([3]);
        var first = store.Read(Account, EventCursor.Start).First();
        first.DetailType.ShouldBe("ECS Task State Change");
        JsonNode.Parse(first.Envelope.Span)!["detail"]!["text"]!.GetValue<string>().ShouldBe("event 1, \"quoted\" } and\nbroken");
    }

    [Fact]
    public void Cuts_off_what_a_crash_left_of_the_last_line()
    {
        using (var store = Open())
        {
            store.Append(Account, Line(1));
            store.Append(Account, Line(2));
        }

        var file = Directory.GetFiles(Path.Combine(directory, Account)).Single();
        using (var torn = File.Open(file, FileMode.Open))
        {
            torn.SetLength(torn.Length - 7);
        }

        using var again = Open();
        again.Append(Account, Line(2));

        Seqs(again, EventCursor.Start).ShouldBe([1, 2]);
        File.ReadAllText(file, Encoding.UTF8).ShouldEndWith("}\n");
    }

    [Fact]
    public void Finds_what_was_written_after_its_positions_were_kept()
    {
        using (var store = Open())
        {
            store.Append(Account, Line(1));
            store.Save(new() { [Stream.Value] = 1 });
            store.Append(Account, Line(2, index: 0));
            store.Append(Account, Line(2, index: 1));
        }

        using var again = Open();

        again.IsNew.ShouldBeFalse();
        again.Positions[Stream.Value].ShouldBe(1);
        again.Beyond[Stream.Value].ShouldBe((2, 1));
    }

    [Fact]
    public void Keeps_no_more_than_it_may()
    {
        using var store = Open(options => options with { MostSegmentBytes = 1000, MostBytes = 5000 });
        for (var seq = 1; seq <= 100; seq++)
        {
            store.Append(Account, Line(seq));
        }

        var files = Directory.GetFiles(Path.Combine(directory, Account));
        files.Sum(file => new FileInfo(file).Length).ShouldBeInRange(2000, 7000);
        Seqs(store, EventCursor.Start)[^1].ShouldBe(100);
        Seqs(store, EventCursor.Start).ShouldBe(Seqs(store, EventCursor.Start).Order());
    }

    [Fact]
    public void Begins_a_file_a_day_and_forgets_the_old_ones()
    {
        using var store = Open();
        for (var day = 1; day <= 10; day++)
        {
            store.Append(Account, Line(day));
            clock.Now += TimeSpan.FromDays(1);
        }

        store.Expire();

        Seqs(store, EventCursor.Start).ShouldBe([3, 4, 5, 6, 7, 8, 9, 10]);
        Seqs(store, store.Since(Account, clock.Now.AddDays(-2))).ShouldBe([9, 10]);
    }

    private EventStore Open(Func<EventsOptions, EventsOptions>? with = null)
    {
        var options = new EventsOptions { Directory = directory };
        return EventStore.Open(with?.Invoke(options) ?? options, clock);
    }

    private static List<long> Seqs(EventStore store, EventCursor from) => [.. store.Read(Account, from).Select(stored => stored.Seq)];

    private static ReadOnlySpan<byte> Line(long seq, int index = 0)
    {
        var output = new ArrayBufferWriter<byte>();
        StoredEvent.Write(output, Stream, seq, index, new()
        {
            Id = $"{seq}",
            DetailType = "ECS Task State Change",
            Account = Account,
            Time = "2030-01-01T12:00:00Z",
            Region = "us-east-1",
            Resources = ["arn"],
            Detail = new() { ["text"] = $"event {seq}, \"quoted\" }} and\nbroken" },
        });
        return output.WrittenSpan;
    }

    private sealed class MovedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
