using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Berth.Domain;

namespace Berth.Api;

/// <summary>A cluster as the API tells it.</summary>
internal static class ClusterAnswer
{
    /// <summary>What a call that changes a cluster tells of it: all but the statistics, which only <c>include</c> asks for.</summary>
    public static readonly IReadOnlyCollection<string> Changed = WireEnums.ClusterField.Values.Except(["STATISTICS"]).ToImmutableHashSet();

    public static ClusterShape Of(ClusterState state, IReadOnlyCollection<string> include)
    {
        var running = Count(state, EcsTaskStatus.Running);
        var pending = state.TaskIndex.Of(TaskFilter.All, "", TaskPhase.Live).Count(id => state.Tasks[id].LastStatus < EcsTaskStatus.Running);
        var active = state.Services.Values.Count(service => service.Status == ServiceStatus.Active);
        return new()
        {
            ClusterArn = state.Arn,
            ClusterName = state.Name,
            Status = state.Status == ClusterStatus.Active ? "ACTIVE" : "INACTIVE",
            RegisteredContainerInstancesCount = state.ContainerInstances.Values.Count(instance => instance.Status != ContainerInstanceStatus.Inactive),
            RunningTasksCount = running,
            PendingTasksCount = pending,
            ActiveServicesCount = active,
            Statistics = include.Contains("STATISTICS") ? Statistics(state, running, pending, active) : [],
            Tags = include.Contains("TAGS") ? Tags.Show(state.Tags) : [],
            Settings = include.Contains("SETTINGS") ? [.. state.Settings.Select(setting => new ClusterSettingShape { Name = setting.Name, Value = setting.Value })] : [],
            Configuration = include.Contains("CONFIGURATIONS") ? state.Configuration?.Deserialize(EcsJson.Shared.ClusterConfigurationShape) : null,
            CapacityProviders = [],
            DefaultCapacityProviderStrategy = [],
        };
    }

    private static int Count(ClusterState state, EcsTaskStatus status) =>
        state.TaskIndex.Of(TaskFilter.All, "", TaskPhase.Live).Count(id => state.Tasks[id].LastStatus == status)
        + state.TaskIndex.Of(TaskFilter.All, "", TaskPhase.Stopping).Count(id => state.Tasks[id].LastStatus == status);

    private static List<KeyValuePairShape> Statistics(ClusterState state, int running, int pending, int active)
    {
        var draining = state.Services.Values.Count(service => service.Status == ServiceStatus.Draining);
        return
        [
            Statistic("runningEC2TasksCount", running),
            Statistic("runningFargateTasksCount", 0),
            Statistic("pendingEC2TasksCount", pending),
            Statistic("pendingFargateTasksCount", 0),
            Statistic("runningExternalTasksCount", 0),
            Statistic("pendingExternalTasksCount", 0),
            Statistic("activeEC2ServiceCount", active),
            Statistic("activeFargateServiceCount", 0),
            Statistic("drainingEC2ServiceCount", draining),
            Statistic("drainingFargateServiceCount", 0),
            Statistic("activeExternalServiceCount", 0),
            Statistic("drainingExternalServiceCount", 0),
        ];
    }

    private static KeyValuePairShape Statistic(string name, int value) => new() { Name = name, Value = value.ToString(CultureInfo.InvariantCulture) };
}
