using Berth.Domain;

namespace Berth.Api;

/// <summary>A task set as the API tells it.</summary>
internal static class TaskSetAnswer
{
    public static TaskSetShape Of(ClusterState state, Service service, TaskSet set, bool withTags)
    {
        var (running, pending) = ServiceAnswer.Count(state, service, set.Id);
        return new()
        {
            Id = set.Id,
            TaskSetArn = state.TaskSetArn(service.Name, set.Id),
            ServiceArn = state.ServiceArn(service.Name),
            ClusterArn = state.Arn,
            ExternalId = set.ExternalId,
            Status = WireName<TaskSetStatus>.Of(set.Status),
            TaskDefinition = set.Workload.TaskDefinitionArn,
            ComputedDesiredCount = set.ComputedDesiredCount,
            RunningCount = running,
            PendingCount = pending,
            CreatedAt = set.CreatedAt,
            UpdatedAt = set.UpdatedAt,
            LaunchType = set.Workload.LaunchType,
            CapacityProviderStrategy = WorkloadAnswer.CapacityProviders(set.Workload.CapacityProviderStrategy),
            PlatformVersion = set.Workload.PlatformVersion,
            PlatformFamily = WorkloadAnswer.PlatformFamily(set.Workload.PlatformVersion),
            NetworkConfiguration = WorkloadAnswer.Document(set.Workload.NetworkConfiguration, EcsJson.Shared.NetworkConfigurationShape),
            LoadBalancers = WorkloadAnswer.LoadBalancers(set.Workload.LoadBalancers),
            ServiceRegistries = WorkloadAnswer.Registries(set.Workload.ServiceRegistries),
            Scale = new() { Value = set.ScalePercent, Unit = "PERCENT" },
            StabilityStatus = set.IsSteady ? "STEADY_STATE" : "STABILIZING",
            StabilityStatusAt = set.StabilityStatusAt,
            Tags = withTags ? Tags.Show(set.Tags) : [],
        };
    }
}
