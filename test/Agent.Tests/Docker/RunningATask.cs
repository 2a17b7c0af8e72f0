using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Berth.Agent.Tests;

public sealed class RunningATask(Engine engine)
{
    private const string UntilTerm = "trap 'kill $!; exit 3' TERM; /bin/busybox sleep 1000 & wait";

    [Fact]
    public async Task Is_acknowledged_reported_running_and_stopped_with_its_own_exit_code()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = machine.TaskOf(UntilTerm);
        var arn = (string)task["arn"]!;

        var message = await machine.Backend.PayloadAsync(task);
        var running = await machine.Backend.ReportAsync(arn, "RUNNING");
        await machine.Backend.StopTaskAsync(arn);
        var stopped = await machine.Backend.ReportAsync(arn, "STOPPED");

        running["cluster"]!.GetValue<string>().ShouldBe("test");
        running["reason"]!.GetValue<string>().ShouldBe("");
        var container = running["containers"]!.AsArray().Single()!;
        container["containerName"]!.GetValue<string>().ShouldBe("app");
        container["status"]!.GetValue<string>().ShouldBe("RUNNING");
        container["runtimeId"]!.GetValue<string>().Length.ShouldBe(64);
        container["networkBindings"]!.AsArray().ShouldBeEmpty();
        stopped["containers"]!.AsArray().Single()!["exitCode"]!.GetValue<int>().ShouldBe(3);
        stopped["executionStoppedAt"]!.GetValue<double>().ShouldBeGreaterThan(1_700_000_000);
        await machine.Backend.UntilAsync(() => machine.Backend.Acknowledged(message));
        machine.Backend.Reports(arn).Select(report => (string?)report["status"]).ShouldBe(["RUNNING", "STOPPED"]);
        machine.Backend.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task That_ignores_the_signal_is_killed_after_its_stop_timeout()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = machine.TaskOf("trap '' TERM; while true; do /bin/busybox sleep 0.05; done", container => container["stopTimeout"] = 1);
        var arn = (string)task["arn"]!;

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.ReportAsync(arn, "RUNNING");
        await machine.Backend.StopTaskAsync(arn);

