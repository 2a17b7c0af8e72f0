namespace Berth.Agent.Tests;

public sealed class AcceptingATask
{
    private static readonly TaskSpec Good = new()
    {
        Arn = "arn:aws:ecs:us-east-1:000000000000:task/test/1",
        Family = "fam",
        Version = "1",
        Containers = [new ContainerSpec { Name = "app_1", Image = "i", Essential = true, Overrides = """{"command":["x"]}""" }],
    };

    [Fact]
    public void Takes_in_the_overridden_command_and_names_the_container()
    {
        var task = TaskAcceptance.Accept(Good, default);

        task.Reason.ShouldBeNull();
        task.Containers[0].Spec.Command.ShouldBe(["x"]);
        task.Containers[0].DockerName.ShouldMatch("^ecs-fam-1-app1-[0-9a-f]{20}$");
    }

    [Fact]
    public void Refuses_a_circle() =>
        Refusal([App("a", "b"), App("b", "c"), App("c", "a")]).ShouldStartWith("TaskDependencyError: ");

    [Theory]
    [InlineData("""{"environment":[]}""")]
    [InlineData("not json")]
    [InlineData("[]")]
    public void Refuses_overrides_of_anything_but_the_command(string overrides) =>
        Refusal([new ContainerSpec { Name = "a", Image = "i", Overrides = overrides }]).ShouldStartWith("UnrecogniedTaskError: Error loading task - ");

    [Fact]
    public void Refuses_what_the_agent_does_not_offer() =>
        TaskAcceptance.Accept(Good with { Volumes = [new() { Name = "v", Type = "nfs" }] }, default).Reason.ShouldBe("ResourceInitializationError: this container agent does not offer nfs volumes");

    [Theory]
    [InlineData("redis", "redis", "latest", null)]
    [InlineData("redis:7", "redis", "7", null)]
    [InlineData("127.0.0.1:8383/a/b:1", "127.0.0.1:8383/a/b", "1", "127.0.0.1:8383")]
    [InlineData("127.0.0.1:8383/a", "127.0.0.1:8383/a", "latest", "127.0.0.1:8383")]
    [InlineData("localhost/a@sha256:ab", "localhost/a", "sha256:ab", "localhost")]
    [InlineData("lib/a:1@sha256:ab", "lib/a", "sha256:ab", null)]
    public void Reads_image_names_as_Docker_does(string image, string name, string reference, string? registry)
    {
        var parsed = ImageReference.Parse(image);

        (parsed.Name, parsed.Reference, parsed.Registry).ShouldBe((name, reference, registry));
    }

    private static ContainerSpec App(string name, string needs) => new() { Name = name, Image = "i", DependsOn = [new(needs, "START")] };

    private static string? Refusal(IReadOnlyList<ContainerSpec> containers) => TaskAcceptance.Accept(Good with { Containers = containers }, default).Reason;
}
