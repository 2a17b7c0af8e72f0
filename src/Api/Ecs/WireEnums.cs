using System.Collections.Frozen;
using Berth.Wire;

namespace Berth.Api;

/// <summary>An enumeration of the API model: the texts a member may hold.</summary>
/// <param name="shape">The shape's name in the model.</param>
/// <param name="values">Its texts.</param>
internal sealed class WireEnum(string shape, params string[] values)
{
    private readonly FrozenSet<string> known = values.ToFrozenSet(StringComparer.Ordinal);

    public string Shape { get; } = shape;

    public IReadOnlyList<string> Values { get; } = values;

    /// <summary>Whether the text is one of them, or there is none.</summary>
    public bool Allows(string? text) => text is null || known.Contains(text);

    /// <summary>Refuses another text, naming those there are.</summary>
    public void Require(string? text, string member)
    {
        if (!Allows(text))
        {
            throw AwsException.InvalidParameter(Refusal(member));
        }
    }

    /// <summary>The same as a <c>ClientException</c>, as operations on task definitions tell it.</summary>
    public void RequireOfClient(string? text, string member)
    {
        if (!Allows(text))
        {
            throw AwsException.Client(Refusal(member));
        }
    }

    /// <summary>Refuses a list that holds another text.</summary>
    public void Require(IEnumerable<string>? texts, string member)
    {
        foreach (var text in texts ?? [])
        {
            Require(text, member);
        }
    }

    /// <summary>What a caller is told who gave another text.</summary>
    public string Refusal(string member) => $"{member} should be one of [{string.Join(", ", Values)}]";
}

