using System.Net.WebSockets;
using System.Text.Json;

namespace Berth.Api.Tests;

/// <summary>Telemetry, as it should be and as it should not: one bad word costs neither the others nor the socket.</summary>
public sealed class WhatAnAgentTellsOfItsInstance : IAsyncLifetime
{
    private EcsServer server = null!;    // Started before each test.
    private string instance = "";
    private OfficialAgent agent = null!;

    public async ValueTask InitializeAsync()
    {
        server = await EcsServer.StartAsync(agents: new());
        instance = await server.JoinAsync(attributes: """,{"name":"ecs.capability.container-health-check"},{"name":"com.amazonaws.ecs.capability.docker-remote-api.1.24"}""");
        agent = await OfficialAgent.OpenTcsAsync(server, "default", $"arn:aws:ecs:us-east-1:000000000000:container-instance/default/{instance}");
    }

    public async ValueTask DisposeAsync()
    {
        await agent.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Is_read_task_by_task()
    {
        var task = await RunAsync();

        await agent.SendSignedAsync("PublishMetricsRequest", $$$"""
            {"metadata":{"fin":true,"messageId":"m"},"taskMetrics":[{"taskArn":"t/none"},{"containerMetrics":[]},5,
             {"taskArn":"{{{task}}}","containerMetrics":[{"containerName":"app","cpuStatsSet":{"sampleCount":2.0,"sum":5.12},"memoryStatsSet":{"sampleCount":1.5,"sum":75}},{"memoryStatsSet":{"sampleCount":"x"}},null]}]}
            """);
        await agent.SendSignedAsync("PublishHealthRequest", $$"""
            {"metadata":{"fin":true,"messageId":"h"},"tasks":[{"taskArn":"t/none"},{"containers":[]},[],
             {"taskArn":"{{task}}","containers":[{"containerName":"app","healthStatus":"UNHEALTHY"},{"healthStatus":"HEALTHY"},{"containerName":"app","healthStatus":"HEALTHY"}]}]}
            """);

        await agent.AwaitAsync("AckPublishMetric");
        await agent.AwaitAsync("AckPublishHealth");
        (await server.AskAsync("DescribeTasks", $$"""{"tasks":["{{task}}"]}""")).GetProperty("tasks")[0].GetProperty("healthStatus").GetString().ShouldBe("HEALTHY");
        var metrics = await server.Http.GetAsync("/metrics?tasks=true");
        var labels = $"account=\"000000000000\",region=\"us-east-1\",cluster=\"default\",task=\"{task.Split('/')[^1]}\"";
        metrics.ShouldContain($"berth_task_cpu_utilization_percent{{{labels}}} 26.214");    // 2.56 per cent of 1,024 CPU units, of 100.
        metrics.ShouldContain($"berth_task_memory_utilization_percent{{{labels}}} 50");
    }

    [Theory]
    [InlineData("PublishMetricsRequest", "AckPublishMetric", """{"metadata":5,"taskMetrics":{}}""")]
    [InlineData("PublishMetricsRequest", "AckPublishMetric", """{"metadata":{"fin":"x","messageId":7},"taskMetrics":[{"taskArn":"\ud800","containerMetrics":[{"cpuStatsSet":{"sampleCount":1e999,"sum":-1e999}}]}]}""")]
    [InlineData("PublishMetricsRequest", "AckPublishMetric", """{"metadata":{"fin":true,"messageId":"m"},"taskMetrics":[{"taskArn":"a/b","containerMetrics":[{"memoryStatsSet":{"sampleCount":0.5,"sum":1e308}}]}]}""")]
    [InlineData("PublishHealthRequest", "AckPublishHealth", """{"tasks":[{"taskArn":"a/b","containers":[{"containerName":{},"healthStatus":[]}]}]}""")]
    [InlineData("PublishHealthRequest", "AckPublishHealth", "null")]
    [InlineData("PublishInstanceStatusRequest", "AckPublishInstanceStatus", """{"statuses":[{"type":"ContainerRuntime","status":"GREAT"},{"type":"Moon","status":"OK"},7]}""")]
    public async Task May_be_anything(string type, string acknowledgement, string message)
    {
        await agent.SendSignedAsync(type, message);
        await agent.AwaitAsync(acknowledgement);

        foreach (var text in new[] { "{", "[]", """{"type":["x"]}""", """{"type":"\ud800"}""", """{"type":"Nonsense","message":{}}""" })
        {
            await agent.SendRawAsync(text);
        }

        await agent.SendSignedAsync("PublishMetricsRequest", """{"metadata":{"fin":true,"idle":true,"messageId":"last"}}""");
        await agent.AwaitAsync("AckPublishMetric", acknowledgement == "AckPublishMetric" ? 2 : 1);
        agent.State.ShouldBe(WebSocketState.Open);
        (await HealthAsync()).GetProperty("details").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Has_the_health_of_the_container_runtime()
    {
        await SayAsync("OK", "");
        (Text(await HealthAsync(), "overallStatus"), Text(await RuntimeAsync(), "status")).ShouldBe(("OK", "OK"));

        await SayAsync("IMPAIRED", ""","statusReason":"docker does not answer" """);
        var impaired = await RuntimeAsync();

        Text(await HealthAsync(), "overallStatus").ShouldBe("IMPAIRED");
        (Text(impaired, "status"), Text(impaired, "statusReason")).ShouldBe(("IMPAIRED", "docker does not answer"));
        (impaired.GetProperty("lastUpdated").GetDouble(), impaired.GetProperty("lastStatusChange").GetDouble()).ShouldBe((1795375287.5, 1795375267.25));

        await agent.CloseAsync();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while ((await HealthAsync()).GetProperty("details").GetArrayLength() > 1)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit.Token);
        }

        async Task SayAsync(string status, string more)
        {
            var count = agent.Received("AckPublishInstanceStatus").Count;
            await agent.SendSignedAsync("PublishInstanceStatusRequest", $$"""
                {"metadata":{"cluster":"default","requestId":"r"},"timestamp":1795375287.7,
                 "statuses":[{"lastStatusChange":1795375267.25,"lastUpdated":1795375287.5,"status":"{{status}}","type":"ContainerRuntime"{{more}}}]}
                """);
            await agent.AwaitAsync("AckPublishInstanceStatus", count + 1);
        }

        async Task<JsonElement> RuntimeAsync() => (await HealthAsync()).GetProperty("details").EnumerateArray().Single(detail => Text(detail, "type") == "CONTAINER_RUNTIME");
    }

    private static string? Text(JsonElement from, string name) => from.GetProperty(name).GetString();

    private async Task<JsonElement> HealthAsync() =>
        (await server.AskAsync("DescribeContainerInstances", $$"""{"containerInstances":["{{instance}}"],"include":["CONTAINER_INSTANCE_HEALTH"]}"""))
            .GetProperty("containerInstances")[0].GetProperty("healthStatus");

    private async Task<string> RunAsync()
    {
        await server.AskAsync("RegisterTaskDefinition", """{"family":"app","containerDefinitions":[{"name":"app","image":"x","cpu":100,"memory":100,"healthCheck":{"command":["CMD","true"]}}]}""");
        var task = (await server.AskAsync("RunTask", """{"taskDefinition":"app"}""")).GetProperty("tasks")[0].GetProperty("taskArn").GetString()!;
        await server.AskAsync("SubmitTaskStateChange", $$"""{"containers":[{"containerName":"app","runtimeId":"a","status":"RUNNING"}],"status":"RUNNING","task":"{{task}}"}""");
        return task;
    }
}
