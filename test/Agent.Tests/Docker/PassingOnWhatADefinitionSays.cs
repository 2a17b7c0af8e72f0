using System.Text.Json.Nodes;

namespace Berth.Agent.Tests;

/// <summary>What a container definition says in Docker's words reaches Docker, and Docker takes it.</summary>
public sealed class PassingOnWhatADefinitionSays(Engine engine)
{
    private const string Config = """{"OpenStdin":true,"Tty":true,"Hostname":"berth","WorkingDir":"/tmp","User":"0:0"}""";

    private const string HostConfig = """
        {
          "NetworkMode": "bridge", "ReadonlyRootfs": true, "Init": true, "ShmSize": 33554432,
          "Tmpfs": { "/scratch": "size=1m" },
          "Devices": [{ "PathOnHost": "/dev/zero", "PathInContainer": "/dev/nought", "CgroupPermissions": "r" }],
          "Sysctls": { "net.core.somaxconn": "77", "kernel.msgmax": "4096" },
          "ExtraHosts": ["somewhere:10.1.2.3"], "Dns": ["10.4.5.6"], "DnsSearch": ["berth.test"],
          "SecurityOpt": ["no-new-privileges"], "CapAdd": ["SYS_PTRACE"], "CapDrop": ["MKNOD"],
          "Ulimits": [{ "Name": "nofile", "Soft": 512, "Hard": 1024 }]
        }
        """;

    [Fact]
    public async Task All_of_it_at_once()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = machine.TaskOf(Machine.UntilTerm, container =>
        {
            container["dockerConfig"]!["config"] = Config;
            container["dockerConfig"]!["hostConfig"] = HostConfig;
        });

        await machine.Backend.PayloadAsync(task);
        var id = (string)(await machine.Backend.ReportAsync((string)task["arn"]!, "RUNNING"))["containers"]![0]!["runtimeId"]!;

        var seen = JsonNode.Parse((await Engine.DockerAsync("inspect", id)).Output)![0]!;
        ShouldHave(seen["Config"]!, Config);
        ShouldHave(seen["HostConfig"]!, HostConfig);
        var (code, output) = await Engine.DockerAsync("exec", id, "/bin/sh", "-c", """
            echo x > /file 2>/dev/null || echo read only
            /bin/busybox cat /proc/sys/net/core/somaxconn /proc/sys/kernel/msgmax; /bin/busybox hostname
            /bin/busybox grep -c 'somewhere' /etc/hosts; /bin/busybox grep 'nameserver' /etc/resolv.conf
            /bin/busybox df -k /dev/shm /scratch | /bin/busybox awk 'NR > 1 { print $2 }'
            /bin/busybox awk '/open files/ { print $4, $5 }' /proc/1/limits
            /bin/busybox head -c 1 /dev/nought | /bin/busybox od -An -tx1
            """);
        code.ShouldBe(0, output);
        output.Split('\n').Select(line => line.Trim()).ShouldBe(["read only", "77", "4096", "berth", "1", "nameserver 10.4.5.6", "32768", "1024", "512 1024", "00"]);
    }

    [Fact]
    public async Task Privileges_too_whether_or_not_this_machine_has_them_to_give()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = machine.TaskOf("exit 0", container => container["dockerConfig"]!["hostConfig"] = """{"NetworkMode":"bridge","Privileged":true}""");

        await machine.Backend.PayloadAsync(task);
        var stopped = await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED");

        (await Engine.DockerAsync("inspect", "-f", "{{.HostConfig.Privileged}}", (string)stopped["containers"]![0]!["runtimeId"]!)).Output.ShouldBe("true");
    }

    private static void ShouldHave(JsonNode seen, string said)
    {
        foreach (var (name, value) in JsonNode.Parse(said)!.AsObject())
        {
            JsonNode.DeepEquals(seen[name], value).ShouldBeTrue($"{name} is {seen[name]?.ToJsonString()} and should be {value?.ToJsonString()}");
        }
    }
}
