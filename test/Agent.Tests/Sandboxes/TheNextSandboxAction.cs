using System.Collections.Immutable;

namespace Berth.Agent.Tests;

public sealed class TheNextSandboxAction
{
    [Theory]
    [InlineData(SandboxStatus.None, ContainerStatus.None, false, "Prepare")]
    [InlineData(SandboxStatus.None, ContainerStatus.None, true, "Wait")]
    [InlineData(SandboxStatus.None, ContainerStatus.Stopped, true, "Remove")]
    [InlineData(SandboxStatus.Ready, ContainerStatus.Running, false, "Wait")]
    [InlineData(SandboxStatus.Ready, ContainerStatus.Running, true, "Wait")]
    [InlineData(SandboxStatus.Ready, ContainerStatus.Stopped, false, "Remove")]
    [InlineData(SandboxStatus.Ended, ContainerStatus.Running, false, "Wait")]
    [InlineData(SandboxStatus.Ended, ContainerStatus.Stopped, false, "Remove")]
    [InlineData(SandboxStatus.Removed, ContainerStatus.Stopped, false, "Wait")]
    internal void Follows_from_the_sandbox_and_its_containers(SandboxStatus sandbox, ContainerStatus container, bool stopping, string action) =>
        NextSandboxAction.For(Task(sandbox, container) with { StopRequested = stopping }).ToString().ShouldBe(action);

    [Fact]
    public void Waits_for_the_ledger() =>
        NextSandboxAction.For(Task(SandboxStatus.None, ContainerStatus.None) with { Admitted = false }).ShouldBe(SandboxAction.Wait);

    [Fact]
    public void Lets_no_container_be_created_before_it_is_ready()
    {
        var before = Task(SandboxStatus.None, ContainerStatus.Pulled);
        var after = before.Apply(new SandboxFact.Ready("1", null));

        NextAction.For(before.Containers[0], before, default).ShouldBeOfType<ContainerAction.Wait>();
        NextAction.For(after.Containers[0], after, default).ShouldBeOfType<ContainerAction.Create>();
    }

    [Fact]
    public void Stops_the_task_when_the_sandbox_ends_and_says_why()
    {
        var task = Task(SandboxStatus.Ready, ContainerStatus.Running).Apply(new SandboxFact.Ended("gone"));

        task.Reason.ShouldBe("gone");
        NextAction.For(task.Containers[0], task, default).ShouldBeOfType<ContainerAction.Stop>();
    }

    [Fact]
    public void Keeps_the_reason_of_a_task_that_stops_already() =>
        (Task(SandboxStatus.Ready, ContainerStatus.Running) with { StopRequested = true }).Apply(new SandboxFact.Ended("gone")).Reason.ShouldBeNull();

    [Fact]
    public void Moves_nothing_back()
    {
        var task = Task(SandboxStatus.Ready, ContainerStatus.Stopped).Apply(new SandboxFact.Removed());

        foreach (SandboxFact late in ImmutableArray.Create<SandboxFact>(new SandboxFact.Ready("2", null), new SandboxFact.Ended("late"), new SandboxFact.Removed()))
        {
            task.Apply(late).ShouldBe(task);
        }
    }

    private static TaskState Task(SandboxStatus sandbox, ContainerStatus container)
    {
        var spec = new ContainerSpec { Name = "app", Image = "app", Essential = true };
        return new()
        {
            Spec = new() { Arn = "arn:aws:ecs:us-east-1:000000000000:task/default/1", Containers = [spec] },
            Containers = [new() { Spec = spec, DockerName = "app", EndpointId = "1", Known = container }],
            Sandbox = new() { DockerName = "pause", OwnsPids = true, Known = sandbox },
            Admitted = true,
            AcceptedAt = default,
        };
    }
}
