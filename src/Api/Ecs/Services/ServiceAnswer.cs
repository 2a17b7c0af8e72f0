using Berth.Domain;

namespace Berth.Api;

/// <summary>A service as the API tells it.</summary>
internal static class ServiceAnswer
{
    public static ServiceShape Of(ClusterState state, Service service, bool withTags)
    {
        var settings = service.Settings;
        var (running, pending) = Count(state.TasksOf(service, TaskPhase.Live));
        return new()
        {
            ServiceArn = state.ServiceArn(service.Name),
            ServiceName = service.Name,
            ClusterArn = state.Arn,
            Status = StatusName(service.Status),
            DesiredCount = settings.DesiredCount,
            RunningCount = running,
            PendingCount = pending,
            LaunchType = settings.LaunchType,
            TaskDefinition = settings.TaskDefinitionArn,
            LoadBalancers = [.. settings.LoadBalancers.Select(balancer => new LoadBalancerShape
            {
                TargetGroupArn = balancer.TargetGroupArn,
                ContainerName = balancer.ContainerName,
                ContainerPort = balancer.ContainerPort,
            })],
            ServiceRegistries = [],
            DeploymentConfiguration = new()
            {
                DeploymentCircuitBreaker = new() { Enable = false, Rollback = false },
                MaximumPercent = settings.DeploymentConfiguration.MaximumPercent,
                MinimumHealthyPercent = settings.DeploymentConfiguration.MinimumHealthyPercent,
                Strategy = "ROLLING",
                BakeTimeInMinutes = 0,
            },
            Deployments = [.. service.Deployments.Select((deployment, at) => Deployment(state, service, deployment, isPrimary: at == 0))],
            RoleArn = service.RoleArn,
            Events = [.. service.Events.Select(line => new ServiceEventShape { Id = line.Id, CreatedAt = line.CreatedAt, Message = line.Message })],
            CreatedAt = service.CreatedAt,
            CreatedBy = service.CreatedBy,
            PlacementConstraints = PlacementRules.Show(settings.PlacementConstraints),
            PlacementStrategy = PlacementRules.Show(settings.PlacementStrategy),
            HealthCheckGracePeriodSeconds = settings.HasHealthCheckGracePeriod || !settings.LoadBalancers.IsEmpty
                ? (int)settings.HealthCheckGracePeriod.TotalSeconds
                : null,
            SchedulingStrategy = "REPLICA",
            DeploymentController = new() { Type = "ECS" },
            EnableECSManagedTags = settings.EnableEcsManagedTags,
            PropagateTags = settings.PropagateTags,
            EnableExecuteCommand = settings.EnableExecuteCommand,
            AvailabilityZoneRebalancing = settings.AvailabilityZoneRebalancing,
            Tags = withTags ? Tags.Show(service.Tags) : [],
        };
    }

    private static DeploymentShape Deployment(ClusterState state, Service service, Deployment deployment, bool isPrimary)
    {
        var (running, pending) = Count(state.TaskIndex.Of(TaskFilter.StartedBy, deployment.Id, TaskPhase.Live).Select(id => state.Tasks[id]));
        return new()
        {
            Id = deployment.Id,
            Status = isPrimary ? "PRIMARY" : "ACTIVE",
            TaskDefinition = deployment.TaskDefinitionArn,

            // What is being replaced is wanted only as long as it is still there.
            DesiredCount = isPrimary ? service.Settings.DesiredCount : running + pending,
            RunningCount = running,
            PendingCount = pending,
            FailedTasks = deployment.FailedTasks,
            CreatedAt = deployment.CreatedAt,
            UpdatedAt = deployment.UpdatedAt,
            LaunchType = service.Settings.LaunchType,
            RolloutState = deployment.RolloutState switch
            {
                RolloutState.InProgress => "IN_PROGRESS",
                RolloutState.Completed => "COMPLETED",
                RolloutState.Failed => "FAILED",
            },
            RolloutStateReason = deployment.RolloutStateReason,
        };
    }

    private static (int Running, int Pending) Count(IEnumerable<EcsTask> tasks)
    {
        var (running, pending) = (0, 0);
        foreach (var task in tasks)
        {
            if (task.LastStatus == EcsTaskStatus.Running)
            {
                running++;
            }
            else if (task.LastStatus < EcsTaskStatus.Running)
            {
                pending++;
            }
        }

        return (running, pending);
    }

    private static string StatusName(ServiceStatus status) => status switch
    {
        ServiceStatus.Active => "ACTIVE",
        ServiceStatus.Draining => "DRAINING",
        ServiceStatus.Inactive => "INACTIVE",
    };
}
