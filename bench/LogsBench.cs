using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Berth.Logs;
using Berth.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Bench;

/// <summary>
/// The log store: events taken a second, flushed to disk before they are acknowledged, beside a plain loop that appends
/// the same bytes to one file and syncs it; a page of one stream; and a search for a rare word, beside reading the same
/// text from one file and looking for the word.
/// </summary>
public static class LogsBench
{
    private const int Callers = 64;
    private const int EventsInBatch = 100;
    private const string Group = "/bench/web";
    private const string Needle = "needle-in-the-hay";

    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    private static readonly RequestContext Caller = new()
    {
        AccountId = "000000000000",
        Region = "us-east-1",
        PrincipalArn = "arn:aws:iam::000000000000:root",
        AccessKeyId = "AKIABENCH",
        RequestId = "bench",
        Authority = "127.0.0.1",
        Scheme = "http",
        RemoteAddress = IPAddress.Loopback,
    };

    /// <summary>Runs it; about 40 s, or 8 s when <paramref name="quick"/>.</summary>
    public static async Task RunAsync(TextWriter output, bool quick, CancellationToken cancellationToken)
    {
        var (rounds, span, searched) = quick ? (3, TimeSpan.FromMilliseconds(500), 64L << 20) : (5, TimeSpan.FromSeconds(1.5), 512L << 20);
        var directory = Directory.CreateTempSubdirectory("berth-bench-").FullName;
        try
        {
            var (plain, one, many) = await WriteAsync(directory, rounds, span, cancellationToken).ConfigureAwait(false);
            var (page, search, scan, open) = await ReadAsync(directory, searched, cancellationToken).ConfigureAwait(false);
            Print(output, searched, plain, one, many, page, search, scan, open);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<(double Plain, double One, double Many)> WriteAsync(
        string directory, int rounds, TimeSpan span, CancellationToken cancellationToken)
    {
        List<double> plain = [], one = [], many = [];
        var store = Open(Path.Combine(directory, "write"));
        await using (store.ConfigureAwait(false))
        {
            await CreateAsync(store, Callers, cancellationToken).ConfigureAwait(false);
            using var file = new FileStream(Path.Combine(directory, "plain"), FileMode.Create, FileAccess.Write);
            for (var round = -1; round < rounds; round++)
            {
                var figures = (
                    Plain: Append(file, span, cancellationToken),
                    One: await PutAsync(store, 1, span, cancellationToken).ConfigureAwait(false),
                    Many: await PutAsync(store, Callers, span, cancellationToken).ConfigureAwait(false));
                await store.MaintainAsync(cancellationToken).ConfigureAwait(false);
                if (round >= 0)     // The first round warms up.
                {
                    plain.Add(figures.Plain);
                    one.Add(figures.One);
                    many.Add(figures.Many);
                }
            }
        }

        return (Figures.Median(plain), Figures.Median(one), Figures.Median(many));
    }

    private static async Task<(double PageMs, double SearchMs, double ScanMs, double OpenMs)> ReadAsync(
        string directory, long bytes, CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory, "read");
        var plainPath = Path.Combine(directory, "read.txt");
        var store = Open(path);
        await CreateAsync(store, streams: 16, cancellationToken).ConfigureAwait(false);
        var put = new PutLogEvents(store, TimeProvider.System);
        var plain = new FileStream(plainPath, FileMode.Create, FileAccess.Write);
        await using (plain.ConfigureAwait(false))
        {
            var written = 0L;
            for (var number = 0; written < bytes; number++)
            {
                var batch = Batch(number * 4096, 4096);
                if (number == 3)
                {
                    batch[^1] = batch[^1] with { Message = $"{batch[^1].Message} {Needle}" };
                }

                await put.HandleAsync(new(Group, Stream(number % 16), batch, null, null), Caller, cancellationToken).ConfigureAwait(false);
                foreach (var item in batch)
                {
                    var line = Encoding.UTF8.GetBytes($"{item.Message}\n");
                    await plain.WriteAsync(line, cancellationToken).ConfigureAwait(false);
                    written += line.Length;
                }
            }
        }

        await store.MaintainAsync(cancellationToken).ConfigureAwait(false);
        await store.DisposeAsync().ConfigureAwait(false);
        var open = Milliseconds(() => store = Open(path));
        await using (store.ConfigureAwait(false))
        {
            var get = new GetLogEvents(store);
            var filter = new FilterLogEvents(store);
            List<double> pages = [], searches = [], scans = [];
            for (var round = -1; round < 5; round++)
            {
                var page = await MillisecondsAsync(async () =>
                    await get.HandleAsync(new(Group, null, Stream(3), null, null, null, null, true, null), Caller, cancellationToken).ConfigureAwait(false))
                    .ConfigureAwait(false);
                var search = await MillisecondsAsync(() => SearchAsync(filter, cancellationToken)).ConfigureAwait(false);
                var scan = Milliseconds(() => Scan(plainPath));
                if (round >= 0)
                {
                    pages.Add(page);
                    searches.Add(search);
                    scans.Add(scan);
                }
            }

            return (Figures.Median(pages), Figures.Median(searches), Figures.Median(scans), open);
        }
    }

    private static async Task SearchAsync(FilterLogEvents filter, CancellationToken cancellationToken)
    {
        var found = 0;
        string? token = null;
        do
        {
            var answer = await filter.HandleAsync(
                new(Group, null, null, null, null, null, $"\"{Needle}\"", token, null, null, null, null), Caller, cancellationToken).ConfigureAwait(false);
            found += answer.Events.Count;
            token = answer.NextToken;
        }
        while (token is not null);

        if (found != 1)
        {
            throw new InvalidOperationException($"The search found {found} events, not the one.");
        }
    }

    private static void Scan(string path)
    {
        var needle = Encoding.UTF8.GetBytes(Needle);
        var buffer = new byte[1 << 20];
        using var file = File.OpenHandle(path);
        var found = 0;
        for (long at = 0; RandomAccess.Read(file, buffer, at) is > 0 and var read; at += read)
        {
            found += buffer.AsSpan(0, read).IndexOf(needle) >= 0 ? 1 : 0;
        }

        if (found > 1)
        {
            throw new InvalidOperationException("The scan found more than there is.");
        }
    }

    private static double Append(FileStream file, TimeSpan span, CancellationToken cancellationToken)
    {
        var batch = Encoding.UTF8.GetBytes(string.Join('\n', Batch(0, EventsInBatch).Select(item => item.Message)));
        var started = Stopwatch.GetTimestamp();
        var events = 0;
        while (Stopwatch.GetElapsedTime(started) < span)
        {
            cancellationToken.ThrowIfCancellationRequested();
            file.Write(batch);
            file.Flush(flushToDisk: true);
            events += EventsInBatch;
        }

        return events / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<double> PutAsync(LogStore store, int callers, TimeSpan span, CancellationToken cancellationToken)
    {
        var put = new PutLogEvents(store, TimeProvider.System);
        var batch = Batch(0, EventsInBatch);
        var started = Stopwatch.GetTimestamp();
        var events = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(
            async () =>
            {
                var count = 0;
                while (Stopwatch.GetElapsedTime(started) < span)
                {
                    await put.HandleAsync(new(Group, Stream(caller), batch, null, null), Caller, cancellationToken).ConfigureAwait(false);
                    count += EventsInBatch;
                }

                return count;
            },
            cancellationToken))).ConfigureAwait(false);
        return events.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static PutLogEvents.InputLogEvent[] Batch(int first, int count)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        return [.. Enumerable.Range(first, count).Select(i => new PutLogEvents.InputLogEvent(now, string.Create(
            Culture,
            $"{now} INFO request {i} method=GET path=/api/orders/{i * 7919 % 100_003} status=200 duration={i % 977}ms user={i * 31 % 5_003} trace={i * 2_654_435_761L:x16}")))];
    }

