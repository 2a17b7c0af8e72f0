namespace Berth.Agent.Tests;

/// <summary>What kernels say of one container, whose id is <see cref="Id"/>.</summary>
internal static class KernelTexts
{
    public const string Id = "e5dd075cf15295a3091dad021c751faf96a281b9101d692414d430c7b8497d7e";

    /// <summary>Version 1, driver cgroupfs, beside an empty hierarchy of version 2.</summary>
    public const string GroupsOfVersion1 = $"""
        9:name=systemd:/docker/{Id}
        8:pids:/docker/{Id}
        7:blkio:/docker/{Id}
        4:memory:/docker/{Id}
        2:cpuacct:/docker/{Id}
        1:cpu:/docker/{Id}
        0::/docker/{Id}

        """;

    public const string MemoryStatOfVersion1 = """
        cache 20971520
        rss 57344
        shmem 0
        inactive_file 20971520
        active_file 0
        hierarchical_memory_limit 9223372036854771712
        total_cache 31457280
        total_inactive_file 20971520

        """;

    public const string BlockOfVersion1 = """
        254:0 Read 1245184
        254:0 Write 20971520
        254:0 Sync 22216704
        254:0 Async 0
        254:0 Total 22216704
        8:16 Read 4096
        8:16 Write 0
        8:16 Total 4096
        Total 22220800

        """;

    public const string CpuStatOfVersion2 = """
        usage_usec 327595
        user_usec 250000
        system_usec 77595
        nr_periods 0
        nr_throttled 0
        throttled_usec 0

        """;

    public const string MemoryStatOfVersion2 = """
        anon 61440
        file 20971520
        kernel_stack 16384
        inactive_anon 57344
        active_anon 4096
        inactive_file 16777216
        active_file 4194304
        slab 282912

        """;

    public const string IoStatOfVersion2 = """
        254:0 rbytes=1245184 wbytes=20971520 rios=73 wios=41 dbytes=0 dios=0
        8:16 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0

        """;

    public const string Devices = """
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
            lo:    1000      10    0    0    0     0          0         0     1000      10    0    0    0     0       0          0
          eth0: 5160516    6001    1    2    0     0          0         9   700300     801    3    4    0     0       0          0
          eth1:     100       1    0    0    0     0          0         0      200       2    0    0    0     0       0          0

        """;
}
