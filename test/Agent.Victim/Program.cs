using Berth.Agent;
using Berth.Wire;
using Microsoft.Extensions.Logging.Abstractions;

// ENDPOINT KEY SECRET DIRECTORY: an agent in a process of its own, which runs until it is killed.
await ContainerAgent.RunAsync(
    new AgentOptions
    {
        Endpoint = new Uri(args[0]),
        Credentials = new AwsCredentials(args[1], args[2]),
        DataDirectory = args[3],
        Cluster = "test",
        CpuUnits = 4096,
        MemoryMiB = 4096,
        StopTimeout = TimeSpan.FromSeconds(1),
        ContainerReportDelay = TimeSpan.FromMilliseconds(100),
        ReservedPorts = [22],
        MetadataAddress = "169.254.170.2",    // Which it leaves to agents that live longer: containers of other tests ask there.
    },
    NullLoggerFactory.Instance,
    TimeProvider.System,
    CancellationToken.None);
