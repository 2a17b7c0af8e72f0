using Berth.Domain;

namespace Berth.Api;

/// <summary>A revision of a service as the API tells it.</summary>
internal static class ServiceRevisionAnswer
{
    public static ServiceRevisionShape Of(ClusterState state, Service service, ServiceRevision revision)
    {
        var workload = revision.Workload;
        return new()
        {
            ServiceRevisionArn = state.ServiceRevisionArn(service.Name, revision.Id),
            ServiceArn = state.ServiceArn(service.Name),
            ClusterArn = state.Arn,
            TaskDefinition = workload.TaskDefinitionArn,
            LaunchType = workload.LaunchType,
            CapacityProviderStrategy = WorkloadAnswer.CapacityProviders(workload.CapacityProviderStrategy),
            PlatformVersion = workload.PlatformVersion,
            PlatformFamily = WorkloadAnswer.PlatformFamily(workload.PlatformVersion),
            LoadBalancers = WorkloadAnswer.LoadBalancers(workload.LoadBalancers),
            ServiceRegistries = WorkloadAnswer.Registries(workload.ServiceRegistries),
            NetworkConfiguration = WorkloadAnswer.Document(workload.NetworkConfiguration, EcsJson.Shared.NetworkConfigurationShape),
            ContainerImages = [.. revision.Images.Select(image => new ContainerImageShape { ContainerName = image.ContainerName, Image = image.Image, ImageDigest = image.Digest })],
            GuardDutyEnabled = false,
            ServiceConnectConfiguration = WorkloadAnswer.Document(workload.ServiceConnectConfiguration, EcsJson.Shared.ServiceConnectConfigurationShape),
            VolumeConfigurations = WorkloadAnswer.Document(workload.VolumeConfigurations, EcsJson.Shared.ListServiceVolumeConfigurationShape),
            VpcLatticeConfigurations = WorkloadAnswer.Document(workload.VpcLatticeConfigurations, EcsJson.Shared.ListVpcLatticeConfigurationShape),
            Monitoring = WorkloadAnswer.Document(workload.Monitoring, EcsJson.Shared.MonitoringConfigurationShape),
            ResolvedConfiguration = workload.LoadBalancers.IsEmpty
                ? null
                : new()
                {
                    LoadBalancers =
                    [
                        .. workload.LoadBalancers.Select((balancer, at) => new ServiceRevisionLoadBalancerShape
                        {
                            TargetGroupArn = revision.ResolvedTargetGroups.IsEmpty ? balancer.TargetGroupArn : revision.ResolvedTargetGroups[at],
                            ProductionListenerRule = balancer.Advanced?.ProductionListenerRule,
                        }),
                    ],
                },
            CreatedAt = revision.CreatedAt,
        };
    }
}
