using System.Diagnostics;
using Berth.Engine;

namespace Berth.Journal.Tests;

/// <summary>A journal on a file system of a few megabytes that somebody else fills up.</summary>
public sealed class AFullDisk : IAsyncLifetime
{
    private static readonly StreamId Stream = StreamId.Cluster("000000000000", "us-east-1", "default");
    private readonly string mount = Directory.CreateTempSubdirectory("berth-full-").FullName;
    private bool mounted;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => mounted = await RunAsync("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", mount);

    public async ValueTask DisposeAsync()
    {
        if (mounted)
        {
            await RunAsync("umount", mount);
        }

        Directory.Delete(mount);
    }

    [Fact]
    public async Task Fails_appends_loses_nothing_acknowledged_and_ends_without_a_restart()
    {
        Assert.SkipUnless(mounted, "a small file system cannot be mounted: this needs root");
        var data = Path.Combine(mount, "data");
        await using (var journal = SqliteJournal.Open(new(data) { WalInitialBytes = 0 }))
        {
            var epoch = await journal.ClaimAsync(Stream, Cancellation);
            var seq = await AppendUntilItFailsAsync(journal, epoch, acknowledged: 0);

            // Another writer in the same trouble is told so too, and reading goes on.
            await Should.ThrowAsync<JournalUnavailableException>(
                async () => await journal.AppendAsync(Stream, epoch, [Event(seq + 1, 50_000)], Cancellation));
            (await journal.ReadAsync(Stream, 0, Cancellation).CountAsync(Cancellation)).ShouldBe((int)seq);

            (await RunAsync("mount", "-o", "remount,size=6m", mount)).ShouldBeTrue();
            await journal.AppendAsync(Stream, epoch, [Event(seq + 1, 50_000)], Cancellation);

            seq = await AppendUntilItFailsAsync(journal, epoch, seq + 1);
            (await RunAsync("mount", "-o", "remount,size=32m", mount)).ShouldBeTrue();
            await journal.AppendAsync(Stream, epoch, [Event(seq + 1, 50_000)], Cancellation);
            (await journal.ReadAsync(Stream, 0, Cancellation).Select(fact => fact.Seq).ToListAsync(Cancellation))
                .ShouldBe(Enumerable.Range(1, (int)seq + 1).Select(number => (long)number));
        }
    }

    private static async Task<long> AppendUntilItFailsAsync(SqliteJournal journal, long epoch, long acknowledged)
    {
        while (true)
        {
            try
            {
                await journal.AppendAsync(Stream, epoch, [Event(acknowledged + 1, 50_000)], Cancellation);
                acknowledged++;
            }
            catch (JournalUnavailableException exception)
            {
                exception.Message.ShouldContain("journal.db");
                return acknowledged;
            }
        }
    }

    private static JournalEvent Event(long seq, int length) => new(seq, "task.placed", DateTimeOffset.UnixEpoch, new string('x', length));

    private static async Task<bool> RunAsync(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
