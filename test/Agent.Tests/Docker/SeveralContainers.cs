using System.Text.Json.Nodes;

namespace Berth.Agent.Tests;

public sealed class SeveralContainers(Engine engine)
{
    [Fact]
    public async Task Reach_each_other_by_their_links()
    {
        await using var machine = await Machine.StartAsync(engine);
        var store = machine.Container("store", "echo found > /tmp/index.html; exec /bin/busybox httpd -f -p 80 -h /tmp");
        var web = machine.Container("web", "until /bin/busybox wget -q -O /tmp/out http://db/; do /bin/busybox sleep 0.05; done; /bin/busybox grep -q found /tmp/out && exit 42", container =>
            container["links"] = new JsonArray("store:db"));
        var task = Machine.TaskOf(web, store);

        await machine.Backend.PayloadAsync(task);
        var stopped = await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED");

        Container(machine, task, "web", "STOPPED")["exitCode"]!.GetValue<int>().ShouldBe(42);
        stopped["status"]!.GetValue<string>().ShouldBe("STOPPED");
    }

    [Fact]
    public async Task Start_after_what_they_depend_on_and_stop_before_it()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = Machine.TaskOf(
            machine.Container("app", Machine.UntilTerm, container => container["dependsOn"] = new JsonArray(
                new JsonObject { ["containerName"] = "init", ["condition"] = "SUCCESS" },
                new JsonObject { ["containerName"] = "base", ["condition"] = "START" })),
            machine.Container("init", "/bin/busybox sleep 0.3; exit 0", container => container["essential"] = false),
            machine.Container("base", Machine.UntilTerm));
        var arn = (string)task["arn"]!;

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.ReportAsync(arn, "RUNNING");
        await machine.Backend.StopTaskAsync(arn);
        await machine.Backend.ReportAsync(arn, "STOPPED");

