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
        var counts = state.Counts;
        return new()
        {
            ClusterArn = state.Arn,
            ClusterName = state.Name,
            Status = state.Status == ClusterStatus.Active ? "ACTIVE" : "INACTIVE",
            RegisteredContainerInstancesCount = counts.ContainerInstances,
            RunningTasksCount = counts.RunningTasks.All,
            PendingTasksCount = counts.PendingTasks.All,
            ActiveServicesCount = counts.ActiveServices.All,
            Statistics = include.Contains("STATISTICS") ? Statistics(counts) : [],
            Tags = include.Contains("TAGS") ? Tags.Show(state.Tags) : [],
            Settings = include.Contains("SETTINGS") ? [.. state.Settings.Select(setting => new ClusterSettingShape { Name = setting.Name, Value = setting.Value })] : [],
            Configuration = include.Contains("CONFIGURATIONS") ? state.Configuration?.Deserialize(EcsJson.Shared.ClusterConfigurationShape) : null,
            ServiceConnectDefaults = state.ServiceConnectDefaults?.Deserialize(EcsJson.Shared.ClusterServiceConnectDefaultsShape),
            CapacityProviders = [.. state.CapacityProviders.Select(provider => provider.Name)],
            DefaultCapacityProviderStrategy = CapacityProviderStrategyRules.Show(state.DefaultCapacityProviderStrategy),
            Attachments = include.Contains("ATTACHMENTS") ? [] : null,
            AttachmentsStatus = include.Contains("ATTACHMENTS") && !state.CapacityProviders.IsEmpty ? "UPDATE_COMPLETE" : null,
        };
    }

    private static List<KeyValuePairShape> Statistics(ClusterCounts counts) =>
    [
        Statistic("runningEC2TasksCount", counts.RunningTasks.Ec2),
        Statistic("runningFargateTasksCount", counts.RunningTasks.Fargate),
        Statistic("pendingEC2TasksCount", counts.PendingTasks.Ec2),
        Statistic("pendingFargateTasksCount", counts.PendingTasks.Fargate),
        Statistic("runningExternalTasksCount", counts.RunningTasks.External),
        Statistic("pendingExternalTasksCount", counts.PendingTasks.External),
        Statistic("activeEC2ServiceCount", counts.ActiveServices.Ec2),
        Statistic("activeFargateServiceCount", counts.ActiveServices.Fargate),
        Statistic("drainingEC2ServiceCount", counts.DrainingServices.Ec2),
        Statistic("drainingFargateServiceCount", counts.DrainingServices.Fargate),
        Statistic("activeExternalServiceCount", counts.ActiveServices.External),
        Statistic("drainingExternalServiceCount", counts.DrainingServices.External),
    ];

    private static KeyValuePairShape Statistic(string name, int value) => new() { Name = name, Value = value.ToString(CultureInfo.InvariantCulture) };
}
