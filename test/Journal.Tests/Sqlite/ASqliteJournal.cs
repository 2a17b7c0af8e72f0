using System.Diagnostics;
using Berth.Engine;

namespace Berth.Journal.Tests;

/// <summary>The specification, and what is particular to a file on this machine.</summary>
public sealed class ASqliteJournal : JournalSpecification
{
    private readonly string directory = Directory.CreateTempSubdirectory("berth-journal-").FullName;

    protected override ValueTask<IJournal> OpenAsync() => ValueTask.FromResult<IJournal>(SqliteJournal.Open(new(directory)));

    protected override ValueTask EraseAsync()
    {
        Directory.Delete(directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Is_open_once_and_a_second_opening_names_the_directory_and_the_process()
    {
        var refusal = Should.Throw<JournalLockedException>(() => SqliteJournal.Open(new(directory)));

        refusal.Message.ShouldContain(directory);
        refusal.Message.ShouldContain($"pid {Environment.ProcessId}");
    }

    [Fact]
    public async Task Lets_go_of_the_directory_when_opening_fails()
    {
        await Journal.DisposeAsync();
        var path = Path.Combine(directory, "journal.db");
        var good = await File.ReadAllBytesAsync(path, Cancellation);
        await File.WriteAllTextAsync(path, "Not a database, but long enough to be taken for the header of one at a first look.", Cancellation);

        Should.Throw<JournalUnusableException>(() => SqliteJournal.Open(new(directory))).Message.ShouldContain("damaged");

        await File.WriteAllBytesAsync(path, good, Cancellation);
        await ReopenAsync();
    }

    /// <summary>The tables as they were in 0.1, when a snapshot was one text.</summary>
    [Fact]
    public async Task Takes_over_a_file_of_the_first_schema()
    {
        await AppendAsync(await ClaimAsync(), Event(1), Event(2));
        await Journal.DisposeAsync();
        ChangeFile($"""
            drop table snapshot;
            drop table snapshot_part;
            create table snapshot(stream text primary key, seq integer not null, payload text not null) strict;
            insert into snapshot values ('{Stream}', 1, 'state');
            pragma user_version = 1;
            """);

        await ReopenAsync();

        (await Journal.SnapshotAsync(Stream)).ShouldBe((1, "state"));
        (await ReadAsync(Stream)).ShouldBe([Event(1), Event(2)]);
        await Journal.KeepSnapshotAsync(Stream, 2, "new\nstate");
        await ReopenAsync();
        (await Journal.SnapshotAsync(Stream)).ShouldBe((2, "new\nstate"));
    }

    [Fact]
    public async Task Keeps_no_part_of_a_snapshot_that_was_replaced()
    {
        await AppendAsync(await ClaimAsync(), Event(1), Event(2), Event(3));
        for (var seq = 1; seq <= 3; seq++)
        {
            await Journal.KeepSnapshotAsync(Stream, seq, "a\nb\nc");
        }

        Count("select count(*) from snapshot_part").ShouldBe(3);
    }

    [Theory]
    [InlineData("pragma user_version = 3", "newer Berth")]
    [InlineData("pragma user_version = 0", "schema 0")]
    [InlineData("pragma application_id = 7", "not a Berth journal")]
    public async Task Says_why_it_cannot_use_a_file(string change, string reason)
    {
        await Journal.DisposeAsync();
        ChangeFile(change);

        Should.Throw<JournalUnusableException>(() => SqliteJournal.Open(new(directory))).Message.ShouldContain(reason);
    }

    [Fact]
    public async Task Tells_a_place_taken_behind_its_back_from_a_broken_disk_and_spares_the_others()
    {
        var epoch = await ClaimAsync();
        await AppendAsync(epoch, Event(1));
        ChangeFile($"insert into event values ('{Stream}', 2, 'intruder', '', '')");
        var other = await Journal.ClaimAsync(Other(1), Cancellation);

        var intruded = AppendAsync(epoch, Event(2));
        await Journal.AppendAsync(Other(1), other, [Event(1)], Cancellation);

        await Should.ThrowAsync<JournalConflictException>(() => intruded);
        await AppendAsync(epoch, Event(3));     // It has learned where the stream really ends.
    }

    [Fact]
    public async Task Keeps_its_log_short_under_steady_writing()
    {
        await Journal.DisposeAsync();
        const int Limit = 2 * 1024 * 1024;
        await using var journal = SqliteJournal.Open(new(directory) { WalInitialBytes = 0, CheckpointBytes = Limit / 4, WalMaxBytes = Limit });
        var epoch = await journal.ClaimAsync(Stream, Cancellation);
        for (var seq = 1; seq <= 200; seq++)
        {
            await journal.AppendAsync(Stream, epoch, [Event(seq, new string('x', 100_000))], Cancellation);
        }

        new FileInfo(Path.Combine(directory, "journal.db-wal")).Length.ShouldBeLessThan(2 * Limit, "20 MB were written");
    }

    [Fact]
    public async Task Is_flushed_before_it_answers()
    {
        await AppendAsync(await ClaimAsync(), Event(1));

        // A copy of the files is what a machine without power would find, if its disk keeps what was flushed.
        var copy = Directory.CreateTempSubdirectory("berth-journal-copy-").FullName;
        foreach (var file in Directory.GetFiles(directory, "journal.db*").Where(path => !path.EndsWith("-shm", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        await using (var found = SqliteJournal.Open(new(copy)))
        {
            (await found.ReadAsync(Stream, 0, Cancellation).ToListAsync(Cancellation)).ShouldBe([Event(1)]);
        }

        Directory.Delete(copy, recursive: true);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(150)]
    [InlineData(600)]
    public async Task Keeps_everything_acknowledged_and_nothing_torn_when_its_process_is_killed(int acknowledgements)
    {
        await Journal.DisposeAsync();
        using var victim = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Berth.Journal.Victim"), [directory])
        {
            RedirectStandardOutput = true,
        })!;
        Dictionary<string, long> acknowledged = [];
        for (var count = 0; count < acknowledgements; count++)
        {
            Note(await victim.StandardOutput.ReadLineAsync(Cancellation));
        }

        victim.Kill();     // SIGKILL
        while (await victim.StandardOutput.ReadLineAsync(Cancellation) is { } line)
        {
            Note(line);
        }

        await victim.WaitForExitAsync(Cancellation);
        await ReopenAsync();

        foreach (var (stream, seq) in acknowledged)
        {
            var events = await ReadAsync(StreamId.Parse(stream));
            events.Count.ShouldBeGreaterThanOrEqualTo((int)seq);
            (events.Count % 3).ShouldBe(0, "each batch has three");
            events.Select((fact, index) => (fact.Seq, fact.Payload)).ShouldBe(
                events.Select((_, index) => (index + 1L, $$"""{"first":{{index - (index % 3) + 1}}}""")));
        }

        void Note(string? line)
        {
            if (line?.Split(' ') is [var stream, var seq] && long.TryParse(seq, out var number))     // The last line may be cut off.
            {
                acknowledged[stream] = number;
            }
        }
    }

    private long Count(string sql)
    {
        using var connection = JournalSchema.ConnectToRead(Path.Combine(directory, "journal.db"));
        return JournalSchema.Number(connection, sql);
    }

    private void ChangeFile(string sql)
    {
        using var connection = JournalSchema.Connect(Path.Combine(directory, "journal.db"), Microsoft.Data.Sqlite.SqliteOpenMode.ReadWrite);
        JournalSchema.Execute(connection, sql);
    }
}
