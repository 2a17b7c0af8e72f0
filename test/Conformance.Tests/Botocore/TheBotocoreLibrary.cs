using Berth.Clients;

namespace Berth.Conformance.Tests;

/// <summary>The unmodified library under boto3: its paginators, waiters, exceptions, retries, and its own model of every answer.</summary>
public sealed class TheBotocoreLibrary
{
    [Fact]
    public async Task Pages_waits_catches_and_tries_again_as_with_ecs()
    {
        var python = Python.With("botocore");
        Assert.SkipWhen(python is null, "No Python here can load botocore.");
        await using var server = await ServerProcess.StartAsync();
        await using var strict = await ServerProcess.StartAsync(("BERTH_API_RATE_FACTOR", "5"));
        using var ecs = new SignedCalls(server.Endpoint, server.Root, "us-east-1");
        await ecs.AskAsync("CreateCluster", """{"clusterName":"busy"}""");
        await using var agent = await SimulatedAgent.ConnectAsync(ecs, "busy", AgentConduct.Obedient);

        var failures = await ScriptedChecks.RunAsync(
            python,
            [Path.Combine(AppContext.BaseDirectory, "Botocore", "checks.py"), server.Endpoint.ToString(), strict.Endpoint.ToString(), strict.Root.AccessKeyId, strict.Root.SecretAccessKey],
            server.Root);

        failures.ShouldBeEmpty();
    }
}