        var stopped = await machine.Backend.ReportAsync(arn, "STOPPED");
        stopped["containers"]!.AsArray().Single()!["exitCode"]!.GetValue<int>().ShouldBe(137);
    }

    [Fact]
    public async Task That_ends_at_once_is_still_reported_running_first()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = machine.TaskOf("exit 7");
        var arn = (string)task["arn"]!;

        await machine.Backend.PayloadAsync(task);
        var stopped = await machine.Backend.ReportAsync(arn, "STOPPED");

        stopped["containers"]!.AsArray().Single()!["exitCode"]!.GetValue<int>().ShouldBe(7);
        machine.Backend.Reports(arn).Select(report => (string?)report["status"]).ShouldBe(["RUNNING", "STOPPED"]);
    }

    [Fact]
    public async Task With_a_port_range_has_host_ports_side_by_side()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = machine.TaskOf("echo hello > /tmp/index.html; exec /bin/busybox httpd -f -p 8081 -h /tmp", container =>
            container["portMappings"] = new JsonArray(new JsonObject { ["containerPortRange"] = "8080-8082", ["protocol"] = "tcp" }));

        await machine.Backend.PayloadAsync(task);
        var running = await machine.Backend.ReportAsync((string)task["arn"]!, "RUNNING");

        var binding = running["containers"]!.AsArray().Single()!["networkBindings"]!.AsArray().Single()!;
        binding["containerPortRange"]!.GetValue<string>().ShouldBe("8080-8082");
        binding["containerPort"].ShouldBeNull();
        var host = binding["hostPortRange"]!.GetValue<string>().Split('-').Select(int.Parse).ToArray();
        (host[1] - host[0]).ShouldBe(2);
        (await Machine.GetOnceAsync($"http://127.0.0.1:{host[0] + 1}/")).ShouldBe("hello\n");
    }

    [Fact]
    public async Task With_a_dynamic_port_reports_where_it_listens()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = machine.TaskOf("echo hello > /tmp/index.html; exec /bin/busybox httpd -f -p 8080 -h /tmp", container =>
            container["portMappings"] = new JsonArray(new JsonObject { ["containerPort"] = 8080, ["hostPort"] = 0, ["protocol"] = "tcp" }));

        await machine.Backend.PayloadAsync(task);
        var running = await machine.Backend.ReportAsync((string)task["arn"]!, "RUNNING");

        var binding = running["containers"]!.AsArray().Single()!["networkBindings"]!.AsArray().Single()!;
        binding["containerPort"]!.GetValue<int>().ShouldBe(8080);
        binding["protocol"]!.GetValue<string>().ShouldBe("tcp");
        binding["bindIP"]!.GetValue<string>().ShouldBe("0.0.0.0");
        (await Machine.GetOnceAsync($"http://127.0.0.1:{binding["hostPort"]}/")).ShouldBe("hello\n");
    }

    [Fact]
    public async Task Carries_names_labels_and_environment_as_tools_expect_them()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = machine.TaskOf(UntilTerm, container =>
        {
            container["environment"] = new JsonObject { ["FOO"] = "bar" };
            container["dockerConfig"]!["config"] = """{"Labels":{"team":"x"},"WorkingDir":"/tmp"}""";
            container["dockerConfig"]!["hostConfig"] = """{"NetworkMode":"bridge","CapDrop":["MKNOD"],"Ulimits":[{"Name":"nofile","Soft":99,"Hard":100}]}""";
        });
        var arn = (string)task["arn"]!;

        await machine.Backend.PayloadAsync(task);
        var running = await machine.Backend.ReportAsync(arn, "RUNNING");

        var (_, text) = await Engine.DockerAsync("inspect", (string)running["containers"]![0]!["runtimeId"]!);
        var docker = JsonNode.Parse(text)![0]!;
        docker["Name"]!.GetValue<string>().ShouldMatch("^/ecs-fam-3-app-[0-9a-f]{20}$");
        var labels = docker["Config"]!["Labels"]!;
        labels["com.amazonaws.ecs.cluster"]!.GetValue<string>().ShouldBe("test");
        labels["com.amazonaws.ecs.container-name"]!.GetValue<string>().ShouldBe("app");
        labels["com.amazonaws.ecs.task-arn"]!.GetValue<string>().ShouldBe(arn);
        labels["com.amazonaws.ecs.task-definition-family"]!.GetValue<string>().ShouldBe("fam");
        labels["com.amazonaws.ecs.task-definition-version"]!.GetValue<string>().ShouldBe("3");
        labels["team"]!.GetValue<string>().ShouldBe("x");
        var environment = docker["Config"]!["Env"]!.AsArray().Select(variable => (string)variable!).ToList();
        environment.ShouldContain("FOO=bar");
        environment.ShouldContain(variable => variable.StartsWith("ECS_CONTAINER_METADATA_URI_V4=http://", StringComparison.Ordinal) && variable.Contains("/v4/", StringComparison.Ordinal));
        docker["Config"]!["WorkingDir"]!.GetValue<string>().ShouldBe("/tmp");
        docker["HostConfig"]!["CapDrop"]![0]!.GetValue<string>().ShouldBe("MKNOD");
        docker["HostConfig"]!["Ulimits"]![0]!["Hard"]!.GetValue<int>().ShouldBe(100);
        docker["HostConfig"]!["Memory"]!.GetValue<long>().ShouldBe(32L << 20);
        docker["HostConfig"]!["CpuShares"]!.GetValue<int>().ShouldBe(16);
    }

    [Fact]
    public async Task Whose_image_cannot_be_had_stops_with_the_reason()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = machine.TaskOf("exit 0", container => container["image"] = $"{machine.Backend.Address.Authority}/nothing:here");

        await machine.Backend.PayloadAsync(task);
        var stopped = await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED");

        var container = stopped["containers"]!.AsArray().Single()!;
        container["reason"]!.GetValue<string>().ShouldStartWith("CannotPullContainerError: Error response from daemon: ");
        container["exitCode"].ShouldBeNull();
        container["runtimeId"].ShouldBeNull();
        stopped["pullStartedAt"].ShouldNotBeNull();
        machine.Backend.Calls.ShouldContain(call => call.Operation == "GetAuthorizationToken");
    }

    [Fact]
    public async Task That_cannot_be_started_stops_with_the_reason()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = machine.TaskOf("exit 0", container => container["command"] = new JsonArray("/no/such/program"));

        await machine.Backend.PayloadAsync(task);
        var stopped = await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED");

        stopped["containers"]!.AsArray().Single()!["reason"]!.GetValue<string>().ShouldStartWith("CannotStartContainerError: ");
        machine.Backend.Reports((string)task["arn"]!).Length.ShouldBe(1);
    }

    [Fact]
    public async Task That_runs_out_of_memory_says_so()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = machine.TaskOf("/bin/busybox tail /dev/zero", container => container["memory"] = 8);

        await machine.Backend.PayloadAsync(task);
        var stopped = await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED");

        var container = stopped["containers"]!.AsArray().Single()!;
        container["exitCode"]!.GetValue<int>().ShouldBe(137);
        container["reason"]!.GetValue<string>().ShouldBe("OutOfMemoryError: Container killed due to memory usage");
    }

    [Fact]
    public async Task With_a_memory_limit_of_its_own_is_held_to_it_as_a_whole()
    {
        await using var machine = await Machine.StartAsync(engine);
        Assert.SkipUnless((await Engine.DockerAsync("info", "--format", "{{.CgroupDriver}}")).Output == "cgroupfs" && Environment.IsPrivilegedProcess, "Control groups of tasks need Docker's cgroupfs driver and root.");
        const string Hog = "exec /bin/busybox dd if=/dev/zero of=/dev/null bs=24M";
        var task = Machine.TaskOf(machine.Container("one", Hog, NoLimit), machine.Container("two", $"/bin/busybox sleep 0.5; {Hog}", NoLimit));
        (task["memory"], task["cpu"]) = (40, 0.5);
        var arn = (string)task["arn"]!;

        await machine.Backend.PayloadAsync(task);
        var stopped = await machine.Backend.ReportAsync(arn, "STOPPED");

        // Either alone would fit; the one that asked for too much is killed, or the other in its place.
        stopped["containers"]!.AsArray().ShouldContain(container => container!["exitCode"]!.GetValue<int>() == 137);
        await Machine.UntilAsync(() => System.Threading.Tasks.Task.FromResult(Directory.GetDirectories("/sys/fs/cgroup", arn.Split('/')[^1], new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3, IgnoreInaccessible = true }).Length == 0));

        static void NoLimit(JsonObject container) => container.Remove("memory");
    }

    [Fact]
    public async Task Waits_its_turn_while_the_port_it_wants_is_held()
    {
        await using var machine = await Machine.StartAsync(engine);
        var port = FreePort();
        JsonObject OnPort() => machine.TaskOf(UntilTerm, container =>
            container["portMappings"] = new JsonArray(new JsonObject { ["containerPort"] = 80, ["hostPort"] = port, ["protocol"] = "tcp" }));
        var (first, second) = (OnPort(), OnPort());

        await machine.Backend.PayloadAsync(first);
        await machine.Backend.ReportAsync((string)first["arn"]!, "RUNNING");
        var message = await machine.Backend.PayloadAsync(second);
        await machine.Backend.UntilAsync(() => machine.Backend.Acknowledged(message));
        machine.Backend.Reports((string)second["arn"]!).ShouldBeEmpty();
        await machine.Backend.StopTaskAsync((string)first["arn"]!);

        var running = await machine.Backend.ReportAsync((string)second["arn"]!, "RUNNING");
        running["containers"]![0]!["networkBindings"]![0]!["hostPort"]!.GetValue<int>().ShouldBe(port);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(System.Net.IPAddress.Loopback, 0);
        probe.Start();
        return ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
    }
}
