namespace Berth.Logs.Tests;

public sealed class SearchingAGroup
{
    private static readonly long Noon = LogsOnDisk.Noon.ToUnixTimeMilliseconds();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Merges_the_streams_by_time_page_by_page(bool isSealed)
    {
        await using var logs = await LogsOnDisk.CreateAsync(mostLogBlocks: 4, streams: ["a", "b", "c"]);
        for (var i = 0; i < 30; i++)
        {
            await logs.PutAsync("abc"[i % 3].ToString(), (Noon + i, $"{i}"));
        }

        if (isSealed)
        {
            await logs.Store.MaintainAsync(TestContext.Current.CancellationToken);
        }

        (await AllAsync(logs)).ShouldBe(Enumerable.Range(0, 30).Select(i => $"{i}"));
        (await AllAsync(logs, startFromHead: false)).ShouldBe(Enumerable.Range(0, 30).Select(i => $"{29 - i}"));
    }

    [Fact]
    public async Task Chooses_streams_by_name_or_prefix()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: ["web/1", "web/2", "db/1"]);
        await logs.PutAsync("web/1", (Noon, "w1"));
        await logs.PutAsync("web/2", (Noon, "w2"));
        await logs.PutAsync("db/1", (Noon, "d1"));

        (await logs.FilterAsync(prefix: "web/")).Events.Select(found => (found.LogStreamName, found.Message)).ShouldBe([("web/1", "w1"), ("web/2", "w2")]);
        (await logs.FilterAsync(streams: ["db/1"])).Events.ShouldHaveSingleItem().Message.ShouldBe("d1");
        (await logs.FilterAsync(prefix: "none")).Events.ShouldBeEmpty();
        (await LogsOnDisk.RefusalAsync(() => logs.FilterAsync(streams: ["gone"]))).Message.ShouldBe("The specified log stream does not exist.");
        (await LogsOnDisk.RefusalAsync(() => logs.FilterAsync(streams: ["db/1"], prefix: "d"))).Code.ShouldBe("InvalidParameterException");
    }

    [Fact]
    public async Task Includes_both_ends_of_a_time_range()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: "s");
        await logs.PutAsync("s", (Noon, "0"), (Noon + 1, "1"), (Noon + 2, "2"), (Noon + 3, "3"));

        (await logs.FilterAsync(startTime: Noon + 1, endTime: Noon + 2)).Events.Select(found => found.Message).ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task Gives_each_event_an_id_that_stays_the_same_when_sealed_and_reopened()
    {
        await using var logs = await LogsOnDisk.CreateAsync(mostLogBlocks: 2, streams: ["a", "b"]);
        for (var i = 0; i < 10; i++)
        {
            await logs.PutAsync(i % 2 == 0 ? "a" : "b", (Noon, "same"), (Noon + 5, "same"));
        }

        var before = (await logs.FilterAsync()).Events.Select(found => found.EventId).ToList();
        await logs.Store.MaintainAsync(TestContext.Current.CancellationToken);
        var sealedIds = (await logs.FilterAsync()).Events.Select(found => found.EventId).ToList();
        await logs.ReopenAsync();

        before.Distinct().Count().ShouldBe(20);
        before.ShouldAllBe(id => id.Length == Position.TextDigits);
        sealedIds.ShouldBe(before);
        (await logs.FilterAsync()).Events.Select(found => found.EventId).ShouldBe(before);
    }

    [Fact]
    public async Task Ends_a_page_when_it_has_looked_through_enough_and_still_finds_everything()
    {
        await using var logs = await LogsOnDisk.CreateAsync(mostLogBlocks: 10, mostScannedBytes: 5_000, streams: ["a", "b"]);
        for (var i = 0; i < 100; i++)
        {
            await logs.PutAsync(i % 2 == 0 ? "a" : "b", (Noon + (i * 10), $"{i} {(i == 97 ? "needle" : "hay")} {new string('x', 500)}"));
        }

        var pages = 0;
        string? token = null;
        var found = new List<string>();
        do
        {
            var page = await logs.FilterAsync("needle", nextToken: token);
            found.AddRange(page.Events.Select(item => item.Message));
            token = page.NextToken;
            pages++;
        }
        while (token is not null);

        found.ShouldHaveSingleItem().ShouldStartWith("97 needle");
        pages.ShouldBeInRange(5, 50);
    }

    [Fact]
    public async Task Leaves_out_streams_that_were_deleted()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: ["a", "b"]);
        await logs.PutAsync("a", (Noon, "from a"));
        await logs.PutAsync("b", (Noon, "from b"));
        await LogsOnDisk.CallAsync(new DeleteLogStream(logs.Store), new(LogsOnDisk.GroupName, "a"));
        await logs.CreateStreamAsync("a");

        (await logs.FilterAsync()).Events.ShouldHaveSingleItem().Message.ShouldBe("from b");
        (await logs.MessagesAsync("a")).ShouldBeEmpty();
        await logs.ReopenAsync();
        (await logs.FilterAsync()).Events.ShouldHaveSingleItem().Message.ShouldBe("from b");
    }

    private static async Task<List<string>> AllAsync(LogsOnDisk logs, bool? startFromHead = null)
    {
        var messages = new List<string>();
        string? token = null;
        do
        {
            var page = await logs.FilterAsync(limit: 7, nextToken: token, startFromHead: startFromHead);
            messages.AddRange(page.Events.Select(found => found.Message));
            token = page.NextToken;
        }
        while (token is not null);

        return messages;
    }
}
