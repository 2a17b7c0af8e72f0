using System.Text.Json;
using Berth.Domain;

namespace Berth.Api.Tests;

public sealed class EventsOfAServer
{
    private static CancellationToken Patience => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Are_read_by_cluster_type_and_time()
    {
        await using var server = await EcsServer.StartAsync();
        await RunAsync(server);
        var all = await server.EventsOnceAsync(IsRunning);

        (await server.EventsAsync("""{"type":"task"}""")).ShouldAllBe(told => told.GetProperty("detail-type").GetString() == "ECS Task State Change");
        (await server.EventsAsync("""{"cluster":"default"}""")).Count.ShouldBe(all.Count);
        (await server.EventsAsync("""{"cluster":"arn:aws:ecs:us-east-1:000000000000:cluster/default","sinceSeconds":3600}""")).Count.ShouldBe(all.Count);
        (await server.EventsAsync("""{"cluster":"other"}""")).ShouldBeEmpty();
        (await server.EventsAsync(region: "eu-west-1")).ShouldBeEmpty();
        all.Select(told => told.GetProperty("id").GetString()).Distinct().Count().ShouldBe(all.Count);
        (await server.EventsAsync("""{"type":"Deployment"}"""))[0].GetProperty("detail").GetProperty("eventName").GetString().ShouldBe("SERVICE_DEPLOYMENT_IN_PROGRESS");
    }

    [Theory]
    [InlineData("""{"sinceSeconds":-1}""", "InvalidParameterException")]
    [InlineData("""{"sinceSeconds":"x"}""", "SerializationException")]
    [InlineData("""{"cluster":"arn:aws:ecs:us-east-1:111111111111:cluster/default"}""", "ClusterNotFoundException")]
    public async Task Are_refused_to_who_asks_for_something_else(string query, string error)
    {
        await using var server = await EcsServer.StartAsync();
        using var request = server.Http.Request("/_berth/events", "berth", "default", "us-east-1", query, "application/json");

        (await server.Http.SendAsync(request)).Error.Type.ShouldBe(error);
    }

    [Fact]
    public async Task Are_refused_to_strangers()
    {
        await using var server = await EcsServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Http.Address, "/_berth/events"));

        ((int)(await server.Http.SendAsync(request)).Status).ShouldNotBe(200);
    }

    [Fact]
    public async Task Can_be_followed_as_they_come()
    {
        await using var server = await EcsServer.StartAsync();
        using var client = new HttpClient();
        using var request = server.Http.Request("/_berth/events", "berth", "default", "us-east-1", """{"follow":true,"type":"task"}""", "application/json");
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Patience);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Patience));

        await RunAsync(server);

        var first = JsonElement.Parse((await lines.ReadLineAsync(Patience))!);
        var second = JsonElement.Parse((await lines.ReadLineAsync(Patience))!);
        first.GetProperty("detail").GetProperty("lastStatus").GetString().ShouldBe("PENDING");
        second.GetProperty("detail").GetProperty("lastStatus").GetString().ShouldBe("RUNNING");
    }

    [Fact]
    public async Task Go_with_a_reset_of_the_account()
    {
        await using var server = await EcsServer.StartAsync();
        await RunAsync(server);
        await server.EventsOnceAsync(IsRunning);

        ((int)(await server.ResetAsync()).Status).ShouldBe(200);

        (await server.EventsAsync()).ShouldBeEmpty();
        await server.RegisterDefinitionAsync("web");
        await server.AskAsync("CreateService", """{"serviceName":"next","taskDefinition":"web","desiredCount":1}""");
        var next = await server.EventsOnceAsync(told => told.GetProperty("detail-type").GetString() == "ECS Task State Change");
        next.ShouldAllBe(told => !told.GetRawText().Contains("service/default/web"));
    }

    /// <summary>Goal: every event once. Method: what a kill could leave, at every place a line can tear.</summary>
    [Fact]
    public async Task Are_whole_after_a_crash()
    {
        string directory, positions;
        List<string> before;
        await using (var server = await EcsServer.StartAsync())
        {
            server.KeepsDirectory = true;
            directory = server.DataDirectory;
            await server.AskAsync("CreateCluster", "{}");
            while (!File.Exists(Path.Combine(server.EventsDirectory, "positions.json")) || !File.ReadAllText(Path.Combine(server.EventsDirectory, "positions.json")).Contains("default"))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Patience);
            }

            positions = File.ReadAllText(Path.Combine(server.EventsDirectory, "positions.json"));
            await RunAsync(server);
            before = Ids(await server.EventsOnceAsync(IsRunning));
        }

        var file = Directory.GetFiles(Path.Combine(directory, "events", "000000000000")).Single(name => name.EndsWith(".jsonl", StringComparison.Ordinal));
        var whole = File.ReadAllBytes(file);
        foreach (var length in new[] { whole.Length, whole.Length - 5, whole.Length / 2, 10, 0 })
        {
            File.WriteAllBytes(file, whole[..length]);
            File.WriteAllText(Path.Combine(directory, "events", "positions.json"), positions);

            await using var server = await EcsServer.StartAsync(directory: directory);
            server.KeepsDirectory = true;
            await server.AskAsync("DescribeClusters", "{}");     // Opens the stream, as a start does.
            while (Ids(await server.EventsAsync()).Count < before.Count)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Patience);
            }

            Ids(await server.EventsAsync()).Take(before.Count).ShouldBe(before);
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Come_from_the_journal_where_there_was_no_room_for_them()
    {
        await using var server = await EcsServer.StartAsync(events: options => options with { MostQueuedFacts = 0 });
        await RunAsync(server);

        var events = await server.EventsOnceAsync(IsRunning);

        events.Select(told => told.GetProperty("id").GetString()).Distinct().Count().ShouldBe(events.Count);
        events.Count(told => told.GetProperty("detail-type").GetString() == "ECS Task State Change").ShouldBe(2);
    }

    internal static async Task RunAsync(EcsServer server)
    {
        await server.RegisterDefinitionAsync("web");
        await server.AskAsync("CreateCluster", "{}");
        await server.JoinAsync();
        await server.AskAsync("CreateService", """{"serviceName":"web","taskDefinition":"web","desiredCount":1}""");
        var task = (await server.AskAsync("ListTasks", "{}")).GetProperty("taskArns")[0].GetString()!.Split('/')[^1];
        await server.ExecuteAsync("default", new SubmitTaskStateChangeCommand(task) { Status = EcsTaskStatus.Running, Reason = "" });
    }

    internal static bool IsRunning(JsonElement told) =>
        told.GetProperty("detail").TryGetProperty("lastStatus", out var status) && status.GetString() == "RUNNING";

    private static List<string> Ids(List<JsonElement> events) => [.. events.Select(told => told.GetProperty("id").GetString()!)];
}
