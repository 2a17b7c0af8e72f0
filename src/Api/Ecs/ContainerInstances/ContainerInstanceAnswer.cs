using System.Globalization;
using Berth.Domain;

namespace Berth.Api;

/// <summary>A container instance as the API tells it.</summary>
internal static class ContainerInstanceAnswer
{
    public const string DockerVersionPrefix = "DockerVersion: ";

    /// <param name="state">The cluster.</param>
    /// <param name="instance">One of its instances.</param>
    /// <param name="include">What the caller asks for besides.</param>
    /// <param name="runtime">How its container runtime is; null where that is not known.</param>
    public static ContainerInstanceShape Of(ClusterState state, ContainerInstance instance, IReadOnlyCollection<string> include, ContainerRuntimeStatus? runtime = null)
    {
        var held = instance.Status == ContainerInstanceStatus.Inactive
            ? []
            : state.TasksOn(instance.Id, TaskPhase.Live).Concat(state.TasksOn(instance.Id, TaskPhase.Stopping)).ToList();
        var resources = instance.Resources;
        return new()
        {
            ContainerInstanceArn = state.ContainerInstanceArn(instance.Id),
            Ec2InstanceId = instance.Ec2InstanceId,
            CapacityProviderName = instance.CapacityProviderName,
            Version = instance.Version,
            VersionInfo = new()
            {
                AgentVersion = instance.Agent?.Version,
                AgentHash = instance.Agent?.Hash,
                DockerVersion = instance.Agent?.DockerVersion is { } docker ? DockerVersionPrefix + docker : null,
            },
            RegisteredResources =
            [
                Number("CPU", resources.CpuUnits),
                Number("MEMORY", resources.MemoryMiB),
                Ports("PORTS", resources.ReservedTcpPorts),
                Ports("PORTS_UDP", resources.ReservedUdpPorts),
                .. resources.GpuIds is { } gpus ? [Strings("GPU", gpus)] : Array.Empty<ResourceShape>(),
            ],
            RemainingResources =
            [
                Number("CPU", resources.CpuUnits - held.Sum(task => task.Demand.CpuUnits)),
                Number("MEMORY", resources.MemoryMiB - held.Sum(task => task.Demand.MemoryMiB)),
                Ports("PORTS", resources.ReservedTcpPorts.Concat(held.SelectMany(task => task.Demand.TcpPorts))),
                Ports("PORTS_UDP", resources.ReservedUdpPorts.Concat(held.SelectMany(task => task.Demand.UdpPorts))),
                .. resources.GpuIds is { } all ? [Strings("GPU", all.Except(held.SelectMany(task => task.Containers).SelectMany(container => container.GpuIds ?? []), StringComparer.Ordinal))] : Array.Empty<ResourceShape>(),
            ],
            Status = StatusName(instance.Status),
            AgentConnected = instance.AgentConnected,
            RunningTasksCount = held.Count(task => task.LastStatus == EcsTaskStatus.Running),
            PendingTasksCount = held.Count(task => task.LastStatus < EcsTaskStatus.Running),
            Attributes = [.. instance.Attributes.Values.Select(Attribute)],
            RegisteredAt = instance.RegisteredAt,
            Attachments = [],
            Tags = include.Contains("TAGS") ? Tags.Show(instance.Tags) : [],
            HealthStatus = include.Contains("CONTAINER_INSTANCE_HEALTH") ? InstanceHealth.Of(state, instance, runtime, held) : null,
        };
    }

    public static AttributeShape Attribute(EcsAttribute attribute) => new() { Name = attribute.Name, Value = attribute.Value };

    public static string StatusName(ContainerInstanceStatus status) => status switch
    {
        ContainerInstanceStatus.Active => "ACTIVE",
        ContainerInstanceStatus.Draining => "DRAINING",
        ContainerInstanceStatus.Inactive => "INACTIVE",
    };

    private static ResourceShape Number(string name, int value) => new() { Name = name, Type = "INTEGER", DoubleValue = 0, LongValue = 0, IntegerValue = value };

    private static ResourceShape Ports(string name, IEnumerable<int> ports) => Strings(name, ports.Select(port => port.ToString(CultureInfo.InvariantCulture)));

    private static ResourceShape Strings(string name, IEnumerable<string> values) => new()
    {
        Name = name,
        Type = "STRINGSET",
        DoubleValue = 0,
        LongValue = 0,
        IntegerValue = 0,
        StringSetValue = [.. values],
    };
}
