using Berth.Agent;
using Berth.Wire;

namespace Berth.Host.Tests;

public sealed class TheEnvironmentOfAnAgent
{
    private static readonly AgentOptions Plain = new() { Endpoint = new("http://127.0.0.1:1"), Credentials = new AwsCredentials("a", "b"), DataDirectory = "/nowhere" };

    [Theory]
    [InlineData(null, 60)]
    [InlineData("", 60)]
    [InlineData("a while", 60)]
    [InlineData("0s", 60)]
    [InlineData("5s", 60)]    // Too short to tell a pull that stands still from one that is well.
    [InlineData("90s", 90)]
    [InlineData("1h2m3.5s", 3723.5)]
    [InlineData("61000ms", 61)]
    [InlineData("999999h", 30 * 24 * 3600)]
    public void Says_how_long_a_pull_may_stand_still(string? text, double seconds) =>
        AgentEnvironment.Apply(Plain, name => name == "ECS_IMAGE_PULL_INACTIVITY_TIMEOUT" ? text : null).ImagePullInactivityTimeout.ShouldBe(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void Says_how_long_a_pull_may_take() =>
        AgentEnvironment.Apply(Plain, name => name == "ECS_IMAGE_PULL_TIMEOUT" ? "30m" : null).ImagePullTimeout.ShouldBe(TimeSpan.FromMinutes(30));
}
