using System.Text;

namespace Berth.Agent.Tests;

public sealed class ReadingTheKernelsFigures
{
    private const string Id = KernelTexts.Id;

    [Theory]
    [InlineData(KernelTexts.GroupsOfVersion1, false, $"/cpuacct/docker/{Id}", $"/memory/docker/{Id}", $"/blkio/docker/{Id}")]
    [InlineData($"5:cpu,cpuacct:/ecs/4711/{Id}\n4:memory:/ecs/4711/{Id}\n", false, $"/cpuacct/ecs/4711/{Id}", $"/memory/ecs/4711/{Id}", null)]
    [InlineData($"3:cpu,cpuacct:/system.slice/docker-{Id}.scope\n2:memory:/system.slice/docker-{Id}.scope\n", false, $"/cpuacct/system.slice/docker-{Id}.scope", $"/memory/system.slice/docker-{Id}.scope", null)]
    [InlineData($"0::/docker/{Id}\n", true, $"/docker/{Id}", $"/docker/{Id}", $"/docker/{Id}")]
    [InlineData($"0::/system.slice/docker-{Id}.scope\n", true, $"/system.slice/docker-{Id}.scope", $"/system.slice/docker-{Id}.scope", $"/system.slice/docker-{Id}.scope")]
    [InlineData($"0::/system.slice/docker-{Id}.scope/init.scope\n", true, $"/system.slice/docker-{Id}.scope", $"/system.slice/docker-{Id}.scope", $"/system.slice/docker-{Id}.scope")]
    public void Finds_a_containers_groups(string text, bool unified, string cpu, string memory, string? block) =>
        ControlGroups.Of(Encoding.UTF8.GetBytes(text), Id).ShouldBe(new ControlGroups(unified, cpu, memory, block));

    [Theory]
    [InlineData("0::/user.slice/session-1.scope\n")]
    [InlineData("0::/\n")]
    [InlineData("2:memory:/docker/0123456789\n1:cpuacct:/docker/0123456789\n0::/docker/0123456789\n")]
    [InlineData($"2:memory:/docker/{Id}\n0::/docker/{Id}\n")]
    [InlineData("")]
    public void Takes_no_other_process_for_the_containers(string text) =>
        ControlGroups.Of(Encoding.UTF8.GetBytes(text), Id).ShouldBeNull();

    [Fact]
    public void Reads_a_figure_by_its_whole_name()
    {
        ControlGroupFigures.Named("total_cache 7\ncache 5\n"u8, "cache"u8).ShouldBe(5);
        ControlGroupFigures.Named("total_cache 7\n"u8, "cache"u8).ShouldBeNull();
        ControlGroupFigures.Named("cache\n"u8, "cache"u8).ShouldBeNull();
        ControlGroupFigures.Number("22007808\n"u8).ShouldBe(22007808);
        ControlGroupFigures.Number("max\n"u8).ShouldBeNull();
    }

    [Fact]
    public void Adds_up_block_devices()
    {
        ControlGroupFigures.BlockOfVersion1(Encoding.UTF8.GetBytes(KernelTexts.BlockOfVersion1)).ShouldBe(new BlockBytes(1249280, 20971520));
        ControlGroupFigures.BlockOfVersion1("Total 0\n"u8).ShouldBeNull();
        ControlGroupFigures.BlockOfVersion2(Encoding.UTF8.GetBytes(KernelTexts.IoStatOfVersion2)).ShouldBe(new BlockBytes(1249280, 20971520));
        ControlGroupFigures.BlockOfVersion2([]).ShouldBe(default);
    }

    [Fact]
    public void Adds_up_network_devices_but_loopback()
    {
        NetworkDevices.Read(Encoding.UTF8.GetBytes(KernelTexts.Devices)).ShouldBe(new NetworkCounters(5160616, 6002, 1, 2, 700500, 803, 3, 4));
        NetworkDevices.Read(Encoding.UTF8.GetBytes(string.Join('\n', KernelTexts.Devices.Split('\n')[..3]))).ShouldBeNull();
    }

    [Fact]
    public void Divides_a_network_among_those_who_share_it_and_leaves_out_what_passed_before()
    {
        var passed = new NetworkCounters(1001, 10, 0, 0, 2000, 20, 0, 0);

        new NetworkShare(2, default).In(passed).ShouldBe(new NetworkCounters(500, 5, 0, 0, 1000, 10, 0, 0));
        new NetworkShare(1, new NetworkCounters(1000, 9, 0, 0, 3000, 19, 0, 0)).In(passed).ShouldBe(new NetworkCounters(1, 1, 0, 0, 0, 1, 0, 0));
    }
}
