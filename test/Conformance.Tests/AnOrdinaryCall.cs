using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Berth.Conformance.Tests;

/// <summary>Goal: reads stay cheap. What they allocate hardly depends on the machine, so it can be held to a bound, unlike their time.</summary>
public sealed class AnOrdinaryCall
{
    private const int Warm = 300, Measured = 1_000;

    /// <summary>The bounds are a third above what was measured; a change that needs more should say why.</summary>
    [Fact]
    public async Task Allocates_no_more_than_it_did()
    {
        await using var server = await ServerProcess.StartAsync();
        using var calls = new SignedCalls(server.Endpoint, server.Root, "us-east-1");
        await calls.AskAsync("CreateCluster", "{}");
        await using var agent = await SimulatedAgent.ConnectAsync(calls, "default", AgentConduct.Idle);
        await calls.AskAsync("RegisterTaskDefinition", """{"family":"app","containerDefinitions":[{"name":"app","image":"app","cpu":1,"memory":8,"portMappings":[{"containerPort":80}]}]}""");
        var tasks = (await calls.AskAsync("RunTask", """{"taskDefinition":"app","count":10}""")).GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("taskArn").GetString());
        var ten = JsonSerializer.Serialize(tasks);

        (string Operation, string Body, int Bytes)[] bounds =
        [
            ("DescribeTasks", $$"""{"tasks":{{ten}}}""", 53_000),
            ("ListTasks", "{}", 8_000),
            ("DescribeClusters", "{}", 5_500),
        ];
        foreach (var (operation, body, bytes) in bounds)
        {
            await AskAsync(operation, body, Warm);
            var before = await AllocatedAsync(server);
            await AskAsync(operation, body, Measured);
            var each = (await AllocatedAsync(server) - before) / Measured;
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{operation}: {each:F0} bytes"));
            each.ShouldBeInRange(1, bytes, operation);
        }

        async Task AskAsync(string operation, string body, int times)
        {
            for (var time = 0; time < times; time++)
            {
                (await calls.SendAsync(SignedCalls.TargetOf(operation), SignedCalls.JsonType, Encoding.UTF8.GetBytes(body))).Status.ShouldBe(System.Net.HttpStatusCode.OK);
            }
        }
    }

    private static async Task<double> AllocatedAsync(ServerProcess server)
    {
        using var http = new HttpClient();
        var line = (await http.GetStringAsync(new Uri(server.Endpoint, "/metrics"), TestContext.Current.CancellationToken)).Split('\n').Single(line => line.StartsWith("process_allocated_bytes_total ", StringComparison.Ordinal));
        return double.Parse(line.AsSpan(line.IndexOf(' ') + 1), CultureInfo.InvariantCulture);
    }
}