/// <summary>The enumerations that requests are checked against.</summary>
internal static class WireEnums
{
    public static readonly WireEnum AcceleratorManufacturer = new("AcceleratorManufacturer", "amazon-web-services", "amd", "nvidia", "xilinx", "habana");
    public static readonly WireEnum AcceleratorName = new("AcceleratorName", "a100", "inferentia", "k520", "k80", "m60", "radeon-pro-v520", "t4", "vu9p", "v100", "a10g", "h100", "t4g");
    public static readonly WireEnum AcceleratorType = new("AcceleratorType", "gpu", "fpga", "inference");
    public static readonly WireEnum ApplicationProtocol = new("ApplicationProtocol", "http", "http2", "grpc");
    public static readonly WireEnum AssignPublicIp = new("AssignPublicIp", "ENABLED", "DISABLED");
    public static readonly WireEnum AutoRepairActionsStatus = new("AutoRepairActionsStatus", "ENABLED", "DISABLED");
    public static readonly WireEnum AvailabilityZoneRebalancing = new("AvailabilityZoneRebalancing", "ENABLED", "DISABLED");
    public static readonly WireEnum BareMetal = new("BareMetal", "included", "required", "excluded");
    public static readonly WireEnum BurstablePerformance = new("BurstablePerformance", "included", "required", "excluded");
    public static readonly WireEnum CapacityOptionType = new("CapacityOptionType", "ON_DEMAND", "SPOT", "RESERVED");
    public static readonly WireEnum CapacityProviderField = new("CapacityProviderField", "TAGS");
    public static readonly WireEnum CapacityReservationPreference = new("CapacityReservationPreference", "RESERVATIONS_ONLY", "RESERVATIONS_FIRST", "RESERVATIONS_EXCLUDED");
    public static readonly WireEnum ClusterField = new("ClusterField", "ATTACHMENTS", "CONFIGURATIONS", "SETTINGS", "STATISTICS", "TAGS");
    public static readonly WireEnum ClusterSettingName = new("ClusterSettingName", "containerInsights");
    public static readonly WireEnum Compatibility = new("Compatibility", "EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES");
    public static readonly WireEnum ContainerCondition = new("ContainerCondition", "START", "COMPLETE", "SUCCESS", "HEALTHY");
    public static readonly WireEnum ContainerInstanceField = new("ContainerInstanceField", "TAGS", "CONTAINER_INSTANCE_HEALTH");
    public static readonly WireEnum ContainerInstanceStatus = new("ContainerInstanceStatus", "ACTIVE", "DRAINING", "REGISTERING", "DEREGISTERING", "REGISTRATION_FAILED");
    public static readonly WireEnum CpuArchitecture = new("CPUArchitecture", "X86_64", "ARM64");
    public static readonly WireEnum CpuManufacturer = new("CpuManufacturer", "intel", "amd", "amazon-web-services");
    public static readonly WireEnum DaemonDeploymentStatus = new(
        "DaemonDeploymentStatus", "PENDING", "SUCCESSFUL", "STOPPED", "STOP_REQUESTED", "IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED");
    public static readonly WireEnum DaemonIpcMode = new("DaemonIpcMode", "none", "shared");
    public static readonly WireEnum DaemonPidMode = new("DaemonPidMode", "none", "shared");
    public static readonly WireEnum DaemonPropagateTags = new("DaemonPropagateTags", "DAEMON", "NONE");
    public static readonly WireEnum DaemonTaskDefinitionRevisionFilter = new("DaemonTaskDefinitionRevisionFilter", "LAST_REGISTERED");
    public static readonly WireEnum DaemonTaskDefinitionStatusFilter = new("DaemonTaskDefinitionStatusFilter", "ACTIVE", "DELETE_IN_PROGRESS", "ALL");
    public static readonly WireEnum DeploymentControllerType = new("DeploymentControllerType", "ECS", "CODE_DEPLOY", "EXTERNAL");
    public static readonly WireEnum DeploymentLifecycleHookAction = new("DeploymentLifecycleHookAction", "ROLLBACK", "CONTINUE");
    public static readonly WireEnum DeploymentLifecycleHookStage = new(
        "DeploymentLifecycleHookStage", "RECONCILE_SERVICE", "PRE_SCALE_UP", "POST_SCALE_UP", "TEST_TRAFFIC_SHIFT", "POST_TEST_TRAFFIC_SHIFT", "PRE_PRODUCTION_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT",
        "POST_PRODUCTION_TRAFFIC_SHIFT");
    public static readonly WireEnum DeploymentLifecycleHookTargetType = new("DeploymentLifecycleHookTargetType", "AWS_LAMBDA", "PAUSE");
    public static readonly WireEnum DeploymentStrategy = new("DeploymentStrategy", "ROLLING", "BLUE_GREEN", "LINEAR", "CANARY");
    public static readonly WireEnum DesiredStatus = new("DesiredStatus", "RUNNING", "PENDING", "STOPPED");
    public static readonly WireEnum DeviceCgroupPermission = new("DeviceCgroupPermission", "read", "write", "mknod");
    public static readonly WireEnum EBSResourceType = new("EBSResourceType", "volume");
    public static readonly WireEnum EFSAuthorizationConfigIAM = new("EFSAuthorizationConfigIAM", "ENABLED", "DISABLED");
    public static readonly WireEnum EFSTransitEncryption = new("EFSTransitEncryption", "ENABLED", "DISABLED");
    public static readonly WireEnum EnvironmentFileType = new("EnvironmentFileType", "s3");
    public static readonly WireEnum ExecuteCommandLogging = new("ExecuteCommandLogging", "NONE", "DEFAULT", "OVERRIDE");
    public static readonly WireEnum ExpressGatewayServiceInclude = new("ExpressGatewayServiceInclude", "TAGS");
    public static readonly WireEnum ExpressGatewayServiceScalingMetric = new(
        "ExpressGatewayServiceScalingMetric", "AVERAGE_CPU", "AVERAGE_MEMORY", "REQUEST_COUNT_PER_TARGET");
    public static readonly WireEnum FirelensConfigurationType = new("FirelensConfigurationType", "fluentd", "fluentbit");
    public static readonly WireEnum InstanceGeneration = new("InstanceGeneration", "current", "previous");
    public static readonly WireEnum IpcMode = new("IpcMode", "host", "task", "none");
    public static readonly WireEnum LaunchType = new("LaunchType", "EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES");
    public static readonly WireEnum LocalStorage = new("LocalStorage", "included", "required", "excluded");
    public static readonly WireEnum LocalStorageType = new("LocalStorageType", "hdd", "ssd");
    public static readonly WireEnum LogDriver = new("LogDriver", "json-file", "syslog", "journald", "gelf", "fluentd", "awslogs", "splunk", "awsfirelens");
    public static readonly WireEnum ManagedDraining = new("ManagedDraining", "ENABLED", "DISABLED");
    public static readonly WireEnum ManagedInstancesMonitoringOptions = new("ManagedInstancesMonitoringOptions", "BASIC", "DETAILED");
    public static readonly WireEnum ManagedScalingStatus = new("ManagedScalingStatus", "ENABLED", "DISABLED");
    public static readonly WireEnum ManagedTerminationProtection = new("ManagedTerminationProtection", "ENABLED", "DISABLED");
    public static readonly WireEnum NetworkMode = new("NetworkMode", "bridge", "host", "awsvpc", "none");
    public static readonly WireEnum OsFamily = new(
        "OSFamily", "WINDOWS_SERVER_2019_FULL", "WINDOWS_SERVER_2019_CORE", "WINDOWS_SERVER_2016_FULL", "WINDOWS_SERVER_2004_CORE", "WINDOWS_SERVER_2022_CORE",
        "WINDOWS_SERVER_2022_FULL", "WINDOWS_SERVER_2025_CORE", "WINDOWS_SERVER_2025_FULL", "WINDOWS_SERVER_20H2_CORE", "LINUX");
    public static readonly WireEnum PidMode = new("PidMode", "host", "task");
    public static readonly WireEnum PlatformDeviceType = new("PlatformDeviceType", "GPU", "NEURON_DEVICE");
    public static readonly WireEnum PlacementConstraintType = new("PlacementConstraintType", "distinctInstance", "memberOf");
    public static readonly WireEnum PlacementStrategyType = new("PlacementStrategyType", "random", "spread", "binpack");
    public static readonly WireEnum PropagateMITags = new("PropagateMITags", "CAPACITY_PROVIDER", "NONE");
    public static readonly WireEnum PropagateTags = new("PropagateTags", "TASK_DEFINITION", "SERVICE", "NONE");
    public static readonly WireEnum ProxyConfigurationType = new("ProxyConfigurationType", "APPMESH");
    public static readonly WireEnum ResourceManagementType = new("ResourceManagementType", "CUSTOMER", "ECS");
    public static readonly WireEnum ResourceType = new("ResourceType", "GPU", "InferenceAccelerator", "NeuronDevice");
    public static readonly WireEnum ScaleUnit = new("ScaleUnit", "PERCENT");
    public static readonly WireEnum SchedulingStrategy = new("SchedulingStrategy", "REPLICA", "DAEMON");
    public static readonly WireEnum Scope = new("Scope", "task", "shared");
    public static readonly WireEnum ServiceConnectAccessLoggingFormat = new("ServiceConnectAccessLoggingFormat", "TEXT", "JSON");
    public static readonly WireEnum ServiceConnectIncludeQueryParameters = new("ServiceConnectIncludeQueryParameters", "DISABLED", "ENABLED");
    public static readonly WireEnum ServiceDeploymentStatus = new(
        "ServiceDeploymentStatus", "PENDING", "SUCCESSFUL", "STOPPED", "STOP_REQUESTED", "IN_PROGRESS", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED");
    public static readonly WireEnum ServiceField = new("ServiceField", "TAGS");
    public static readonly WireEnum SettingName = new(
        "SettingName", "serviceLongArnFormat", "taskLongArnFormat", "containerInstanceLongArnFormat", "awsvpcTrunking", "containerInsights", "fargateFIPSMode",
        "tagResourceAuthorization", "fargateTaskRetirementWaitPeriod", "guardDutyActivate", "defaultLogDriverMode", "fargateEventWindows");
    public static readonly WireEnum SortOrder = new("SortOrder", "ASC", "DESC");
    public static readonly WireEnum StopServiceDeploymentStopType = new("StopServiceDeploymentStopType", "ABORT", "ROLLBACK");
    public static readonly WireEnum TargetType = new("TargetType", "container-instance");
    public static readonly WireEnum TaskDefinitionFamilyStatus = new("TaskDefinitionFamilyStatus", "ACTIVE", "INACTIVE", "ALL");
    public static readonly WireEnum TaskDefinitionField = new("TaskDefinitionField", "TAGS");
    public static readonly WireEnum TaskDefinitionPlacementConstraintType = new("TaskDefinitionPlacementConstraintType", "memberOf");
    public static readonly WireEnum TaskDefinitionStatus = new("TaskDefinitionStatus", "ACTIVE", "INACTIVE", "DELETE_IN_PROGRESS");
    public static readonly WireEnum TaskField = new("TaskField", "TAGS");
    public static readonly WireEnum TaskFilesystemType = new("TaskFilesystemType", "ext3", "ext4", "xfs", "ntfs");
    public static readonly WireEnum TaskSetField = new("TaskSetField", "TAGS");
    public static readonly WireEnum ThresholdType = new("ThresholdType", "COUNT", "BOUNDED_PERCENT", "UNBOUNDED_PERCENT");
    public static readonly WireEnum TransportProtocol = new("TransportProtocol", "tcp", "udp");
    public static readonly WireEnum UlimitName = new(
        "UlimitName", "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending", "stack");
    public static readonly WireEnum VersionConsistency = new("VersionConsistency", "enabled", "disabled");
}
