using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Berth.Agent.Tests;

/// <summary>
/// What the agent adds to Docker, measured in the same run as bare Docker: run with <c>-explicit only</c>. Figures
/// from one machine compare with each other, not with those of another.
/// </summary>
public sealed class Measurements(Engine engine, ITestOutputHelper output)
{
    private const int Starts = 15;
    private const int Parallel = 8;
    private const int Many = 50;

    [Fact(Explicit = true)]
    public async Task Of_one_start_after_another()
    {
        await using var machine = await Machine.StartAsync(engine, options => options with { ImagePullBehavior = ImagePullBehavior.PreferCached, MemoryMiB = 100_000, CpuUnits = 100_000 });
        using var docker = new DockerEngine(machine.Options.DockerHost);
        await docker.NegotiateAsync(TestContext.Current.CancellationToken);
        List<double> bare = [];
        List<double> agent = [];
        for (var i = 0; i < Starts; i++)
        {
            bare.Add(await BareAsync(machine, docker));
            var task = machine.TaskOf("exec /bin/busybox sleep 1000");
            var clock = Stopwatch.StartNew();
            await machine.Backend.PayloadAsync(task);
            await machine.Backend.ReportAsync((string)task["arn"]!, "RUNNING");
            agent.Add(clock.Elapsed.TotalMilliseconds);
        }

        output.WriteLine($"bare p50 {Median(bare):0.0} ms, agent p50 {Median(agent):0.0} ms, added {Median(agent) - Median(bare):0.0} ms");
    }

    [Fact(Explicit = true)]
    public async Task Of_many_starts_at_once()
    {
        await using var machine = await Machine.StartAsync(engine, options => options with { ImagePullBehavior = ImagePullBehavior.PreferCached, ParallelStarts = Parallel, MemoryMiB = 100_000, CpuUnits = 100_000 });
        using var docker = new DockerEngine(machine.Options.DockerHost);
        await docker.NegotiateAsync(TestContext.Current.CancellationToken);
        var clock = Stopwatch.StartNew();
        await System.Threading.Tasks.Parallel.ForEachAsync(Enumerable.Range(0, Many), new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (_, _) => await BareAsync(machine, docker));
        var bare = clock.Elapsed.TotalSeconds;
        var tasks = Enumerable.Range(0, Many).Select(_ => machine.TaskOf("exec /bin/busybox sleep 1000")).ToList();
        clock.Restart();
        foreach (var task in tasks)
        {
            await machine.Backend.PayloadAsync(task);
        }

        foreach (var task in tasks)
        {
            await machine.Backend.ReportAsync((string)task["arn"]!, "RUNNING");
        }

        output.WriteLine($"bare {Many / bare:0.00}/s, agent {Many / clock.Elapsed.TotalSeconds:0.00}/s, ratio {bare / clock.Elapsed.TotalSeconds:0.00}");
    }

    /// <summary>Creates and starts the container an equal task makes, by the same client.</summary>
    private async Task<double> BareAsync(Machine machine, DockerEngine docker)
    {
        var body = new JsonObject
        {
            ["Image"] = engine.Image,
            ["Cmd"] = new JsonArray("/bin/sh", "-c", "exec /bin/busybox sleep 1000"),
            ["Labels"] = new JsonObject { [CreateRequest.InstanceLabel] = machine.Backend.InstanceArn },
            ["HostConfig"] = new JsonObject { ["NetworkMode"] = "bridge", ["Memory"] = 32 << 20, ["CpuShares"] = 16 },
        };
        var clock = Stopwatch.StartNew();
        var id = await docker.CreateContainerAsync($"bare-{Guid.NewGuid():N}", body, TestContext.Current.CancellationToken);
        await docker.StartContainerAsync(id, TestContext.Current.CancellationToken);
        return clock.Elapsed.TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
