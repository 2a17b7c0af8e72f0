using System.Text.Json.Nodes;

namespace Berth.Agent.Tests;

/// <summary>Volumes of type <c>docker</c>.</summary>
public sealed class HavingVolumes(Engine engine)
{
    [Fact]
    public async Task Those_of_a_task_go_with_it_and_shared_ones_stay()
    {
        var shared = $"berth-test-{Guid.NewGuid():N}";
        var label = Guid.NewGuid().ToString("N");
        await using var machine = await Machine.StartAsync(engine, options => options with { TaskCleanupWait = TimeSpan.FromSeconds(1) });
        var task = machine.TaskOf("echo kept > /shared/file; exec /bin/busybox df -k /own", container =>
        {
            container["mountPoints"] = new JsonArray(Mount("own", "/own"), Mount(shared, "/shared"));
            container["dockerConfig"]!["hostConfig"] = """{"NetworkMode":"bridge","LogConfig":{"Type":"awslogs","Config":{"awslogs-group":"g","awslogs-stream":"s"}}}""";
        });
        task["volumes"] = new JsonArray(
            Volume("own", new JsonObject
            {
                ["scope"] = "task",
                ["driver"] = "local",
                ["driverOpts"] = new JsonObject { ["type"] = "tmpfs", ["device"] = "tmpfs", ["o"] = "size=256k" },
                ["labels"] = new JsonObject { ["test"] = label },
            }),
            Volume(shared, new JsonObject { ["scope"] = "shared", ["autoprovision"] = true, ["labels"] = new JsonObject { ["test"] = label } }));
        try
        {
            await machine.Backend.PayloadAsync(task);
            await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED");
            await machine.Backend.UntilAsync(() => machine.Backend.LogLines("s").Any(line => line.EndsWith("/own", StringComparison.Ordinal)));
            await Machine.UntilAsync(async () => (await Engine.DockerAsync("volume", "ls", "-q", "--filter", $"label=test={label}")).Output == shared);

            machine.Backend.LogLines("s").Last(line => line.EndsWith("/own", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[..2].ShouldBe(["tmpfs", "256"]);
            var reader = machine.TaskOf("exec /bin/busybox cat /shared/file", container =>
            {
                container["mountPoints"] = new JsonArray(Mount(shared, "/shared"));
                container["dockerConfig"]!["hostConfig"] = """{"NetworkMode":"bridge","LogConfig":{"Type":"awslogs","Config":{"awslogs-group":"g","awslogs-stream":"t"}}}""";
            });
            reader["volumes"] = new JsonArray(Volume(shared, new JsonObject { ["scope"] = "shared", ["autoprovision"] = false }));
            await machine.Backend.PayloadAsync(reader);
            await machine.Backend.UntilAsync(() => machine.Backend.LogLines("t").Contains("kept"));
            await machine.Backend.ReportAsync((string)reader["arn"]!, "STOPPED");
        }
        finally
        {
            var users = (await Engine.DockerAsync("ps", "-aq", "--filter", $"volume={shared}")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            await Engine.DockerAsync(["rm", "-f", .. users]);
            await Engine.DockerAsync("volume", "rm", "-f", shared);
        }
    }

    [Fact]
    public async Task One_that_cannot_be_made_is_told_by_its_own_reason()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = machine.TaskOf(Machine.UntilTerm, container => container["mountPoints"] = new JsonArray(Mount("v", "/v")));
        task["volumes"] = new JsonArray(Volume("v", new JsonObject { ["scope"] = "task", ["driver"] = "no-such-driver" }));

        await machine.Backend.PayloadAsync(task);

        (await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED"))["containers"]![0]!["reason"]!.GetValue<string>()
            .ShouldMatch("^CannotCreateVolumeError: Error response from daemon: .*no-such-driver");
    }

    private static JsonObject Mount(string volume, string path) => new() { ["sourceVolume"] = volume, ["containerPath"] = path };

    private static JsonObject Volume(string name, JsonObject configuration) => new() { ["name"] = name, ["type"] = "docker", ["dockerVolumeConfiguration"] = configuration };
}
