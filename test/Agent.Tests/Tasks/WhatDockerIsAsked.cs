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

    private static TaskState Task(Func<TaskSpec, TaskSpec> more)
    {
        var container = new ContainerSpec { Name = "train", Image = "train", ContainerArn = "arn:container", Essential = true };
        var spec = more(new TaskSpec { Arn = "arn:aws:ecs:us-east-1:000000000000:task/default/1", Family = "train", Version = "1", Containers = [container] });
        return new() { Spec = spec, Containers = [new() { Spec = container, DockerName = "train", EndpointId = "1" }], AcceptedAt = DateTimeOffset.UnixEpoch };
    }
}
