using System.Diagnostics;
using System.Globalization;
using Berth.Engine;
using Berth.Journal;

namespace Berth.Bench;

/// <summary>
/// Durable appends a second: the journal with one caller, with 64 on one stream and with 64 on a stream each, beside a
/// plain loop of inserts into the same table with the same durability (write-ahead log, <c>synchronous=FULL</c>, a
/// transaction each).
/// </summary>
/// <remarks>They take turns, round by round, on the same disk, so that a noisy neighbour meets all of them; medians are shown.</remarks>
public static class JournalBench
{
    private const int Callers = 64;

    private static readonly string Payload =
        $$"""{"task":"{{new string('0', 32)}}","definition":"web:42","instance":"{{new string('1', 32)}}","cpu":256,"memory":512,"startedBy":"ecs-svc/1234567890123456789","group":"service:web","detail":"{{new string('x', 110)}}"}""";

    /// <summary>Runs it; about 40 s, or 7 s when <paramref name="quick"/>.</summary>
    public static async Task RunAsync(TextWriter output, bool quick, CancellationToken cancellationToken)
    {
        var (rounds, span) = quick ? (3, TimeSpan.FromMilliseconds(400)) : (7, TimeSpan.FromSeconds(1.2));
        var directory = Directory.CreateTempSubdirectory("berth-bench-").FullName;
        try
        {
            List<double> plain = [], one = [], shared = [], many = [];
            using var loop = new PlainInserts(Path.Combine(directory, "plain.db"), Payload);
            await using var journal = SqliteJournal.Open(new(Path.Combine(directory, "journal")));
            var writers = new List<Writer>();
            for (var number = 0; number < Callers; number++)
            {
                var stream = StreamId.Cluster("000000000000", "us-east-1", string.Create(CultureInfo.InvariantCulture, $"c{number}"));
                writers.Add(new(journal, stream, await journal.ClaimAsync(stream, cancellationToken).ConfigureAwait(false)));
            }

            List<Writer> hot = [.. Enumerable.Repeat(writers[0], Callers)];

            for (var round = -1; round < rounds; round++)
            {
                var figures = (
                    Plain: loop.Run(span, cancellationToken),
                    One: await MeasureAsync(writers[..1], span, cancellationToken).ConfigureAwait(false),
                    Shared: await MeasureAsync(hot, span, cancellationToken).ConfigureAwait(false),
                    Many: await MeasureAsync(writers, span, cancellationToken).ConfigureAwait(false));
                if (round >= 0)     // The first round warms up.
                {
                    plain.Add(figures.Plain);
                    one.Add(figures.One);
                    shared.Add(figures.Shared);
                    many.Add(figures.Many);
                }
            }

            Print(output, Figures.Median(plain), Figures.Median(one), Figures.Median(shared), Figures.Median(many));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Print(TextWriter output, double plain, double one, double shared, double many)
    {
        var culture = CultureInfo.InvariantCulture;
        output.WriteLine(string.Create(culture, $"One event of {Payload.Length} characters each, flushed to disk before it is acknowledged; medians."));
        output.WriteLine();
        output.WriteLine("| | appends/s | against the plain loop |");
        output.WriteLine("|---|---:|---:|");
        output.WriteLine(string.Create(culture, $"| plain insert loop, 1 caller | {plain:N0} | 1.00x |"));
        output.WriteLine(string.Create(culture, $"| journal, 1 caller | {one:N0} | {one / plain:F2}x |"));
        output.WriteLine(string.Create(culture, $"| journal, {Callers} callers on one stream | {shared:N0} | {shared / plain:F2}x |"));
        output.WriteLine(string.Create(culture, $"| journal, {Callers} callers on a stream each | {many:N0} | {many / plain:F2}x |"));
        output.WriteLine();
        output.WriteLine(string.Create(culture, $"RESULT journal_plain_inserts={plain:F0} 1/s"));
        output.WriteLine(string.Create(culture, $"RESULT journal_commands_1={one:F0} 1/s"));
        output.WriteLine(string.Create(culture, $"RESULT journal_commands_{Callers}={shared:F0} 1/s"));
        output.WriteLine(string.Create(culture, $"RESULT journal_commands_{Callers}_streams={many:F0} 1/s"));
        output.WriteLine(string.Create(culture, $"RESULT journal_commands_1_vs_plain={one / plain:F2} x"));
        output.WriteLine(string.Create(culture, $"RESULT journal_commands_{Callers}_vs_plain={shared / plain:F2} x"));
        output.WriteLine(string.Create(culture, $"RESULT journal_commands_{Callers}_streams_vs_plain={many / plain:F2} x"));
    }

    private static async Task<double> MeasureAsync(List<Writer> writers, TimeSpan span, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var appends = await Task.WhenAll(writers.Select(writer => Task.Run(() => writer.RunAsync(started, span, cancellationToken), cancellationToken)))
            .ConfigureAwait(false);
        return appends.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>One stream's writer; several callers may share it, as those of a busy cluster do.</summary>
    private sealed class Writer(SqliteJournal journal, StreamId stream, long epoch)
    {
        private readonly Lock order = new();
        private long seq;

        internal async Task<int> RunAsync(long started, TimeSpan span, CancellationToken cancellationToken)
        {
            var appends = 0;
            while (Stopwatch.GetElapsedTime(started) < span)
            {
                await AppendNext(cancellationToken).ConfigureAwait(false);
                appends++;
            }

            return appends;
        }

        private ValueTask AppendNext(CancellationToken cancellationToken)
        {
            lock (order)     // Numbers are handed to the journal in their order; the waiting is done outside.
            {
                return journal.AppendAsync(stream, epoch, [new(++seq, "task.placed", DateTimeOffset.UnixEpoch, Payload)], cancellationToken);
            }
        }
    }
}
