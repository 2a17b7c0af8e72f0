namespace Berth.Logs.Tests;

public sealed class PuttingEvents
{
    private static readonly long Noon = LogsOnDisk.Noon.ToUnixTimeMilliseconds();

    [Fact]
    public async Task Answers_what_was_put()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: "s");

        var answer = await logs.PutAsync("s", (Noon, "first ünïcode 😀"), (Noon, "second"), (Noon + 1, "third"));

        answer.RejectedLogEventsInfo.ShouldBeNull();
        answer.NextSequenceToken.ShouldNotBeEmpty();
        var page = await logs.GetAsync("s");
        page.Events.ShouldBe([new(Noon, "first ünïcode 😀", Noon), new(Noon, "second", Noon), new(Noon + 1, "third", Noon)]);
    }

    [Fact]
    public async Task Refuses_a_batch_out_of_order()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: "s");

        (await LogsOnDisk.RefusalAsync(() => logs.PutAsync("s", (Noon + 1, "b"), (Noon, "a")))).ShouldBe(
            ("InvalidParameterException", "Log events in a single PutLogEvents request must be in chronological order."));
        (await logs.MessagesAsync("s")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Refuses_a_batch_that_spans_more_than_a_day()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: "s");
        var day = (long)TimeSpan.FromHours(24).TotalMilliseconds;

        (await LogsOnDisk.RefusalAsync(() => logs.PutAsync("s", (Noon - day - 1, "a"), (Noon, "b")))).Code.ShouldBe("InvalidParameterException");
        (await logs.PutAsync("s", (Noon - day, "a"), (Noon, "b"))).RejectedLogEventsInfo.ShouldBeNull();
    }

    [Fact]
    public async Task Counts_26_bytes_for_each_event_beside_its_text()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: "s");
        var half = (PutLogEvents.MostBatchBytes / 2) - StoredEvent.OverheadBytes;

        await logs.PutAsync("s", (Noon, new string('x', half)), (Noon, new string('é', half / 2)));
        (await LogsOnDisk.RefusalAsync(() => logs.PutAsync("s", (Noon, new string('x', half)), (Noon, new string('x', half + 1))))).Message
            .ShouldBe("Upload too large: 1048577 bytes exceeds limit of 1048576");
    }

    [Fact]
    public async Task Refuses_no_events_too_many_events_and_empty_ones()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: "s");
        var tooMany = Enumerable.Repeat((Noon, "x"), PutLogEvents.MostEvents + 1).ToArray();

        (await LogsOnDisk.RefusalAsync(() => logs.PutAsync("s"))).Code.ShouldBe("InvalidParameterException");
        (await LogsOnDisk.RefusalAsync(() => logs.PutAsync("s", tooMany))).Code.ShouldBe("InvalidParameterException");
        (await LogsOnDisk.RefusalAsync(() => logs.PutAsync("s", (Noon, "")))).Code.ShouldBe("InvalidParameterException");
        await logs.PutAsync("s", tooMany[1..]);
        (await logs.MessagesAsync("s")).Count.ShouldBe(PutLogEvents.MostEvents);
    }

    [Fact]
    public async Task Drops_what_is_too_old_and_too_new_and_keeps_the_rest()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: "s");
        var tooOld = LogsOnDisk.Noon.AddDays(-14).ToUnixTimeMilliseconds() - 1;
        var tooNew = LogsOnDisk.Noon.AddHours(2).ToUnixTimeMilliseconds() + 1;

        var answer = await logs.PutAsync("s", (tooOld, "a"), (tooOld, "b"), (Noon, "c"), (tooNew - 1, "d"), (tooNew, "e"));

        answer.RejectedLogEventsInfo.ShouldBe(new(TooNewLogEventStartIndex: 4, TooOldLogEventEndIndex: 2, ExpiredLogEventEndIndex: null));
        (await logs.MessagesAsync("s")).ShouldBe(["c", "d"]);
    }

    [Fact]
    public async Task Drops_what_the_retention_has_expired()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: "s");
        await LogsOnDisk.CallAsync(new PutRetentionPolicy(logs.Store), new(LogsOnDisk.GroupName, 1));
        var expired = LogsOnDisk.Noon.AddDays(-1).ToUnixTimeMilliseconds() - 1;

        var answer = await logs.PutAsync("s", (expired, "a"), (Noon, "b"));

        answer.RejectedLogEventsInfo.ShouldBe(new(null, null, ExpiredLogEventEndIndex: 1));
        (await logs.MessagesAsync("s")).ShouldBe(["b"]);
    }

    [Fact]
    public async Task Names_what_does_not_exist()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: "s");

        (await LogsOnDisk.RefusalAsync(() => logs.PutAsync("t", (Noon, "a")))).ShouldBe(
            ("ResourceNotFoundException", "The specified log stream does not exist."));
        await LogsOnDisk.CallAsync(new DeleteLogGroup(logs.Store), new(LogsOnDisk.GroupName));
        (await LogsOnDisk.RefusalAsync(() => logs.PutAsync("s", (Noon, "a")))).ShouldBe(
            ("ResourceNotFoundException", "The specified log group does not exist."));
    }

    [Fact]
    public async Task By_many_writers_to_one_stream_keeps_every_event_and_each_batch_in_order()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: "s");

        await Parallel.ForEachAsync(Enumerable.Range(0, 8), TestContext.Current.CancellationToken, async (writer, _) =>
        {
            for (var batch = 0; batch < 25; batch++)
            {
                await logs.PutAsync("s", [.. Enumerable.Range(0, 10).Select(i => (Noon, $"{writer}/{(batch * 10) + i}"))]);
            }
        });

        var all = await logs.MessagesAsync("s");
        all.Count.ShouldBe(2000);
        foreach (var ofWriter in all.Select(message => message.Split('/')).GroupBy(parts => parts[0], parts => int.Parse(parts[1])))
        {
            ofWriter.ShouldBe(Enumerable.Range(0, 250));
        }
    }
}
