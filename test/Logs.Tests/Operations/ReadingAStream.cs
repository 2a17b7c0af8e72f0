using CsCheck;

namespace Berth.Logs.Tests;

public sealed class ReadingAStream
{
    private static readonly long Noon = LogsOnDisk.Noon.ToUnixTimeMilliseconds();

    [Fact]
    public async Task Begins_with_the_newest_page_in_ascending_order()
    {
        await using var logs = await WithNumbersAsync(10);

        var page = await logs.GetAsync("s", limit: 3);

        page.Events.Select(found => found.Message).ShouldBe(["7", "8", "9"]);
    }

    [Fact]
    public async Task Answers_the_token_it_was_asked_with_at_the_newest_end_and_reads_on_when_more_arrives()
    {
        await using var logs = await WithNumbersAsync(3);

        var first = await logs.GetAsync("s", startFromHead: true);
        var end = await logs.GetAsync("s", nextToken: first.NextForwardToken);
        end.Events.ShouldBeEmpty();
        end.NextForwardToken.ShouldBe(first.NextForwardToken);

        await logs.PutAsync("s", (Noon + 2, "same time as the last"), (Noon + 9, "later"));
        var more = await logs.GetAsync("s", nextToken: end.NextForwardToken);
        more.Events.Select(found => found.Message).ShouldBe(["same time as the last", "later"]);
        more.NextForwardToken.ShouldNotBe(end.NextForwardToken);
    }

    [Fact]
    public async Task Answers_the_token_it_was_asked_with_at_the_oldest_end()
    {
        await using var logs = await WithNumbersAsync(5);

        var newest = await logs.GetAsync("s", limit: 3);
        var oldest = await logs.GetAsync("s", limit: 3, nextToken: newest.NextBackwardToken);
        oldest.Events.Select(found => found.Message).ShouldBe(["0", "1"]);
        var end = await logs.GetAsync("s", limit: 3, nextToken: oldest.NextBackwardToken);
        end.Events.ShouldBeEmpty();
        end.NextBackwardToken.ShouldBe(oldest.NextBackwardToken);
        (await logs.GetAsync("s", limit: 3, nextToken: end.NextForwardToken)).Events.Select(found => found.Message).ShouldBe(["0", "1", "2"]);
    }

    [Fact]
    public async Task That_is_empty_gives_tokens_that_find_the_first_events()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: "s");

        var empty = await logs.GetAsync("s");
        empty.Events.ShouldBeEmpty();
        (await logs.GetAsync("s", nextToken: empty.NextForwardToken)).NextForwardToken.ShouldBe(empty.NextForwardToken);
        (await logs.GetAsync("s", nextToken: empty.NextBackwardToken)).NextBackwardToken.ShouldBe(empty.NextBackwardToken);

        await logs.PutAsync("s", (Noon - 1000, "first"));
        (await logs.GetAsync("s", nextToken: empty.NextForwardToken)).Events.ShouldHaveSingleItem().Message.ShouldBe("first");
    }

    [Fact]
    public async Task Includes_the_start_of_a_time_range_and_leaves_out_its_end()
    {
        await using var logs = await WithNumbersAsync(10);

        var page = await logs.GetAsync("s", startTime: Noon + 2, endTime: Noon + 5, startFromHead: true);

        page.Events.Select(found => found.Message).ShouldBe(["2", "3", "4"]);
    }

    [Fact]
    public async Task Ends_a_page_at_one_mebibyte()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: "s");
        for (var i = 0; i < 4; i++)
        {
            await logs.PutAsync("s", (Noon + i, new string('x', 500_000)));
        }

        (await logs.GetAsync("s", startFromHead: true)).Events.Count.ShouldBe(2);
        (await logs.MessagesAsync("s")).Count.ShouldBe(4);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("f/123/s")]
    [InlineData("f/0000000000000000000000000000000000000000000000000000000x/s")]
    [InlineData("f/99999999999999999999000000000000000000000000000000000001/s")]
    public async Task Refuses_a_token_that_is_none(string token)
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: "s");

        (await LogsOnDisk.RefusalAsync(() => logs.GetAsync("s", nextToken: token))).ShouldBe(
            ("InvalidParameterException", "The specified nextToken is invalid."));
    }

    /// <summary>
    /// Whatever batches arrive, late ones among them, and whenever logs are sealed and the store is opened again: pages
    /// in either direction give exactly the accepted events, by timestamp and then arrival.
    /// </summary>
    [Fact]
    public async Task Page_by_page_gives_every_event_once_and_in_order_in_both_directions()
    {
        var batches = Gen.Int[0, 40].Array[1, 8].Array[1, 12];
        await Gen.Select(batches, Gen.Int[1, 7], Gen.Int[1, 6], Gen.Bool, Gen.Bool).SampleAsync(
            async (offsets, limit, mostLogBlocks, isSealed, isReopened) =>
            {
                await using var logs = await LogsOnDisk.CreateAsync(mostLogBlocks: mostLogBlocks, streams: ["s", "other"]);
                var put = new List<(long Timestamp, string Message)>();
                foreach (var batch in offsets)
                {
                    var events = batch.Order().Select((offset, i) => (Noon + offset, $"{put.Count + i}")).ToArray();
                    put.AddRange(events);
                    await logs.PutAsync("s", events);
                    await logs.PutAsync("other", (Noon + 20, "not of this stream"));
                }

                if (isSealed)
                {
                    await logs.Store.MaintainAsync(CancellationToken.None);
                }

                if (isReopened)
                {
                    await logs.ReopenAsync();
                }

                var expected = put.OrderBy(item => item.Timestamp).Select(item => item.Message).ToList();
                (await ReadAsync(logs, limit, isForward: true)).ShouldBe(expected);
                (await ReadAsync(logs, limit, isForward: false)).ShouldBe(expected);
            },
            iter: 100,
            threads: 1);
    }

    private static async Task<List<string>> ReadAsync(LogsOnDisk logs, int limit, bool isForward)
    {
        var messages = new List<string>();
        string? token = null;
        while (true)
        {
            var page = await logs.GetAsync("s", startFromHead: isForward, limit: limit, nextToken: token);
            messages.InsertRange(isForward ? messages.Count : 0, page.Events.Select(found => found.Message));
            var next = isForward ? page.NextForwardToken : page.NextBackwardToken;
            if (next == token)
            {
                return messages;
            }

            token = next;
        }
    }

    private static async Task<LogsOnDisk> WithNumbersAsync(int count)
    {
        var logs = await LogsOnDisk.CreateAsync(streams: "s");
        await logs.PutAsync("s", [.. Enumerable.Range(0, count).Select(i => (Noon + i, $"{i}"))]);
        return logs;
    }
}
