using Berth.Engine;
using Berth.Journal;

// Appends batches of three to four streams at once for ever, and says "STREAM SEQ" once each is acknowledged.
await using var journal = SqliteJournal.Open(new(args[0]));
var said = new Lock();
await Task.WhenAll(Enumerable.Range(0, 4).Select(number => Task.Run(async () =>
{
    var stream = StreamId.Cluster("000000000000", "us-east-1", $"c{number}");
    var epoch = await journal.ClaimAsync(stream, CancellationToken.None);
    for (long seq = 1; ; seq += 3)
    {
        await journal.AppendAsync(
            stream, epoch, [.. Enumerable.Range(0, 3).Select(index => new JournalEvent(seq + index, "written", DateTimeOffset.UnixEpoch, $$"""{"first":{{seq}}}"""))], CancellationToken.None);
        lock (said)
        {
            Console.Out.WriteLine($"{stream} {seq + 2}");
            Console.Out.Flush();
        }
    }
})));
