namespace Berth.Logs.Tests;

public sealed class TheFiles
{
    private static readonly long Noon = LogsOnDisk.Noon.ToUnixTimeMilliseconds();

    [Fact]
    public async Task Cut_at_any_byte_of_the_last_batch_lose_that_batch_only()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: "s");
        await logs.PutAsync("s", (Noon, "kept 1"), (Noon, "kept 2"));
        var log = Directory.EnumerateFiles(logs.GroupDirectory, "*.log").Single();
        var kept = new FileInfo(log).Length;
        await logs.PutAsync("s", (Noon + 1, "lost 1"), (Noon + 2, "lost 2"));
        await logs.ReopenAsync();
        var whole = await File.ReadAllBytesAsync(log, TestContext.Current.CancellationToken);

        for (var length = kept; length < whole.Length; length++)
        {
            await logs.ReopenAsync(() => File.WriteAllBytes(log, whole[..(int)length]));

            (await logs.MessagesAsync("s")).ShouldBe(["kept 1", "kept 2"]);
            new FileInfo(log).Length.ShouldBe(kept);
        }

        await logs.PutAsync("s", (Noon + 3, "after"));
        await logs.ReopenAsync();
        (await logs.MessagesAsync("s")).ShouldBe(["kept 1", "kept 2", "after"]);
    }

    [Fact]
    public async Task With_any_byte_of_the_last_batch_changed_lose_that_batch_only()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: "s");
        await logs.PutAsync("s", (Noon, "kept"));
        var log = Directory.EnumerateFiles(logs.GroupDirectory, "*.log").Single();
        var kept = (int)new FileInfo(log).Length;
        await logs.PutAsync("s", (Noon + 1, "lost"));
        await logs.ReopenAsync();
        var whole = await File.ReadAllBytesAsync(log, TestContext.Current.CancellationToken);

        for (var at = kept; at < whole.Length; at++)
        {
            byte[] changed = [.. whole];
            changed[at] ^= 0x55;
            await logs.ReopenAsync(() => File.WriteAllBytes(log, changed));

            (await logs.MessagesAsync("s")).ShouldBe(["kept"], $"byte {at}");
        }
    }

    [Fact]
    public async Task Cut_within_the_last_stream_made_lose_that_stream_only()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: ["a", "b"]);
        var catalog = Path.Combine(logs.GroupDirectory, StreamCatalog.FileName);
        var whole = await File.ReadAllBytesAsync(catalog, TestContext.Current.CancellationToken);
        var kept = whole.AsSpan(0, whole.Length - 1).LastIndexOf((byte)'\n') + 1;

        for (var length = kept; length < whole.Length; length++)
        {
            await logs.ReopenAsync(() => File.WriteAllBytes(catalog, whole[..length]));

            logs.Group.Streams.ShouldHaveSingleItem().Name.ShouldBe("a");
        }

        await logs.CreateStreamAsync("b");
        await logs.ReopenAsync();
        logs.Group.Streams.Count().ShouldBe(2);
    }

    [Fact]
    public async Task Of_a_group_whose_creation_was_never_finished_are_removed()
    {
        await using var logs = await LogsOnDisk.CreateAsync();
        await logs.ReopenAsync(() => File.Delete(Path.Combine(logs.GroupDirectory, LogGroup.SettingsFileName)));

        logs.Store.List("000000000000", "us-east-1").ShouldBeEmpty();
        await LogsOnDisk.CallAsync(new CreateLogGroup(logs.Store, logs.Clock), new(LogsOnDisk.GroupName, null, null, null, null));
        logs.Group.Streams.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_a_group_that_cannot_be_read_are_set_aside_and_the_others_served()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: "s");
        var other = LogsOnDisk.GroupId with { Region = "eu-west-1" };
        var directory = logs.GroupDirectory;
        await logs.Store.CreateAsync(other, new GroupSettings { Name = other.Name, CreatedAt = Noon }, TestContext.Current.CancellationToken);
        await logs.ReopenAsync(() => File.WriteAllText(Path.Combine(directory, LogGroup.SettingsFileName), "{"));

        logs.Store.List("000000000000", "us-east-1").ShouldBeEmpty();
        logs.Store.Find(other).Settings.Name.ShouldBe(other.Name);
        await logs.ReopenAsync();
        File.Exists(Path.Combine(directory + ".damaged", StreamCatalog.FileName)).ShouldBeTrue();
    }

    [Fact]
    public async Task Of_a_group_deleted_and_made_again_are_never_read_for_the_old_one()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: "s");
        await logs.PutAsync("s", (Noon, "old"));
        var old = logs.Group;
        var query = new EventQuery { Streams = null, At = Position.Start, MostEvents = 10 };
        old.Read(query).Events.ShouldHaveSingleItem();

        await logs.Store.DeleteAsync(LogsOnDisk.GroupId, TestContext.Current.CancellationToken);
        await logs.Store.CreateAsync(LogsOnDisk.GroupId, new GroupSettings { Name = LogsOnDisk.GroupName, CreatedAt = Noon }, TestContext.Current.CancellationToken);
        await logs.CreateStreamAsync("s");
        await logs.PutAsync("s", (Noon, "new"));

        (await LogsOnDisk.RefusalAsync(() => Task.FromResult(old.Read(query)))).Code.ShouldBe("ResourceNotFoundException");
        (await logs.MessagesAsync("s")).ShouldBe(["new"]);
    }

    [Fact]
    public async Task Serve_one_process_only()
    {
        await using var logs = await LogsOnDisk.CreateAsync();

        Should.Throw<IOException>(() => LogStore.Open(
            new LogsOptions { Directory = logs.Directory }, logs.Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance));
    }

    [Fact]
    public async Task Full_are_sealed_and_give_the_same_events_with_or_without_their_index()
    {
        await using var logs = await LogsOnDisk.CreateAsync(mostLogBytes: 20_000, streams: ["a", "b"]);
        var expected = new List<string>();
        for (var i = 0; i < 200; i++)
        {
            expected.Add($"{i} {new string((char)('a' + (i % 26)), 300)}");
            await logs.PutAsync("a", (Noon + i, expected[i]));
            await logs.PutAsync("b", (Noon + i, "other"));
        }

        var before = Size(logs);
        await logs.Store.MaintainAsync(TestContext.Current.CancellationToken);
        Size(logs).ShouldBeLessThan(before / 3);
        var sealedFiles = Directory.GetFiles(logs.GroupDirectory, "*.seg");
        sealedFiles.Length.ShouldBeGreaterThan(2);
        Directory.GetFiles(logs.GroupDirectory, "*.log").ShouldHaveSingleItem();
        (await logs.MessagesAsync("a")).ShouldBe(expected);

        await logs.ReopenAsync();
        (await logs.MessagesAsync("a")).ShouldBe(expected);

        await logs.ReopenAsync(() =>
        {
            foreach (var file in sealedFiles)
            {
                using var stream = File.OpenWrite(file);
                stream.SetLength(stream.Length - 3);
            }
        });
        (await logs.MessagesAsync("a")).ShouldBe(expected);
    }

    [Fact]
    public async Task Sealed_when_the_process_died_before_the_log_was_deleted_give_each_event_once()
    {
        await using var logs = await LogsOnDisk.CreateAsync(mostLogBlocks: 3, streams: "s");
        for (var i = 0; i < 7; i++)
        {
            await logs.PutAsync("s", (Noon + i, $"{i}"));
        }

        var log = Directory.EnumerateFiles(logs.GroupDirectory, "*.log").Order().First();
        var content = await File.ReadAllBytesAsync(log, TestContext.Current.CancellationToken);
        await logs.Store.MaintainAsync(TestContext.Current.CancellationToken);
        File.Exists(log).ShouldBeFalse();
        await logs.ReopenAsync(() => File.WriteAllBytes(log, content));

        (await logs.MessagesAsync("s")).ShouldBe(Enumerable.Range(0, 7).Select(i => $"{i}"));
        File.Exists(log).ShouldBeFalse();
    }

    [Fact]
    public async Task With_a_damaged_sealed_block_give_the_other_blocks()
    {
        await using var logs = await LogsOnDisk.CreateAsync(mostLogBlocks: 1, streams: ["a", "b"]);
        await logs.PutAsync("a", (Noon, "of a"));
        await logs.PutAsync("b", (Noon, "of b"));
        await logs.Store.MaintainAsync(TestContext.Current.CancellationToken);
        var first = Directory.EnumerateFiles(logs.GroupDirectory, "*.seg").Order().First();
        using (var file = File.OpenWrite(first))
        {
            file.Position = Segment.Magic.Length + Block.HeaderBytes + 3;
            file.WriteByte(0xff);
        }

        (await logs.FilterAsync()).Events.ShouldHaveSingleItem().Message.ShouldBe("of b");
    }

    [Fact]
    public async Task Go_with_the_retention_and_events_vanish_at_once()
    {
        await using var logs = await LogsOnDisk.CreateAsync(mostLogBlocks: 2, streams: "s");
        await LogsOnDisk.CallAsync(new PutRetentionPolicy(logs.Store), new(LogsOnDisk.GroupName, 3));
        for (var day = 0; day < 5; day++)
        {
            await logs.PutAsync("s", (logs.Now, $"morning {day}"));
            await logs.PutAsync("s", (logs.Now + 1000, $"evening {day}"));
            await logs.Store.MaintainAsync(TestContext.Current.CancellationToken);
            logs.Clock.Advance(TimeSpan.FromDays(1));
        }

        (await logs.MessagesAsync("s")).ShouldBe(["morning 2", "evening 2", "morning 3", "evening 3", "morning 4", "evening 4"]);
        var before = Directory.GetFiles(logs.GroupDirectory, "*.seg").Length;
        await logs.Store.MaintainAsync(TestContext.Current.CancellationToken);
        Directory.GetFiles(logs.GroupDirectory, "*.seg").Length.ShouldBe(before - 1);

        logs.Clock.Advance(TimeSpan.FromDays(10));
        (await logs.MessagesAsync("s")).ShouldBeEmpty();
        await logs.Store.MaintainAsync(TestContext.Current.CancellationToken);
        Directory.GetFiles(logs.GroupDirectory, "*.seg").ShouldBeEmpty();
        await logs.PutAsync("s", (logs.Now, "new"));
        await logs.ReopenAsync();
        (await logs.MessagesAsync("s")).ShouldBe(["new"]);
    }

    [Fact]
    public async Task Of_a_quiet_group_with_a_retention_are_closed_after_a_day()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: "s");
        await LogsOnDisk.CallAsync(new PutRetentionPolicy(logs.Store), new(LogsOnDisk.GroupName, 1));
        await logs.PutAsync("s", (logs.Now, "old"));
        logs.Clock.Advance(TimeSpan.FromHours(25));

        await logs.Store.MaintainAsync(TestContext.Current.CancellationToken);
        await logs.Store.MaintainAsync(TestContext.Current.CancellationToken);

        logs.Group.StoredBytes.ShouldBe(0);
        Directory.GetFiles(logs.GroupDirectory, "*.seg").ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_deleted_streams_go_when_nothing_else_is_in_them()
    {
        await using var logs = await LogsOnDisk.CreateAsync(mostLogBlocks: 1, streams: ["a", "b"]);
        await logs.PutAsync("a", (Noon, "a"));
        await logs.PutAsync("b", (Noon, "b"));
        await logs.Store.MaintainAsync(TestContext.Current.CancellationToken);
        await LogsOnDisk.CallAsync(new DeleteLogStream(logs.Store), new(LogsOnDisk.GroupName, "a"));

        await logs.Store.MaintainAsync(TestContext.Current.CancellationToken);

        Directory.GetFiles(logs.GroupDirectory, "*.seg").ShouldHaveSingleItem();
        (await logs.MessagesAsync("b")).ShouldBe(["b"]);
    }

    [Fact]
    public async Task Of_a_deleted_group_are_gone_and_its_name_is_free()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: "s");
        await logs.PutAsync("s", (Noon, "old"));

        await LogsOnDisk.CallAsync(new DeleteLogGroup(logs.Store), new(LogsOnDisk.GroupName));
        Directory.EnumerateFiles(logs.Directory, "*.log", SearchOption.AllDirectories).ShouldBeEmpty();
        await LogsOnDisk.CallAsync(new CreateLogGroup(logs.Store, logs.Clock), new(LogsOnDisk.GroupName, null, null, null, null));
        await logs.CreateStreamAsync("s");

        (await logs.MessagesAsync("s")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Are_all_gone_when_the_account_is_reset_and_another_accounts_stay()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: "s");
        var other = LogsOnDisk.GroupId with { AccountId = "111111111111" };
        await logs.Store.CreateAsync(other, new GroupSettings { Name = other.Name, CreatedAt = Noon }, TestContext.Current.CancellationToken);

        await new LogsReset(logs.Store).ResetAsync("000000000000", TestContext.Current.CancellationToken);
        await new LogsReset(logs.Store).ResetAsync("000000000000", TestContext.Current.CancellationToken);

        (await LogsOnDisk.RefusalAsync(() => logs.GetAsync("s"))).Code.ShouldBe("ResourceNotFoundException");
        logs.Store.Find(other).Settings.Name.ShouldBe(other.Name);
        await logs.ReopenAsync();
        logs.Store.Find(other).Settings.Name.ShouldBe(other.Name);
    }

    [Fact]
    public async Task Serve_a_thousand_streams_with_few_handles_open()
    {
        await using var logs = await LogsOnDisk.CreateAsync(mostLogBlocks: 300, mostOpenFiles: 3);
        var names = Enumerable.Range(0, 1000).Select(i => $"app/web/{i:x8}").ToList();
        await Task.WhenAll(names.Select(logs.CreateStreamAsync));
        foreach (var some in names.Chunk(100))
        {
            await Task.WhenAll(some.Select(name => logs.PutAsync(name, (Noon, $"first of {name}"), (Noon + 1, $"second of {name}"))));
        }

        await logs.Store.MaintainAsync(TestContext.Current.CancellationToken);
        await logs.ReopenAsync();

        foreach (var name in names.Where((_, i) => i % 37 == 0))
        {
            (await logs.MessagesAsync(name)).ShouldBe([$"first of {name}", $"second of {name}"]);
        }

        (await logs.FilterAsync()).Events.Count.ShouldBe(2000);
        logs.Group.SegmentCount.ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task Stay_readable_while_they_are_written_sealed_and_rolled()
    {
        await using var logs = await LogsOnDisk.CreateAsync(mostLogBlocks: 20, mostOpenFiles: 2, streams: "s");
        using var done = new CancellationTokenSource();
        var upkeep = Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    await logs.Store.MaintainAsync(CancellationToken.None);
                    await Task.Yield();
                }
            },
            TestContext.Current.CancellationToken);
        var written = 0;
        var reader = Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    var least = Volatile.Read(ref written);
                    (await logs.MessagesAsync("s")).Count.ShouldBeGreaterThanOrEqualTo(least);
                }
            },
            TestContext.Current.CancellationToken);

        for (var i = 0; i < 300; i++)
        {
            await logs.PutAsync("s", (Noon + i, $"{i}"));
            Volatile.Write(ref written, i + 1);
        }

        await done.CancelAsync();
        await Task.WhenAll(upkeep, reader);
        (await logs.MessagesAsync("s")).ShouldBe(Enumerable.Range(0, 300).Select(i => $"{i}"));
    }

    private static long Size(LogsOnDisk logs) => new DirectoryInfo(logs.GroupDirectory).EnumerateFiles("0*").Sum(file => file.Length);
}
