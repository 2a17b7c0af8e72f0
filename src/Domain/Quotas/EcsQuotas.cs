namespace Berth.Domain;

/// <summary>
/// How much of everything an account may have: ECS's defaults. An operator raises or lowers one with the variable
/// <c>BERTH_QUOTA_</c> and its name in capitals, such as <c>BERTH_QUOTA_CONTAINERS_PER_TASK_DEFINITION</c>.
/// </summary>
/// <remarks>Source: developer guide, "Amazon ECS service quotas".</remarks>
public sealed record EcsQuotas
{
    /// <summary>ECS's defaults.</summary>
    public static EcsQuotas Default { get; } = new();

    /// <summary>Clusters of an account in one region.</summary>
    public int ClustersPerRegion { get; init; } = 10_000;

    /// <summary>Container instances of a cluster, deregistered ones not counted.</summary>
    public int ContainerInstancesPerCluster { get; init; } = 5_000;

    /// <summary>Services of a cluster, deleted ones not counted.</summary>
    public int ServicesPerCluster { get; init; } = 5_000;

    /// <summary>The largest desired count of a service.</summary>
    public int TasksPerService { get; init; } = 5_000;

    /// <summary>Capacity providers of an account in one region, deleted ones not counted.</summary>
    public int CapacityProvidersPerRegion { get; init; } = 1_000;

    /// <summary>Capacity providers a cluster, and a strategy, may name.</summary>
    public int CapacityProvidersPerCluster { get; init; } = 20;

    /// <summary>Containers of a task definition.</summary>
    public int ContainersPerTaskDefinition { get; init; } = 10;

    /// <summary>The longest JSON text of a task definition.</summary>
    public int TaskDefinitionBytes { get; init; } = 64 * 1024;

    /// <summary>Revisions a family may ever have, deleted ones included.</summary>
    public int RevisionsPerFamily { get; init; } = 1_000_000;

    /// <summary>Tasks of one RunTask call.</summary>
    public int TasksPerRunTask { get; init; } = 10;

    /// <summary>Instances of one StartTask call.</summary>
    public int InstancesPerStartTask { get; init; } = 10;

    /// <summary>Subnets of an <c>awsvpcConfiguration</c>.</summary>
    public int SubnetsPerNetworkConfiguration { get; init; } = 16;

    /// <summary>Security groups of an <c>awsvpcConfiguration</c>.</summary>
    public int SecurityGroupsPerNetworkConfiguration { get; init; } = 5;

    /// <summary>Custom attributes of a container instance.</summary>
    public int CustomAttributesPerInstance { get; init; } = 10;

    /// <summary>Container port ranges of a container.</summary>
    public int PortRangesPerContainer { get; init; } = 100;

    /// <summary>Reserved host ports of an instance, by protocol.</summary>
    public int ReservedPortsPerInstance { get; init; } = 100;

    /// <summary>Environment files of a container.</summary>
    public int EnvironmentFilesPerContainer { get; init; } = 10;

    /// <summary>Exit codes a restart policy may ignore.</summary>
    public int IgnoredExitCodesPerRestartPolicy { get; init; } = 50;

    /// <summary>Sessions of ExecuteCommand in one container.</summary>
    public int ExecSessionsPerContainer { get; init; } = 1_000;

    /// <summary>The longest JSON text of a call's overrides.</summary>
    public int OverrideCharacters { get; init; } = 8_192;

    /// <summary>Tasks of a cluster that may wait for a capacity provider to bring an instance.</summary>
    public int ProvisioningTasksPerCluster { get; init; } = 500;
}
