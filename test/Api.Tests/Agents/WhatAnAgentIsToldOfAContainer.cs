using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Domain;

namespace Berth.Api.Tests;

/// <summary>What a container definition says and the agent protocol has no member for is told in Docker's own words.</summary>
public sealed class WhatAnAgentIsToldOfAContainer
{
    [Theory]
    [InlineData(""" "hostname":"h","user":"1:2","workingDirectory":"/w","dockerLabels":{"a":"b"}""", """{"Labels":{"a":"b"},"Hostname":"h","User":"1:2","WorkingDir":"/w"}""")]
    [InlineData(""" "interactive":true,"pseudoTerminal":true""", """{"OpenStdin":true,"Tty":true}""")]
    [InlineData(""" "disableNetworking":true""", """{"NetworkDisabled":true}""")]
    [InlineData(""" "disableNetworking":false""", "{}")]
    [InlineData(
        """ "healthCheck":{"command":["CMD","true"],"interval":10,"timeout":2,"retries":4,"startPeriod":7}""",
        """{"Healthcheck":{"Test":["CMD","true"],"Interval":10000000000,"Timeout":2000000000,"StartPeriod":7000000000,"Retries":4}}""")]
    public void Inside_is_dockers_config(string definition, string expected) => Docker(definition, "config").ShouldBe(expected);

    [Theory]
    [InlineData(""" "privileged":true,"readonlyRootFilesystem":true""", """ "Privileged":true,"ReadonlyRootfs":true""")]
    [InlineData(
        """ "dnsServers":["10.0.0.1"],"dnsSearchDomains":["example.org"],"dockerSecurityOptions":["no-new-privileges"]""",
        """ "Dns":["10.0.0.1"],"DnsSearch":["example.org"],"SecurityOpt":["no-new-privileges"]""")]
    [InlineData(""" "memoryReservation":64""", """ "MemoryReservation":67108864""")]
    [InlineData(""" "extraHosts":[{"hostname":"db","ipAddress":"10.0.0.2"},{"hostname":"v6","ipAddress":"::1"}]""", """ "ExtraHosts":["db:10.0.0.2","v6:::1"]""")]
    [InlineData(""" "ulimits":[{"name":"nofile","softLimit":10,"hardLimit":20}]""", """ "Ulimits":[{"Name":"nofile","Soft":10,"Hard":20}]""")]
    [InlineData(""" "systemControls":[{"namespace":"net.core.somaxconn","value":"512"}]""", """ "Sysctls":{"net.core.somaxconn":"512"}""")]
    [InlineData(""" "linuxParameters":{"capabilities":{"add":["SYS_PTRACE"],"drop":["MKNOD"]},"initProcessEnabled":true}""", """ "CapAdd":["SYS_PTRACE"],"CapDrop":["MKNOD"],"Init":true""")]
    [InlineData(""" "linuxParameters":{"sharedMemorySize":2}""", """ "ShmSize":2097152""")]
    [InlineData(""" "memory":100,"linuxParameters":{"maxSwap":28,"swappiness":10}""", """ "MemorySwap":134217728,"MemorySwappiness":10""")]
    [InlineData(""" "memory":100,"linuxParameters":{"maxSwap":0}""", """ "MemorySwap":104857600,"MemorySwappiness":60""")]
    [InlineData(
        """ "linuxParameters":{"tmpfs":[{"containerPath":"/t","size":16,"mountOptions":["noexec","rw"]},{"containerPath":"/u","size":1}]}""",
        """ "Tmpfs":{"/t":"noexec,rw,size=16m","/u":"size=1m"}""")]
    [InlineData(
        """ "linuxParameters":{"devices":[{"hostPath":"/dev/a","containerPath":"/dev/b","permissions":["read","mknod"]},{"hostPath":"/dev/c"}]}""",
        """ "Devices":[{"PathOnHost":"/dev/a","PathInContainer":"/dev/b","CgroupPermissions":"rm"},{"PathOnHost":"/dev/c","PathInContainer":"/dev/c","CgroupPermissions":"rwm"}]""")]
    [InlineData(
        """ "logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"g","awslogs-region":"us-east-1"}}""",
        """ "LogConfig":{"Type":"awslogs","Config":{"awslogs-group":"g","awslogs-region":"us-east-1"}}""")]
    public void Outside_is_dockers_host_config(string definition, string expected) =>
        Docker(definition, "hostConfig").ShouldBe("""{"NetworkMode":"bridge",""" + expected.TrimStart() + "}");

