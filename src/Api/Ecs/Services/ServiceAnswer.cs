using Berth.Domain;

namespace Berth.Api;

/// <summary>A service as the API tells it.</summary>
internal static class ServiceAnswer
{
    public static ServiceShape Of(ClusterState state, Service service, bool withTags)
    {
        var settings = service.Settings;
        var (running, pending) = Count(state.TasksOf(service, TaskPhase.Live));
        var isExternal = settings.DeploymentController == DeploymentController.External;
        return new()
        {
            ServiceArn = state.ServiceArn(service.Name),
            ServiceName = service.Name,
            ClusterArn = state.Arn,
            Status = WireName<ServiceStatus>.Of(service.Status),
            DesiredCount = settings.DesiredCount,
            RunningCount = running,
            PendingCount = pending,
            LaunchType = settings.LaunchType,
            CapacityProviderStrategy = WorkloadAnswer.CapacityProviders(settings.CapacityProviderStrategy),
            PlatformVersion = settings.PlatformVersion,
            PlatformFamily = WorkloadAnswer.PlatformFamily(settings.PlatformVersion),
            TaskDefinition = settings.TaskDefinitionArn.Length > 0 ? settings.TaskDefinitionArn : null,
            LoadBalancers = WorkloadAnswer.LoadBalancers(settings.LoadBalancers),
            ServiceRegistries = WorkloadAnswer.Registries(settings.ServiceRegistries),
            NetworkConfiguration = WorkloadAnswer.Document(settings.NetworkConfiguration, EcsJson.Shared.NetworkConfigurationShape),
            DeploymentConfiguration = DeploymentConfigurationRules.Show(settings.DeploymentConfiguration),
            TaskSets = isExternal ? [.. service.TaskSets.Select(set => TaskSetAnswer.Of(state, service, set, withTags))] : null,
            Deployments = [.. service.Deployments.Select((deployment, at) => Deployment(state, service, deployment, isPrimary: at == 0))],
            CurrentServiceDeployment = service.ServiceDeployments is [var newest, ..] ? state.ServiceDeploymentArn(service.Name, newest.Id) : null,
            CurrentServiceRevisions = Revisions(state, service),
            RoleArn = service.RoleArn,
            Events = [.. service.Events.Select(line => new ServiceEventShape { Id = line.Id, CreatedAt = line.CreatedAt, Message = line.Message })],
            CreatedAt = service.CreatedAt,
            CreatedBy = service.CreatedBy,
            PlacementConstraints = PlacementRules.Show(settings.PlacementConstraints),
            PlacementStrategy = PlacementRules.Show(settings.PlacementStrategy),
            HealthCheckGracePeriodSeconds = settings.HasHealthCheckGracePeriod || !settings.LoadBalancers.IsEmpty
                ? (int)settings.HealthCheckGracePeriod.TotalSeconds
                : null,
            SchedulingStrategy = WireName<SchedulingStrategy>.Of(settings.SchedulingStrategy),
            DeploymentController = new() { Type = WireName<DeploymentController>.Of(settings.DeploymentController) },
            EnableECSManagedTags = settings.EnableEcsManagedTags,
            PropagateTags = settings.PropagateTags,
            ResourceManagementType = "CUSTOMER",
            EnableExecuteCommand = settings.EnableExecuteCommand,
            AvailabilityZoneRebalancing = settings.AvailabilityZoneRebalancing,
            Tags = withTags ? Tags.Show(service.Tags) : [],
        };
    }

    /// <summary>How many of some live tasks run, and how many are on their way.</summary>
    public static (int Running, int Pending) Count(IEnumerable<EcsTask> tasks)
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

    /// <summary>The same of the tasks a deployment or task set of a service has started.</summary>
    public static (int Running, int Pending) Count(ClusterState state, Service service, string startedBy) =>
        Count(state.TaskIndex.Of(TaskFilter.StartedBy, startedBy, TaskPhase.Live).Select(id => state.Tasks[id]).Where(task => task.ServiceName == service.Name));

    /// <summary>How many tasks a deployment should have: what is being replaced is wanted only as long as it is still there.</summary>
    public static int Wanted(Service service, Deployment deployment, int running, int pending) =>
        service.Primary?.Id == deployment.Id ? service.Settings.DesiredCount : running + pending;

    private static DeploymentShape Deployment(ClusterState state, Service service, Deployment deployment, bool isPrimary)
    {
        var (running, pending) = Count(state, service, deployment.Id);
        var workload = service.WorkloadOf(deployment);
        return new()
        {
            Id = deployment.Id,
            Status = isPrimary ? "PRIMARY" : "ACTIVE",
            TaskDefinition = deployment.TaskDefinitionArn,
            DesiredCount = Wanted(service, deployment, running, pending),
            RunningCount = running,
            PendingCount = pending,
            FailedTasks = deployment.FailedTasks,
            CreatedAt = deployment.CreatedAt,
            UpdatedAt = deployment.UpdatedAt,
            LaunchType = workload.LaunchType,
            CapacityProviderStrategy = WorkloadAnswer.CapacityProviders(workload.CapacityProviderStrategy),
            PlatformVersion = workload.PlatformVersion,
            PlatformFamily = WorkloadAnswer.PlatformFamily(workload.PlatformVersion),
            NetworkConfiguration = WorkloadAnswer.Document(workload.NetworkConfiguration, EcsJson.Shared.NetworkConfigurationShape),
            ServiceConnectConfiguration = WorkloadAnswer.Document(workload.ServiceConnectConfiguration, EcsJson.Shared.ServiceConnectConfigurationShape),
            VolumeConfigurations = WorkloadAnswer.Document(workload.VolumeConfigurations, EcsJson.Shared.ListServiceVolumeConfigurationShape),
            VpcLatticeConfigurations = WorkloadAnswer.Document(workload.VpcLatticeConfigurations, EcsJson.Shared.ListVpcLatticeConfigurationShape),
            RolloutState = WireName<RolloutState>.Of(deployment.RolloutState),
            RolloutStateReason = deployment.RolloutStateReason,
        };
    }

    private static List<ServiceCurrentRevisionSummaryShape>? Revisions(ClusterState state, Service service)
    {
        var summaries = new List<ServiceCurrentRevisionSummaryShape>();
        foreach (var deployment in service.Deployments.Where(deployment => deployment.RevisionId is not null))
        {
            var (running, pending) = Count(state, service, deployment.Id);
            summaries.Add(new()
            {
                Arn = state.ServiceRevisionArn(service.Name, deployment.RevisionId!),
                RequestedTaskCount = Wanted(service, deployment, running, pending),
                RunningTaskCount = running,
                PendingTaskCount = pending,
            });
        }

        return summaries.Count == 0 ? null : summaries;
    }
}
