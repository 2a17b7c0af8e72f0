using System.Collections.Immutable;
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
        Read("ECS_IMAGE_PULL_INACTIVITY_TIMEOUT", text).Options.ImagePullInactivityTimeout.ShouldBe(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void Says_how_long_a_pull_may_take() =>
        Read("ECS_IMAGE_PULL_TIMEOUT", "30m").Options.ImagePullTimeout.ShouldBe(TimeSpan.FromMinutes(30));

    [Theory]
    [InlineData("default", ImagePullBehavior.Default)]
    [InlineData("always", ImagePullBehavior.Always)]
    [InlineData("once", ImagePullBehavior.Once)]
    [InlineData("prefer-cached", ImagePullBehavior.PreferCached)]
    public void Says_when_images_are_pulled(string text, ImagePullBehavior expected)
    {
        var (options, complaints) = Read("ECS_IMAGE_PULL_BEHAVIOR", text);

        options.ImagePullBehavior.ShouldBe(expected);
        complaints.ShouldBeEmpty();
    }

    /// <summary>Each duration, with a good value and one that is too short: some then are the least, others as without.</summary>
    [Theory]
    [InlineData("ECS_CONTAINER_CREATE_TIMEOUT", "10m", 600, "59s", 60)]
    [InlineData("ECS_CONTAINER_START_TIMEOUT", "10m", 600, "44s", 45)]
    [InlineData("ECS_CONTAINER_STOP_TIMEOUT", "2m", 120, "900ms", 1)]
    [InlineData("ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION", "1h30m", 5400, "900ms", 3 * 3600)]
    [InlineData("ECS_IMAGE_CLEANUP_INTERVAL", "2h", 7200, "9m59s", 1800)]
    [InlineData("ECS_IMAGE_MINIMUM_CLEANUP_AGE", "3h", 10800, "no time", 3600)]
    public void Says_how_long_things_take_within_the_official_agents_bounds(string name, string good, double seconds, string tooShort, double instead)
    {
        var (options, complaints) = Read(name, good);
        Of(name, options).ShouldBe(TimeSpan.FromSeconds(seconds));
        complaints.ShouldBeEmpty();

        (options, complaints) = Read(name, tooShort);
        Of(name, options).ShouldBe(TimeSpan.FromSeconds(instead));
        complaints.ShouldHaveSingleItem().ShouldStartWith($"{name} ");
    }

    [Fact]
    public void Says_how_many_images_go_at_once_and_which_ports_are_taken()
    {
        Read("ECS_NUM_IMAGES_DELETE_PER_CYCLE", "12").Options.ImagesPerCleanup.ShouldBe(12);
        Read("ECS_RESERVED_PORTS", "[22, 80]").Options.ReservedPorts.ShouldBe([22, 80]);
        Read("ECS_RESERVED_PORTS", "[]").Options.ReservedPorts.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("ECS_IMAGE_PULL_BEHAVIOR", "never", "ECS_IMAGE_PULL_BEHAVIOR has to be default, always, once or prefer-cached, not 'never', which counts as not given.")]
    [InlineData("ECS_NUM_IMAGES_DELETE_PER_CYCLE", "0", "ECS_NUM_IMAGES_DELETE_PER_CYCLE has to be a number from 1, not '0', which counts as not given.")]
    [InlineData("ECS_NUM_IMAGES_DELETE_PER_CYCLE", "many", "ECS_NUM_IMAGES_DELETE_PER_CYCLE has to be a number from 1, not 'many', which counts as not given.")]
    [InlineData("ECS_RESERVED_PORTS", "22", "ECS_RESERVED_PORTS has to be a list of ports such as [22, 80], not '22', which counts as not given.")]
    [InlineData("ECS_RESERVED_PORTS", "[22", "ECS_RESERVED_PORTS has to be a list of ports such as [22, 80], not '[22', which counts as not given.")]
    [InlineData("ECS_RESERVED_PORTS", "[70000]", "ECS_RESERVED_PORTS has to be a list of ports such as [22, 80], not '[70000]', which counts as not given.")]
    [InlineData("ECS_RESERVED_PORTS", "[\"22\"]", "ECS_RESERVED_PORTS has to be a list of ports such as [22, 80], not '[\"22\"]', which counts as not given.")]
    [InlineData("ECS_IMAGE_CLEANUP_INTERVAL", "1m", "ECS_IMAGE_CLEANUP_INTERVAL has to be 10m or longer, not '1m', which counts as not given.")]
    [InlineData("ECS_CONTAINER_START_TIMEOUT", "1s", "ECS_CONTAINER_START_TIMEOUT is 1s, which is too short: 45s is taken.")]
    public void Is_complained_of_where_it_says_what_cannot_be(string name, string text, string complaint)
    {
        var (options, complaints) = Read(name, text);

        complaints.ShouldHaveSingleItem().ShouldBe(complaint);
        (options with { ContainerStartTimeout = Plain.ContainerStartTimeout }).ShouldBe(Plain);
    }

    private static TimeSpan Of(string name, AgentOptions options) => name switch
    {
        "ECS_CONTAINER_CREATE_TIMEOUT" => options.ContainerCreateTimeout,
        "ECS_CONTAINER_START_TIMEOUT" => options.ContainerStartTimeout,
        "ECS_CONTAINER_STOP_TIMEOUT" => options.StopTimeout,
        "ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION" => options.TaskCleanupWait,
        "ECS_IMAGE_CLEANUP_INTERVAL" => options.ImageCleanupInterval,
        _ => options.MinimumImageAge,
    };

    private static (AgentOptions Options, ImmutableArray<string> Complaints) Read(string name, string? text)
    {
        List<string> complaints = [];
        var options = new AgentEnvironment(asked => asked == name ? text : null, complaints.Add).Apply(Plain);
        return (options, [.. complaints]);
    }
}