    [Theory]
    [InlineData("""{"enabled":true}""", """{"enabled":true,"restartAttemptPeriod":300}""")]
    [InlineData("""{"enabled":true,"ignoredExitCodes":[0],"restartAttemptPeriod":60}""", """{"enabled":true,"ignoredExitCodes":[0],"restartAttemptPeriod":60}""")]
    public void Restarts_with_a_pause(string policy, string expected) =>
        Told($""" "restartPolicy":{policy}""")["restartPolicy"]!.ToJsonString().ShouldBe(expected);

    [Theory]
    [InlineData("awslogs", true, "ExecutionRole")]
    [InlineData("awslogs", false, null)]
    [InlineData("splunk", true, null)]
    public void Logs_as_the_tasks_execution_role(string driver, bool hasRole, string? expected)
    {
        var told = Told(
            $$""" "logConfiguration":{"logDriver":"{{driver}}"}""",
            definition => definition with { ExecutionRoleArn = hasRole ? "arn:aws:iam::000000000000:role/execution" : null });

        ((string?)told["logsAuthStrategy"]).ShouldBe(expected);
    }

    [Fact]
    public void Is_pulled_with_a_token_from_the_registry_of_the_control_plane()
    {
        Told("", image: "registry.example:8383/web:1")["registryAuthentication"]!.ToJsonString().ShouldBe(
            """{"type":"ecr","ecrAuthData":{"region":"us-east-1","registryId":"000000000000","endpointOverride":"http://control.example","useExecutionRole":false}}""");
        Told("", image: "registry.example:83/web:1")["registryAuthentication"].ShouldBeNull();
    }

    [Fact]
    public void Mounts_dockers_volumes_as_they_are_and_the_hosts_by_path()
    {
        const string Volume = """{"scope":"shared","autoprovision":true,"driver":"local","driverOpts":{"type":"tmpfs"},"labels":{"a":"b"}}""";
        var task = Task("", more: $$$"""
            ,"volumes":[{"name":"docker","dockerVolumeConfiguration":{{{Volume}}}},{"name":"host","host":{"sourcePath":"/srv"}},{"name":"own"}]
            """);

        task["volumes"]!.ToJsonString().ShouldBe(
            $$$"""[{"name":"docker","type":"docker","dockerVolumeConfiguration":{{{Volume}}}},{"name":"host","type":"host","host":{"sourcePath":"/srv"}},{"name":"own","type":"host","host":{"sourcePath":""}}]""");
    }

    private static string Docker(string definition, string part) => Told(definition)["dockerConfig"]![part]!.GetValue<string>();

    private static JsonObject Told(string definition, Func<TaskDefinition, TaskDefinition>? change = null, string image = "web") =>
        Task(definition, change, image)["containers"]![0]!.AsObject();

    private static JsonObject Task(string container, Func<TaskDefinition, TaskDefinition>? change = null, string image = "web", string more = "")
    {
        var cluster = new ToldCluster();
        cluster.Instance();
        var definition = ToldCluster.Web with
        {
            Document = JsonElement.Parse($$$"""{"family":"web","containerDefinitions":[{"name":"web","image":"{{{image}}}"{{{(container.Length > 0 ? "," : "")}}}{{{container}}} }]{{{more}}} }"""),
        };
        definition = change?.Invoke(definition) ?? definition;
        cluster.Do(new CreateServiceCommand("web", new() { TaskDefinitionArn = definition.Arn, DesiredCount = 1 }, definition, [], null, "arn:aws:iam::000000000000:root", null));
        return PayloadTask.Run(cluster.State, cluster.Task, (_, _) => new JsonObject(), "registry.example:8383", "http://control.example");
    }
}
