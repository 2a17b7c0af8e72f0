namespace Berth.Logs.Tests;

public sealed class DescribingGroupsAndStreams
{
    private static readonly long Noon = LogsOnDisk.Noon.ToUnixTimeMilliseconds();

    [Fact]
    public async Task Shows_a_group_as_it_was_made_and_changed_also_after_a_restart()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: "s");
        await LogsOnDisk.CallAsync(new PutRetentionPolicy(logs.Store), new(LogsOnDisk.GroupName, 7));
        await LogsOnDisk.CallAsync(new PutLogGroupDeletionProtection(logs.Store), new(LogsOnDisk.GroupName, true));
        await logs.ReopenAsync();

        var group = (await DescribeGroupsAsync(logs)).LogGroups.ShouldHaveSingleItem();

        group.ShouldBe(new(
            "/ecs/web", Noon, 7, 0, "arn:aws:logs:us-east-1:000000000000:log-group:/ecs/web:*", 0, null, "STANDARD",
            "arn:aws:logs:us-east-1:000000000000:log-group:/ecs/web", true));
        (await LogsOnDisk.RefusalAsync(() => LogsOnDisk.CallAsync(new DeleteLogGroup(logs.Store), new(LogsOnDisk.GroupName)))).Code.ShouldBe("ValidationException");
        await LogsOnDisk.CallAsync(new DeleteRetentionPolicy(logs.Store), new(LogsOnDisk.GroupName));
        (await DescribeGroupsAsync(logs)).LogGroups.ShouldHaveSingleItem().RetentionInDays.ShouldBeNull();
    }

    [Fact]
    public async Task Pages_through_groups_by_name()
    {
        await using var logs = await LogsOnDisk.CreateAsync();
        for (var i = 0; i < 7; i++)
        {
            await LogsOnDisk.CallAsync(new CreateLogGroup(logs.Store, logs.Clock), new($"/app/{i}", null, null, null, null));
        }

        var names = new List<string>();
        string? token = null;
        do
        {
            var page = await DescribeGroupsAsync(logs, prefix: "/app/", limit: 3, nextToken: token);
            names.AddRange(page.LogGroups.Select(group => group.LogGroupName));
            token = page.NextToken;
        }
        while (token is not null);

        names.ShouldBe(Enumerable.Range(0, 7).Select(i => $"/app/{i}"));
        (await DescribeGroupsAsync(logs, pattern: "cs/w")).LogGroups.ShouldHaveSingleItem().LogGroupName.ShouldBe("/ecs/web");
        (await LogsOnDisk.CallAsync(new ListLogGroups(logs.Store), new("^/ec|pp/3", null, null, null, null, null))).LogGroups
            .Select(group => group.LogGroupName).ShouldBe(["/app/3", "/ecs/web"]);
        (await LogsOnDisk.RefusalAsync(() => DescribeGroupsAsync(logs, limit: 51))).Message.ShouldBe(
            "1 validation error detected: Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50");
        (await LogsOnDisk.RefusalAsync(() => DescribeGroupsAsync(logs, nextToken: "%"))).Code.ShouldBe("InvalidParameterException");
    }

    [Theory]
    [InlineData(null, false, new[] { "a", "b", "c", "d" })]
    [InlineData("LogStreamName", true, new[] { "d", "c", "b", "a" })]
    [InlineData("LastEventTime", true, new[] { "a", "d", "b", "c" })]
    [InlineData("LastEventTime", false, new[] { "c", "b", "d", "a" })]
    public async Task Pages_through_streams_in_the_order_asked_for(string? orderBy, bool descending, string[] expected)
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: ["a", "b", "c", "d"]);
        await logs.PutAsync("b", (Noon - 5, "x"), (Noon + 1, "x"));
        await logs.PutAsync("d", (Noon + 2, "x"));
        await logs.PutAsync("a", (Noon + 3, "x"));

        var names = new List<string>();
        string? token = null;
        do
        {
            var page = await DescribeStreamsAsync(logs, orderBy: orderBy, descending: descending, limit: 3, nextToken: token);
            names.AddRange(page.LogStreams.Select(stream => stream.LogStreamName));
            token = page.NextToken;
        }
        while (token is not null);

        names.ShouldBe(expected);
    }

    [Fact]
    public async Task Shows_the_times_of_a_streams_events_also_after_a_restart()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: ["web/1", "web/2", "db"]);
        await logs.PutAsync("web/2", (Noon - 5, "x"), (Noon + 1, "x"));
        await logs.ReopenAsync();

        var streams = (await DescribeStreamsAsync(logs, prefix: "web/")).LogStreams;

        streams.Count.ShouldBe(2);
        streams[0].ShouldBe(new("web/1", Noon, null, null, null, null, "arn:aws:logs:us-east-1:000000000000:log-group:/ecs/web:log-stream:web/1", 0));
        streams[1].ShouldBe(streams[0] with
        {
            LogStreamName = "web/2",
            Arn = streams[0].Arn[..^1] + "2",
            FirstEventTimestamp = Noon - 5,
            LastEventTimestamp = Noon + 1,
            LastIngestionTime = Noon,
            UploadSequenceToken = PutLogEvents.SequenceToken,
        });
        (await LogsOnDisk.RefusalAsync(() => DescribeStreamsAsync(logs, prefix: "web/", orderBy: "LastEventTime"))).Message
            .ShouldBe("Cannot order by LastEventTime with a logStreamNamePrefix.");
    }

    [Fact]
    public async Task Refuses_what_exists_and_names_that_cannot_be()
    {
        await using var logs = await LogsOnDisk.CreateAsync(streams: "s");

        (await LogsOnDisk.RefusalAsync(() => CreateGroupAsync(logs, LogsOnDisk.GroupName))).ShouldBe(
            ("ResourceAlreadyExistsException", "The specified log group already exists"));
        (await LogsOnDisk.RefusalAsync(() => logs.CreateStreamAsync("s"))).ShouldBe(
            ("ResourceAlreadyExistsException", "The specified log stream already exists"));
        (await LogsOnDisk.RefusalAsync(() => CreateGroupAsync(logs, null))).Message.ShouldBe(
            "1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: Member must not be null");
        (await LogsOnDisk.RefusalAsync(() => CreateGroupAsync(logs, "a b"))).Message.ShouldBe(
            @"1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+");
        (await LogsOnDisk.RefusalAsync(() => CreateGroupAsync(logs, new string('a', 513)))).Code.ShouldBe("InvalidParameterException");
        (await LogsOnDisk.RefusalAsync(() => logs.CreateStreamAsync("a:b"))).Code.ShouldBe("InvalidParameterException");
        await CreateGroupAsync(logs, new string('a', 512));
    }

    [Fact]
    public async Task Lets_one_of_many_makers_of_the_same_stream_win()
    {
        await using var logs = await LogsOnDisk.CreateAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            try
            {
                await logs.CreateStreamAsync("s");
                return true;
            }
            catch (Wire.AwsException)
            {
                return false;
            }
        }));

        outcomes.Count(won => won).ShouldBe(1);
    }

    [Fact]
    public async Task Keeps_the_tags_of_a_group_under_all_its_names()
    {
        await using var logs = await LogsOnDisk.CreateAsync();
        const string arn = "arn:aws:logs:us-east-1:000000000000:log-group:/ecs/web";
        await LogsOnDisk.CallAsync(new TagResource(logs.Store), new(arn, new() { ["a"] = "1", ["b"] = "2" }));
        await LogsOnDisk.CallAsync(new TagLogGroup(logs.Store), new(LogsOnDisk.GroupName, new() { ["b"] = "3", ["c"] = "" }));
        await LogsOnDisk.CallAsync(new UntagResource(logs.Store), new($"{arn}:*", ["a", "none"]));
        await logs.ReopenAsync();

        var expected = new Dictionary<string, string> { ["b"] = "3", ["c"] = "" };
        (await LogsOnDisk.CallAsync(new ListTagsForResource(logs.Store), new($"{arn}:*"))).Tags.ShouldBe(expected, ignoreOrder: true);
        (await LogsOnDisk.CallAsync(new ListTagsLogGroup(logs.Store), new(LogsOnDisk.GroupName))).Tags.ShouldBe(expected, ignoreOrder: true);
        await LogsOnDisk.CallAsync(new UntagLogGroup(logs.Store), new(LogsOnDisk.GroupName, ["b", "c"]));
        (await LogsOnDisk.CallAsync(new ListTagsForResource(logs.Store), new(arn))).Tags.ShouldBeEmpty();

        var tooMany = Enumerable.Range(0, 51).ToDictionary(i => $"k{i}", _ => "v");
        (await LogsOnDisk.RefusalAsync(() => LogsOnDisk.CallAsync(new TagResource(logs.Store), new(arn, tooMany)))).Code.ShouldBe("TooManyTagsException");
        (await LogsOnDisk.RefusalAsync(() => LogsOnDisk.CallAsync(new TagResource(logs.Store), new("arn:aws:logs:us-east-1:000000000000:log-group:none", new() { ["a"] = "1" }))))
            .Code.ShouldBe("ResourceNotFoundException");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0)]
    [InlineData(3654)]
    public async Task Refuses_a_retention_that_the_service_does_not_offer(int days)
    {
        await using var logs = await LogsOnDisk.CreateAsync();

        (await LogsOnDisk.RefusalAsync(() => LogsOnDisk.CallAsync(new PutRetentionPolicy(logs.Store), new(LogsOnDisk.GroupName, days))))
            .Code.ShouldBe("InvalidParameterException");
    }

    private static Task<Wire.NoOutput> CreateGroupAsync(LogsOnDisk logs, string? name) =>
        LogsOnDisk.CallAsync(new CreateLogGroup(logs.Store, logs.Clock), new(name, null, null, null, null));

    private static Task<DescribeLogGroups.Response> DescribeGroupsAsync(
        LogsOnDisk logs, string? prefix = null, string? pattern = null, int? limit = null, string? nextToken = null) =>
        LogsOnDisk.CallAsync(new DescribeLogGroups(logs.Store), new(null, prefix, pattern, nextToken, limit, null, null, null));

    private static Task<DescribeLogStreams.Response> DescribeStreamsAsync(
        LogsOnDisk logs, string? prefix = null, string? orderBy = null, bool? descending = null, int? limit = null, string? nextToken = null) =>
        LogsOnDisk.CallAsync(new DescribeLogStreams(logs.Store), new(LogsOnDisk.GroupName, null, prefix, orderBy, descending, nextToken, limit));
}
