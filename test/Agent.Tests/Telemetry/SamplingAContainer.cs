using System.Diagnostics;

namespace Berth.Agent.Tests;

/// <summary>Samples from the kernel's files: of trees that look like a machine's, and of real containers beside the engine's own statistics.</summary>
public sealed class SamplingAContainer(Engine engine) : IDisposable
{
    private const int Process = 4711;
    private static readonly DateTimeOffset Noon = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);
    private readonly string root = Directory.CreateTempSubdirectory("berth-kernel-").FullName;

    [Fact]
    public void Reads_control_groups_of_version_1()
    {
        Write($"proc/{Process}/cgroup", KernelTexts.GroupsOfVersion1);
        Write($"proc/{Process}/net/dev", KernelTexts.Devices);
        Write($"groups/cpuacct/docker/{KernelTexts.Id}/cpuacct.usage", "327595972\n");
        Write($"groups/memory/docker/{KernelTexts.Id}/memory.usage_in_bytes", "22007808\n");
        Write($"groups/memory/docker/{KernelTexts.Id}/memory.stat", KernelTexts.MemoryStatOfVersion1);
        Write($"groups/blkio/docker/{KernelTexts.Id}/blkio.bfq.io_service_bytes_recursive", "Total 0\n");
        Write($"groups/blkio/docker/{KernelTexts.Id}/blkio.throttle.io_service_bytes_recursive", KernelTexts.BlockOfVersion1);

        Take().ShouldBe(new ContainerSample(Noon, 327595972, 22007808 - 20971520, new(1249280, 20971520), new(5160616, 6002, 1, 2, 700500, 803, 3, 4)));
    }

    [Fact]
    public void Reads_control_groups_of_version_2()
    {
        var group = $"groups/system.slice/docker-{KernelTexts.Id}.scope";
        Write($"proc/{Process}/cgroup", $"0::/system.slice/docker-{KernelTexts.Id}.scope\n");
        Write($"proc/{Process}/net/dev", KernelTexts.Devices);
        Write($"{group}/cpu.stat", KernelTexts.CpuStatOfVersion2);
        Write($"{group}/memory.current", "22007808\n");
        Write($"{group}/memory.stat", KernelTexts.MemoryStatOfVersion2);
        Write($"{group}/io.stat", KernelTexts.IoStatOfVersion2);

        Take().ShouldBe(new ContainerSample(Noon, 327595000, 22007808 - 16777216, new(1249280, 20971520), new(5160616, 6002, 1, 2, 700500, 803, 3, 4)));
    }

    [Fact]
    public void Has_none_of_a_container_that_has_ended_or_whose_number_is_anothers_now()
    {
        Take().ShouldBeNull();

        Write($"proc/{Process}/net/dev", KernelTexts.Devices);
        Write($"proc/{Process}/cgroup", "0::/system.slice/ssh.service\n");
        Take().ShouldBeNull();

        Write($"proc/{Process}/cgroup", $"0::/docker/{KernelTexts.Id}\n");
        Take().ShouldBeNull("Its group is gone, its process is not yet.");
    }

    [Fact]
    public async Task Agrees_with_the_engine()
    {
        const long Written = 8 << 20;
        const string Busy = """
            /bin/busybox dd if=/dev/zero of=/tmp/block bs=1M count=8 conv=fsync 2>/dev/null
            /bin/busybox awk 'BEGIN { s = "0123456789abcdef"; while (length(s) < 20000000) s = s s; print "held"; fflush(); while (1) system("/bin/busybox sleep 1") }' &
            i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done
            echo counted
            while true; do /bin/busybox ping -c 1 -s 1000 172.17.0.1 >/dev/null; done
            """;
        Assert.SkipWhen(engine.Unavailable is not null, engine.Unavailable ?? "");
        Assert.SkipWhen(KernelSamples.Find("unix:///", TimeProvider.System) is null, "Only Linux has control groups.");
        using var docker = new DockerEngine("unix:///var/run/docker.sock");
        await docker.NegotiateAsync(TestContext.Current.CancellationToken);
        var (_, id) = await Engine.DockerAsync("run", "-d", engine.Image, "/bin/sh", "-c", Busy);
        try
        {
            await Machine.UntilAsync(async () => (await Engine.DockerAsync("logs", id)).Output.Split('\n').Length == 2);
            var process = (await docker.InspectContainerAsync(id, TestContext.Current.CancellationToken))!.State!.Pid;
            var kernel = KernelSamples.Find("unix:///", TimeProvider.System)!;
            Assert.SkipWhen(kernel.Take(id, process, withNetwork: true) is null, "The engine's containers are not to be seen from here.");

            // What only grows lies between what the engine says before and after.
            var before = ContainerSample.Of(await docker.StatsAsync(id, TestContext.Current.CancellationToken))!;
            var own = kernel.Take(id, process, withNetwork: true)!;
            var after = ContainerSample.Of(await docker.StatsAsync(id, TestContext.Current.CancellationToken))!;

            own.CpuNanoseconds.ShouldBeInRange(before.CpuNanoseconds, after.CpuNanoseconds);
            before.CpuNanoseconds.ShouldBeGreaterThan(10_000_000ul);
            own.Network!.Value.RxBytes.ShouldBeInRange(before.Network!.Value.RxBytes, after.Network!.Value.RxBytes);
            own.Network!.Value.TxPackets.ShouldBeInRange(before.Network!.Value.TxPackets, after.Network!.Value.TxPackets);
            before.Network!.Value.TxBytes.ShouldBeGreaterThan(1000);
            own.Block!.Value.Written.ShouldBeInRange(before.Block!.Value.Written, after.Block!.Value.Written);
            (own.Block!.Value.Written is 0 or >= Written).ShouldBeTrue("A kernel counts what was flushed, or counts nothing on this device.");
            own.MemoryBytes!.Value.ShouldBeInRange(20_000_000, 60_000_000);
            ((double)own.MemoryBytes!).ShouldBe((double)before.MemoryBytes!, tolerance: 2 << 20);
            kernel.Take("0123456789abcdef", process, withNetwork: true).ShouldBeNull();

            // Its end is no trouble, whenever it comes.
            var ending = Engine.DockerAsync("kill", id);
            var patience = Stopwatch.StartNew();
            while (kernel.Take(id, process, withNetwork: true) is not null)
            {
                patience.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
            }

            await ending;
            ContainerSample.Of(await docker.StatsAsync(id, TestContext.Current.CancellationToken)).ShouldBeNull();
        }
        finally
        {
            await Engine.DockerAsync("rm", "-fv", id);
        }
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private ContainerSample? Take() =>
        new KernelSamples(new Noontide(), Path.Combine(root, "proc"), Path.Combine(root, "groups")).Take(KernelTexts.Id, Process, withNetwork: true);

    private void Write(string path, string text)
    {
        var file = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private sealed class Noontide : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Noon;
    }
}
