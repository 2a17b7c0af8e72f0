namespace Berth.Agent.Tests;

/// <summary>The body of Docker's create call, without a Docker: what no engine of a test can show.</summary>
public sealed class WhatDockerIsAsked
{
    private static readonly CreateContext Context = new("default", "arn:instance", _ => null, EndpointsAreLinkLocal: false) { Firelens = new("/var/lib/berth") };

    [Fact]
    public void Has_the_gpus_of_the_container_alone()
    {
        var task = Task(spec => spec with
        {
            Associations =
            [
                new("GPU-1", "gpu", ["train"]),
                new("GPU-2", "gpu", ["other"]),
                new("GPU-3", "gpu", ["train"]),
                new("eia", "elastic-inference", ["train"]),
            ],
        });

        var host = CreateRequest.Build(task, task.Containers[0], Context)["HostConfig"]!;

        host["DeviceRequests"]!.ToJsonString().ShouldBe("""[{"DeviceIDs":["GPU-1","GPU-3"],"Capabilities":[["gpu"]]}]""");
    }

    [Fact]
    public void Has_no_device_where_there_is_none()
    {
        var task = Task(spec => spec);

        var host = CreateRequest.Build(task, task.Containers[0], Context)["HostConfig"]!.AsObject();

        host.ShouldNotContain(member => member.Key == "DeviceRequests" || member.Key == "PidMode" || member.Key == "IpcMode");
    }

    [Theory]
    [InlineData("host", null, "host", null)]
    [InlineData(null, "host", null, "host")]
    [InlineData(null, "none", null, "none")]
    public void Has_the_namespaces_of_the_task(string? pid, string? ipc, string? expectedPid, string? expectedIpc)
    {
        var task = Task(spec => spec with { PidMode = pid, IpcMode = ipc });

        var host = CreateRequest.Build(task, task.Containers[0], Context)["HostConfig"]!;

        host["PidMode"]?.GetValue<string>().ShouldBe(expectedPid);
        host["IpcMode"]?.GetValue<string>().ShouldBe(expectedIpc);
        (host["PidMode"] is null, host["IpcMode"] is null).ShouldBe((expectedPid is null, expectedIpc is null));
    }

    [Fact]
    public void Has_the_tasks_control_group_in_place_of_limits_for_each_container()
    {
        var task = Task(spec => spec with { Cpu = 0.25, Memory = 64 });

        var alone = CreateRequest.Build(task, task.Containers[0], Context)["HostConfig"]!;
        var grouped = CreateRequest.Build(task, task.Containers[0], Context with { HasTaskCgroups = true })["HostConfig"]!;

        (alone["CgroupParent"], alone["NanoCpus"]!.GetValue<long>(), alone["Memory"]!.GetValue<long>()).ShouldBe((null, 250_000_000, 64L << 20));
        (grouped["CgroupParent"]!.GetValue<string>(), grouped["NanoCpus"], grouped["Memory"]).ShouldBe(("/ecs/1", null, null));
    }

    [Fact]
    public void Has_what_containers_say_of_a_network_at_the_sandbox_that_owns_it()
    {
        var sandbox = new SandboxState { DockerName = "pause", Interface = new() { AttachmentArn = "arn:attachment", SubnetId = "subnet-1", CidrBlock = "10.0.0.0/24", Gateway = "10.0.0.1", MacAddress = "02:00:00:00:00:01" } };
        var task = Task(spec => spec with
        {
            NetworkMode = "awsvpc",
            Containers =
            [
                Saying("one", """{"Hostname":"first","Labels":{"a":"b"}}""", """{"ExtraHosts":["a:1.1.1.1","b:2.2.2.2"],"Dns":["9.9.9.9"],"Sysctls":{"net.core.somaxconn":"1","kernel.msgmax":"2"},"ReadonlyRootfs":true}"""),
                Saying("two", """{"Hostname":"second"}""", """{"ExtraHosts":["b:2.2.2.2","c:3.3.3.3"],"DnsSearch":["berth.test"],"Sysctls":{"net.core.somaxconn":"3","net.ipv4.ip_forward":"1"}}"""),
            ],
        }) with { Sandbox = sandbox };

        var asked = SandboxRequest.Build(task, sandbox, "berth-subnet-1", Context);
        var joining = task.Containers.Select(container => CreateRequest.Build(task, container, Context)).ToList();

        asked["Hostname"]!.GetValue<string>().ShouldBe("first", "The first that says something has its way.");
        asked["Labels"]!["a"].ShouldBeNull();
        var host = asked["HostConfig"]!;
        host["ExtraHosts"]!.ToJsonString().ShouldBe("""["a:1.1.1.1","b:2.2.2.2","c:3.3.3.3"]""");
        host["Dns"]!.ToJsonString().ShouldBe("""["9.9.9.9"]""");
        host["DnsSearch"]!.ToJsonString().ShouldBe("""["berth.test"]""");
        host["Sysctls"]!.ToJsonString().ShouldBe("""{"net.core.somaxconn":"1","net.ipv4.ip_forward":"1"}""");
        host["ReadonlyRootfs"].ShouldBeNull();
        joining.ShouldAllBe(container => container["Hostname"] == null);
        joining.Select(container => container["HostConfig"]!.AsObject()).ShouldAllBe(container =>
            !container.ContainsKey("ExtraHosts") && !container.ContainsKey("Dns") && !container.ContainsKey("DnsSearch") && container["NetworkMode"]!.GetValue<string>() == "container:pause");
        joining[0]["HostConfig"]!["Sysctls"]!.ToJsonString().ShouldBe("""{"kernel.msgmax":"2"}""");
        joining[0]["HostConfig"]!["ReadonlyRootfs"]!.GetValue<bool>().ShouldBeTrue();
    }

    private static ContainerSpec Saying(string name, string config, string hostConfig) => new() { Name = name, Image = name, DockerConfig = new("1.24", config, hostConfig) };

    private static TaskState Task(Func<TaskSpec, TaskSpec> more)
    {
        var container = new ContainerSpec { Name = "train", Image = "train", ContainerArn = "arn:container", Essential = true };
        var spec = more(new TaskSpec { Arn = "arn:aws:ecs:us-east-1:000000000000:task/default/1", Family = "train", Version = "1", Containers = [container] });
        return new() { Spec = spec, Containers = [.. spec.Containers.Select(one => new ContainerState { Spec = one, DockerName = one.Name!, EndpointId = "1" })], AcceptedAt = DateTimeOffset.UnixEpoch };
    }
}
