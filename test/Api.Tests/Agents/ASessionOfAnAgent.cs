using System.Text.Json;
using Berth.Engine;
using Microsoft.Extensions.Time.Testing;

namespace Berth.Api.Tests;

public sealed class ASessionOfAnAgent : IAsyncLifetime
{
    private static readonly TimeSpan Heartbeat = new AgentChannelOptions().Heartbeat;

    private readonly FakeTimeProvider clock = new(new(2030, 1, 1, 3, 0, 0, TimeSpan.Zero));
    private EcsServer server = null!;    // Started before each test.
    private string instance = "";

    public async ValueTask InitializeAsync()
    {
        server = await EcsServer.StartAsync();
        instance = await server.JoinAsync(attributes: """,{"name":"com.amazonaws.ecs.capability.task-iam-role"},{"name":"com.amazonaws.ecs.capability.docker-remote-api.1.17"}""");
    }

    public async ValueTask DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Is_dropped_after_three_heartbeats_without_acknowledgement()
    {
        await using var session = await ServedSession.StartAsync(server, instance, clock, Credentials());
        await session.NextAsync("TaskManifestMessage");

        for (var missed = 0; missed < 3; missed++)
        {
            clock.Advance(Heartbeat);
            await session.NextAsync("HeartbeatMessage");
        }

        session.Served.IsCompleted.ShouldBeFalse();
        clock.Advance(Heartbeat);
        await session.Served.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Goes_on_while_they_are_acknowledged()
    {
        await using var session = await ServedSession.StartAsync(server, instance, clock, Credentials());

        for (var beats = 0; beats < 6; beats++)
        {
            clock.Advance(Heartbeat);
            var beat = await session.NextAsync("HeartbeatMessage");
            await session.SayAsync("HeartbeatAckRequest", $$"""{"messageId":"{{beat.GetProperty("messageId").GetString()}}"}""");
            await HeardAsync(session);
        }

        session.Served.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Goes_on_without_where_the_agents_protocol_does_not_ask_for_it()
    {
        await using var session = await ServedSession.StartAsync(server, instance, clock, Credentials(), protocolVersion: 1);

        for (var beats = 0; beats < 6; beats++)
        {
            clock.Advance(Heartbeat);
            await session.NextAsync("HeartbeatMessage");
        }

        await HeardAsync(session);
        session.Served.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task That_has_ended_takes_more_words_and_another_end()
    {
        var options = new AgentChannelOptions { MostQueued = 1 };
        var sessions = new AgentSessions();
        var stream = StreamId.Cluster("000000000000", "us-east-1", "default");
        var first = await ServedSession.StartAsync(server, instance, clock, Credentials(), options);
        sessions.Add(stream, first.Session);
        await first.DisposeAsync();

        first.Session.Tell("a");
        first.Session.Tell("b");
        await using var second = await ServedSession.StartAsync(server, instance, clock, Credentials());
        sessions.Add(stream, second.Session);
        sessions.Remove(stream, first.Session);

        sessions.Has(stream, instance).ShouldBeTrue();
        await second.NextAsync("TaskManifestMessage");
    }

    [Fact]
    public async Task Tells_a_stopping_task_its_keys_before_it_is_stopped()
    {
        var stopping = await RunAsync();
        await server.AskAsync("StopTask", $$"""{"task":"{{stopping}}"}""");
        var credentials = Credentials();
        await using var session = await ServedSession.StartAsync(server, instance, clock, credentials);
        var told = new List<(string Type, JsonElement Message)>();

        await session.NextAsync("TaskManifestMessage", told);

        told.Select(entry => entry.Type).ShouldBe(["IAMRoleCredentialsMessage", "IAMRoleCredentialsMessage", "PayloadMessage"]);
        told.Take(2).Select(entry => Text(entry.Message, "roleType")).ShouldBe(["TaskApplication", "TaskExecution"]);
        foreach (var (_, message) in told.Take(2))
        {
            Text(message, "taskArn").ShouldBe(stopping);
            credentials.Find(Text(message.GetProperty("roleCredentials"), "accessKeyId")!).ShouldNotBeNull();
        }

        Text(told[2].Message.GetProperty("tasks")[0], "desiredStatus").ShouldBe("STOPPED");
    }

    [Fact]
    public async Task Renews_the_keys_of_tasks_that_run_and_that_stop()
    {
        var (running, stopping) = (await RunAsync(), await RunAsync());
        await server.AskAsync("StopTask", $$"""{"task":"{{stopping}}"}""");
        await using var session = await ServedSession.StartAsync(server, instance, clock, Credentials(), new() { Heartbeat = TaskCredentials.Renewal });
        var told = new List<(string Type, JsonElement Message)>();
        await session.NextAsync("TaskManifestMessage", told);
        var first = told.Single(entry => entry.Type == "PayloadMessage" && Text(entry.Message.GetProperty("tasks")[0], "arn") == running).Message.GetProperty("tasks")[0];

        clock.Advance(TaskCredentials.Renewal);
        List<JsonElement> renewed = [];
        while (renewed.Count < 4)
        {
            renewed.Add(await session.NextAsync("IAMRoleCredentialsMessage"));
        }

        renewed.Select(message => (Text(message, "taskArn"), Text(message, "roleType"))).ShouldBe(
            [(stopping, "TaskApplication"), (stopping, "TaskExecution"), (running, "TaskApplication"), (running, "TaskExecution")]);
        renewed.ShouldAllBe(message => Text(message, "taskClusterArn") == "arn:aws:ecs:us-east-1:000000000000:cluster/default" && Text(message, "messageId") != null);
        foreach (var (before, after) in new[] { ("roleCredentials", renewed[2]), ("executionRoleCredentials", renewed[3]) })
        {
            var (old, @new) = (first.GetProperty(before), after.GetProperty("roleCredentials"));
            (Text(@new, "credentialsId"), Text(@new, "roleArn")).ShouldBe((Text(old, "credentialsId"), Text(old, "roleArn")));
            Text(@new, "accessKeyId").ShouldNotBe(Text(old, "accessKeyId"));
            (Text(old, "expiration"), Text(@new, "expiration")).ShouldBe(("2030-01-01T12:00:00Z", "2030-01-01T18:00:00Z"));
        }
    }

    /// <summary>All that was said before this has been taken in.</summary>
    private static async Task HeardAsync(ServedSession session)
    {
        await session.SayAsync("TaskStopVerificationMessage", """{"messageId":"m","stopCandidates":[{"taskArn":"arn:aws:ecs:us-east-1:000000000000:task/default/none"}]}""");
        await session.NextAsync("TaskStopVerificationAck");
    }

    private static string? Text(JsonElement from, string name) => from.GetProperty(name).GetString();

    private TaskCredentials Credentials() => new("of a test"u8.ToArray(), clock);

    private async Task<string> RunAsync()
    {
        await server.RegisterDefinitionAsync("keys", ""","taskRoleArn":"arn:aws:iam::000000000000:role/task","executionRoleArn":"arn:aws:iam::000000000000:role/execution" """);
        return (await server.AskAsync("RunTask", """{"taskDefinition":"keys"}""")).GetProperty("tasks")[0].GetProperty("taskArn").GetString()!;
    }
}
