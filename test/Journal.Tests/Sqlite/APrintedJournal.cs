using Berth.Engine;

namespace Berth.Journal.Tests;

public sealed class APrintedJournal : IDisposable
{
    private static readonly StreamId Stream = StreamId.Cluster("000000000000", "us-east-1", "default");
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
    private readonly string directory = Directory.CreateTempSubdirectory("berth-print-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Shows_the_streams_and_a_streams_events_one_a_line_whether_or_not_a_server_has_it_open()
    {
        await using (var journal = SqliteJournal.Open(new(directory)))
        {
            var epoch = await journal.ClaimAsync(Stream, Cancellation);
            await journal.AppendAsync(Stream, epoch, [new(1, "cluster.created", Noon, "{}"), new(2, "task.placed", Noon, "{\n1}"), new(3, "task.placed", Noon, "{}")], Cancellation);
            await journal.KeepSnapshotAsync(Stream, 2, "state");
            Check();
        }

        Check();

        void Check()
        {
            Print(output => JournalPrinter.PrintStreams(directory, "cluster/", output)).ShouldBe(
                """
                STREAM	EPOCH	SEQ	EVENTS	SNAPSHOT
                cluster/000000000000/us-east-1/default	1	3	3	2

                """);
            Print(output => JournalPrinter.PrintEvents(directory, Stream.Value, type: null, sinceSeq: 2, output)).ShouldBe(
                """
                2	2026-03-04T12:00:00.0000000Z	task.placed	{ 1}
                3	2026-03-04T12:00:00.0000000Z	task.placed	{}

                """);
            Print(output => JournalPrinter.PrintEvents(directory, Stream.Value, type: "cluster.created", sinceSeq: 0, output)).ShouldBe(
                "1\t2026-03-04T12:00:00.0000000Z\tcluster.created\t{}\n");
        }
    }

    [Fact]
    public void Says_so_when_there_is_none() =>
        Should.Throw<JournalUnusableException>(() => JournalPrinter.PrintStreams(directory, "", TextWriter.Null)).Message.ShouldContain(directory);

    private static string Print(Action<TextWriter> print)
    {
        using var output = new StringWriter();
        print(output);
        return output.ToString();
    }
}