        var entries = machine.Backend.Reports(arn).SelectMany(report => report["containers"]!.AsArray()).Select(entry => $"{entry!["containerName"]} {entry["status"]}").ToList();
        entries.IndexOf("init STOPPED").ShouldBeLessThan(entries.IndexOf("app STOPPED"));
        entries.IndexOf("app STOPPED").ShouldBeLessThan(entries.IndexOf("base STOPPED"));
        entries.ShouldBeUnique();
    }

    [Fact]
    public async Task That_depend_on_a_failure_never_start()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = Machine.TaskOf(
            machine.Container("app", Machine.UntilTerm, container => container["dependsOn"] = new JsonArray(new JsonObject { ["containerName"] = "init", ["condition"] = "SUCCESS" })),
            machine.Container("init", "exit 3", container => container["essential"] = false));

        await machine.Backend.PayloadAsync(task);
        var stopped = await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED");

        var app = Container(machine, task, "app", "STOPPED");
        app["exitCode"]!.GetValue<int>().ShouldBe(143);
        app["reason"]!.GetValue<string>().ShouldStartWith("CannotStartContainerError: ");
        app["runtimeId"].ShouldBeNull();
        stopped.ShouldNotBeNull();
    }

    [Fact]
    public async Task Wait_for_the_health_of_another_which_telemetry_tells()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = Machine.TaskOf(
            machine.Container("app", Machine.UntilTerm, container => container["dependsOn"] = new JsonArray(new JsonObject { ["containerName"] = "db", ["condition"] = "HEALTHY" })),
            machine.Container("db", "/bin/busybox sleep 0.5; echo > /tmp/ready; " + Machine.UntilTerm, container =>
            {
                container["healthCheckType"] = "docker";
                container["dockerConfig"]!["config"] = """{"Healthcheck":{"Test":["CMD","/bin/busybox","test","-e","/tmp/ready"],"Interval":200000000,"Timeout":2000000000,"Retries":100}}""";
            }));

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.ReportAsync((string)task["arn"]!, "RUNNING");

        await machine.Backend.UntilAsync(() => machine.Backend.TcsMessages.Any(message => (string?)message["type"] == "PublishHealthRequest"));
        var health = machine.Backend.TcsMessages.First(message => (string?)message["type"] == "PublishHealthRequest")["message"]!["tasks"]![0]!["containers"]![0]!;
        health["containerName"]!.GetValue<string>().ShouldBe("db");
        health["healthStatus"]!.GetValue<string>().ShouldBe("HEALTHY");
        health["statusSince"]!.GetValue<double>().ShouldBeGreaterThan(1_700_000_000);
        machine.Backend.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task That_are_not_essential_may_end_without_ending_the_task()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = Machine.TaskOf(
            machine.Container("app", Machine.UntilTerm),
            machine.Container("side", "/bin/busybox sleep 0.3; exit 5", container => container["essential"] = false));
        var arn = (string)task["arn"]!;

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.UntilAsync(() => machine.Backend.Reports(arn).Any(report => report["containers"]!.AsArray().Any(entry => (string?)entry!["containerName"] == "side" && (string?)entry["status"] == "STOPPED")));

        machine.Backend.Reports(arn).Select(report => (string?)report["status"]).ShouldAllBe(status => status == "RUNNING" || status == "PENDING");
        Container(machine, task, "side", "STOPPED")["exitCode"]!.GetValue<int>().ShouldBe(5);
    }

    [Fact]
    public async Task Are_reported_though_timers_ring_early()
    {
        await using var machine = await Machine.StartAsync(engine, clock: new EarlyClock());
        var task = Machine.TaskOf(
            machine.Container("app", Machine.UntilTerm),
            machine.Container("side", "exit 5", container => container["essential"] = false));
        var arn = (string)task["arn"]!;

        await machine.Backend.PayloadAsync(task);

        await machine.Backend.UntilAsync(() => machine.Backend.Reports(arn).Any(report => report["containers"]!.AsArray().Any(entry => (string?)entry!["containerName"] == "side" && (string?)entry["status"] == "STOPPED")));
    }

    [Fact]
    public async Task Share_volumes_of_their_task_which_go_with_it()
    {
        await using var machine = await Machine.StartAsync(engine, options => options with { TaskCleanupWait = TimeSpan.FromMilliseconds(300) });
        var task = Machine.TaskOf(
            machine.Container("writer", "echo kept > /data/file; exit 0", container =>
            {
                container["essential"] = false;
                container["mountPoints"] = new JsonArray(new JsonObject { ["sourceVolume"] = "shared", ["containerPath"] = "/data" });
            }),
            machine.Container("reader", "/bin/busybox grep -q kept /data/file && exit 42", container =>
            {
                container["volumesFrom"] = new JsonArray(new JsonObject { ["sourceContainer"] = "writer", ["readOnly"] = true });
                container["dependsOn"] = new JsonArray(new JsonObject { ["containerName"] = "writer", ["condition"] = "COMPLETE" });
            }));
        task["volumes"] = new JsonArray(new JsonObject { ["name"] = "shared", ["type"] = "host", ["host"] = new JsonObject() });
        task["family"] = $"fam{Guid.NewGuid():N}";

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED");

        Container(machine, task, "reader", "STOPPED")["exitCode"]!.GetValue<int>().ShouldBe(42);
        await Machine.UntilAsync(async () => (await Engine.DockerAsync("volume", "ls", "-q", "--filter", $"name=ecs-{task["family"]}")).Output.Length == 0);
        (await Engine.DockerAsync("ps", "-aq", "--filter", $"label=com.amazonaws.ecs.task-arn={task["arn"]}")).Output.ShouldBeEmpty();
        await Machine.UntilAsync(() => Task.FromResult(Directory.GetFiles(Path.Combine(machine.Folder, "tasks")).Length == 0));
    }

    private static JsonNode Container(Machine machine, JsonObject task, string name, string status) =>
        machine.Backend.Reports((string)task["arn"]!).SelectMany(report => report["containers"]!.AsArray()).First(entry => (string?)entry!["containerName"] == name && (string?)entry["status"] == status)!;

    /// <summary>Every timer rings before its time, as the system's do by up to a tick.</summary>
    private sealed class EarlyClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new EarlyTimer(base.CreateTimer(callback, state, Early(dueTime), period));

        private static TimeSpan Early(TimeSpan dueTime) => dueTime > TimeSpan.FromMilliseconds(20) ? dueTime - TimeSpan.FromMilliseconds(15) : dueTime;

        private sealed class EarlyTimer(ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(Early(dueTime), period);

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
