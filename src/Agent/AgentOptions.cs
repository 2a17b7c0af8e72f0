using System.Collections.Immutable;
using Berth.Wire;

namespace Berth.Agent;

/// <summary>When an image is pulled before a start, as <c>ECS_IMAGE_PULL_BEHAVIOR</c> has it.</summary>
public enum ImagePullBehavior
{
    /// <summary>Pull; when that fails, use the image that is there.</summary>
    Default,

    /// <summary>Pull; a failure stops the task.</summary>
    Always,

    /// <summary>Pull unless this agent has pulled the image since it started; a failure stops the task.</summary>
    Once,

    /// <summary>Pull only what is not there.</summary>
    PreferCached,
}

/// <summary>One container instance: which cluster it joins, what it offers, and how it treats its tasks.</summary>
public sealed record AgentOptions
{
    /// <summary>The address of the ECS API; ECR and CloudWatch Logs are called there too.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The key that signs every call and both sockets.</summary>
    public required AwsCredentials Credentials { get; init; }

    /// <summary>Where identity, tasks and log positions are kept. One agent a directory.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The cluster to join, name or ARN; null joins <c>default</c> and creates it if it is missing.</summary>
    public string? Cluster { get; init; }

    /// <summary>The region of all signatures.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>The account named in the instance identity document.</summary>
    public string AccountId { get; init; } = "000000000000";

    /// <summary>The Docker Engine: <c>unix:///path</c> or <c>tcp://host:port</c>.</summary>
    public string DockerHost { get; init; } = "unix:///var/run/docker.sock";

    /// <summary>The CPU units to offer, 1024 a core; null offers what the engine has.</summary>
    public int? CpuUnits { get; init; }

    /// <summary>The memory to offer; null offers what the engine has.</summary>
    public int? MemoryMiB { get; init; }

    /// <summary>Where the driver of NVIDIA's GPUs tells which there are; all of them are offered.</summary>
    public string NvidiaDirectory { get; init; } = "/proc/driver/nvidia/gpus";

    /// <summary>Host ports no task may have, TCP.</summary>
    public ImmutableArray<int> ReservedPorts { get; init; } = [22, 2375, 2376, 51678, 51679];

    /// <summary>The attribute <c>ecs.availability-zone</c>; null makes it the region's <c>a</c> zone.</summary>
    public string? AvailabilityZone { get; init; }

    /// <summary>The attribute <c>ecs.instance-type</c>.</summary>
    public string InstanceType { get; init; } = "";

    /// <summary>The attribute <c>ecs.ami-id</c>.</summary>
    public string AmiId { get; init; } = "";

    /// <summary>Custom attributes, sent at the first registration only. An empty value makes a flag.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Tags of the container instance.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The EC2 instance id, <c>i-</c> and 17 hexadecimal digits; null makes one up and keeps it.</summary>
    public string? Ec2InstanceId { get; init; }

    /// <summary>The address at which others reach this machine's host ports; null takes the first that is not loopback.</summary>
    public string? HostAddress { get; init; }

    /// <summary>When images are pulled.</summary>
    public ImagePullBehavior ImagePullBehavior { get; init; }

    /// <summary>How long Docker may take to say the first word about a pull.</summary>
    public TimeSpan ImagePullBeginTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a pull that has begun may make no progress before it is tried again; at least a minute is sensible.</summary>
    public TimeSpan ImagePullInactivityTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an image may take to be pulled, all tries together.</summary>
    public TimeSpan ImagePullTimeout { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How many containers are created and started at once.</summary>
    public int ParallelStarts { get; init; } = 8;

    /// <summary>How many images are pulled at once; others wait for their turn.</summary>
    public int ParallelPulls { get; init; } = 8;

    /// <summary>The most sandboxes that are kept ready for tasks in network mode bridge; 0 keeps none.</summary>
    public int ReadySandboxes { get; init; } = 4;

    /// <summary>How long Docker may take to create a container.</summary>
    public TimeSpan ContainerCreateTimeout { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>How long Docker may take to start a container.</summary>
    public TimeSpan ContainerStartTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long a process has between SIGTERM and SIGKILL, unless its container definition says otherwise.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the containers of a stopped task stay to be looked at.</summary>
    public TimeSpan TaskCleanupWait { get; init; } = TimeSpan.FromHours(3);

    /// <summary>How often unused images are looked for; at least ten minutes is sensible.</summary>
    public TimeSpan ImageCleanupInterval { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long no task may have used an image before it is removed.</summary>
    public TimeSpan MinimumImageAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The most images removed at once.</summary>
    public int ImagesPerCleanup { get; init; } = 5;

    /// <summary>How long a container's change may wait for a change of its task to travel with.</summary>
    public TimeSpan ContainerReportDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often metrics, health and instance status are published.</summary>
    public TimeSpan TelemetryInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a socket may be silent before it is replaced; as much again is added at random.</summary>
    public TimeSpan SocketInactivity { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long log lines are gathered before they are shipped.</summary>
    public TimeSpan LogFlushInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The port of the credentials and metadata endpoints, on loopback and on the gateway of Docker's bridge;
    /// 0 picks a free one and keeps it, which is right for several agents on one machine.
    /// </summary>
    public int ContainerEndpointPort { get; init; }

    /// <summary>
    /// The authority containers are told to find the endpoints at, such as <c>169.254.170.2</c> where the host
    /// redirects that address; null takes 169.254.170.2 where the agent can listen there itself, which needs root, and
    /// else the bridge's gateway and the port.
    /// </summary>
    public string? MetadataAddress { get; init; }

    /// <summary>The port of the introspection endpoint, 51678 by custom, on loopback; null leaves it out.</summary>
    public int? IntrospectionPort { get; init; }
}