    private static LogStore Open(string directory) =>
        LogStore.Open(new LogsOptions { Directory = directory }, TimeProvider.System, NullLogger.Instance);

    private static async Task CreateAsync(LogStore store, int streams, CancellationToken cancellationToken)
    {
        await new CreateLogGroup(store, TimeProvider.System).HandleAsync(new(Group, null, null, null, null), Caller, cancellationToken).ConfigureAwait(false);
        for (var number = 0; number < streams; number++)
        {
            await new CreateLogStream(store).HandleAsync(new(Group, Stream(number)), Caller, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Stream(int number) => string.Create(Culture, $"web/app/{number}");

    private static double Milliseconds(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static async Task<double> MillisecondsAsync(Func<Task> action)
    {
        var started = Stopwatch.GetTimestamp();
        await action().ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static void Print(
        TextWriter output, long searched, double plain, double one, double many, double page, double search, double scan, double open)
    {
        var mebibytes = searched / (1 << 20);
        output.WriteLine(string.Create(Culture, $"Batches of {EventsInBatch} events of some 130 characters, on the disk before they are acknowledged; medians."));
        output.WriteLine();
        output.WriteLine("| | events/s | against the plain loop |");
        output.WriteLine("|---|---:|---:|");
        output.WriteLine(string.Create(Culture, $"| plain append and sync, 1 caller | {plain:N0} | 1.00x |"));
        output.WriteLine(string.Create(Culture, $"| log store, 1 caller | {one:N0} | {one / plain:F2}x |"));
        output.WriteLine(string.Create(Culture, $"| log store, {Callers} callers on a stream each | {many:N0} | {many / plain:F2}x |"));
        output.WriteLine();
        output.WriteLine(string.Create(Culture, $"| over {mebibytes} MiB of messages | ms |"));
        output.WriteLine("|---|---:|");
        output.WriteLine(string.Create(Culture, $"| open the store | {open:F1} |"));
        output.WriteLine(string.Create(Culture, $"| GetLogEvents, a page of 1 MiB | {page:F1} |"));
        output.WriteLine(string.Create(Culture, $"| FilterLogEvents, a word that is there once | {search:F0} |"));
        output.WriteLine(string.Create(Culture, $"| the word in a plain file of the same text | {scan:F0} |"));
        output.WriteLine();
        output.WriteLine(string.Create(Culture, $"RESULT logs_plain_events={plain:F0} 1/s"));
        output.WriteLine(string.Create(Culture, $"RESULT logs_events_1={one:F0} 1/s"));
        output.WriteLine(string.Create(Culture, $"RESULT logs_events_{Callers}={many:F0} 1/s"));
        output.WriteLine(string.Create(Culture, $"RESULT logs_events_{Callers}_vs_plain={many / plain:F2} x"));
        output.WriteLine(string.Create(Culture, $"RESULT logs_page={page:F2} ms"));
        output.WriteLine(string.Create(Culture, $"RESULT logs_search={mebibytes / search * 1000:F0} MiB/s"));
        output.WriteLine(string.Create(Culture, $"RESULT logs_search_plain={mebibytes / scan * 1000:F0} MiB/s"));
        output.WriteLine(string.Create(Culture, $"RESULT logs_open={open:F1} ms"));
    }
}
