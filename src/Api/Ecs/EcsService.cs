using Berth.Engine;
using Berth.Domain;
using Berth.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Berth.Api;

/// <summary>Amazon ECS as the front door serves it.</summary>
public static class EcsService
{
    /// <summary>
    /// Adds the ECS API, with ECS's own quotas unless others are registered. Needs the stream directories of accounts, clusters and load balancing, and the journal.
    /// </summary>
    public static IServiceCollection AddEcs(this IServiceCollection services)
    {
        services.AddSingleton<AccountStreams>();
        services.AddSingleton<ClusterStreams>();
        services.TryAddSingleton(EcsQuotas.Default);
        services.AddSingleton<ClusterCapacity>();
        services.AddSingleton<TaskDefinitionLookup>();
        services.AddSingleton<TaskNetworks>();
        services.AddSingleton<TaskLaunches>();
        services.AddSingleton<ServiceLoadBalancers>();
        services.AddSingleton<ResourceTags>();
        services.AddSingleton<PlacementEndpoints>();
        services.AddSingleton<AlarmsEndpoint>();
        services.AddSingleton<InstanceStatuses>();
        services.AddSingleton<IAccountReset, EcsReset>();
        services.AddHostedService<TaskDefinitionUpkeep>();
        services.TryAddSingleton(new ExecOptions());
        services.AddSingleton<ExecSessions>();
        services.AddSingleton<ExecControlChannels>();
        services.AddSingleton(Create);
        return services;
    }

    private static AwsService Create(IServiceProvider provider)
    {
        var json = EcsJson.Shared;
        return new AwsService { SigningName = "ecs", Target = "AmazonEC2ContainerServiceV20141113", Protocol = AwsProtocol.Json11, Rates = EcsRates.ByOperation }
            .Add(nameof(CreateCluster), () => json.CreateClusterRequest, () => json.CreateClusterResponse, () => Make<CreateCluster>(provider))
            .Add(nameof(DeleteCluster), () => json.DeleteClusterRequest, () => json.DeleteClusterResponse, () => Make<DeleteCluster>(provider))
            .Add(nameof(DescribeClusters), () => json.DescribeClustersRequest, () => json.DescribeClustersResponse, () => Make<DescribeClusters>(provider))
            .Add(nameof(ListClusters), () => json.ListClustersRequest, () => json.ListClustersResponse, () => Make<ListClusters>(provider))
            .Add(nameof(UpdateCluster), () => json.UpdateClusterRequest, () => json.UpdateClusterResponse, () => Make<UpdateCluster>(provider))
            .Add(nameof(UpdateClusterSettings), () => json.UpdateClusterSettingsRequest, () => json.UpdateClusterSettingsResponse, () => Make<UpdateClusterSettings>(provider))
            .Add(nameof(PutClusterCapacityProviders), () => json.PutClusterCapacityProvidersRequest, () => json.PutClusterCapacityProvidersResponse, () => Make<PutClusterCapacityProviders>(provider))
            .Add(nameof(CreateCapacityProvider), () => json.CreateCapacityProviderRequest, () => json.CreateCapacityProviderResponse, () => Make<CreateCapacityProvider>(provider))
            .Add(nameof(DeleteCapacityProvider), () => json.DeleteCapacityProviderRequest, () => json.DeleteCapacityProviderResponse, () => Make<DeleteCapacityProvider>(provider))
            .Add(nameof(DescribeCapacityProviders), () => json.DescribeCapacityProvidersRequest, () => json.DescribeCapacityProvidersResponse, () => Make<DescribeCapacityProviders>(provider))
            .Add(nameof(UpdateCapacityProvider), () => json.UpdateCapacityProviderRequest, () => json.UpdateCapacityProviderResponse, () => Make<UpdateCapacityProvider>(provider))
            .Add(nameof(DeleteTaskDefinitions), () => json.DeleteTaskDefinitionsRequest, () => json.DeleteTaskDefinitionsResponse, () => Make<DeleteTaskDefinitions>(provider))
            .Add(nameof(DeregisterTaskDefinition), () => json.DeregisterTaskDefinitionRequest, () => json.DeregisterTaskDefinitionResponse, () => Make<DeregisterTaskDefinition>(provider))
            .Add(nameof(DescribeTaskDefinition), () => json.DescribeTaskDefinitionRequest, () => json.DescribeTaskDefinitionResponse, () => Make<DescribeTaskDefinition>(provider))
            .Add(nameof(ListTaskDefinitionFamilies), () => json.ListTaskDefinitionFamiliesRequest, () => json.ListTaskDefinitionFamiliesResponse, () => Make<ListTaskDefinitionFamilies>(provider))
            .Add(nameof(ListTaskDefinitions), () => json.ListTaskDefinitionsRequest, () => json.ListTaskDefinitionsResponse, () => Make<ListTaskDefinitions>(provider))
            .Add(nameof(RegisterTaskDefinition), () => json.RegisterTaskDefinitionRequest, () => json.RegisterTaskDefinitionResponse, () => Make<RegisterTaskDefinition>(provider))
            .Add(nameof(DeregisterContainerInstance), () => json.DeregisterContainerInstanceRequest, () => json.DeregisterContainerInstanceResponse, () => Make<DeregisterContainerInstance>(provider))
            .Add(nameof(DescribeContainerInstances), () => json.DescribeContainerInstancesRequest, () => json.DescribeContainerInstancesResponse, () => Make<DescribeContainerInstances>(provider))
            .Add(nameof(DiscoverPollEndpoint), () => json.DiscoverPollEndpointRequest, () => json.DiscoverPollEndpointResponse, () => Make<DiscoverPollEndpoint>(provider))
            .Add(nameof(ListContainerInstances), () => json.ListContainerInstancesRequest, () => json.ListContainerInstancesResponse, () => Make<ListContainerInstances>(provider))
            .Add(nameof(RegisterContainerInstance), () => json.RegisterContainerInstanceRequest, () => json.RegisterContainerInstanceResponse, () => Make<RegisterContainerInstance>(provider))
            .Add(nameof(UpdateContainerInstancesState), () => json.UpdateContainerInstancesStateRequest, () => json.UpdateContainerInstancesStateResponse, () => Make<UpdateContainerInstancesState>(provider))
            .Add(nameof(UpdateContainerAgent), () => json.UpdateContainerAgentRequest, () => json.UpdateContainerAgentResponse, () => Make<UpdateContainerAgent>(provider))
            .Add(nameof(DeleteAttributes), () => json.DeleteAttributesRequest, () => json.DeleteAttributesResponse, () => Make<DeleteAttributes>(provider))
            .Add(nameof(ListAttributes), () => json.ListAttributesRequest, () => json.ListAttributesResponse, () => Make<ListAttributes>(provider))
            .Add(nameof(PutAttributes), () => json.PutAttributesRequest, () => json.PutAttributesResponse, () => Make<PutAttributes>(provider))
            .Add(nameof(DescribeTasks), () => json.DescribeTasksRequest, () => json.DescribeTasksResponse, () => Make<DescribeTasks>(provider))
            .Add(nameof(ListTasks), () => json.ListTasksRequest, () => json.ListTasksResponse, () => Make<ListTasks>(provider))
            .Add(nameof(RunTask), () => json.RunTaskRequest, () => json.RunTaskResponse, () => Make<RunTask>(provider))
            .Add(nameof(StartTask), () => json.StartTaskRequest, () => json.StartTaskResponse, () => Make<StartTask>(provider))
            .Add(nameof(StopTask), () => json.StopTaskRequest, () => json.StopTaskResponse, () => Make<StopTask>(provider))
            .Add(nameof(ExecuteCommand), () => json.ExecuteCommandRequest, () => json.ExecuteCommandResponse, () => Make<ExecuteCommand>(provider))
            .Add(nameof(GetTaskProtection), () => json.GetTaskProtectionRequest, () => json.GetTaskProtectionResponse, () => Make<GetTaskProtection>(provider))
            .Add(nameof(UpdateTaskProtection), () => json.UpdateTaskProtectionRequest, () => json.UpdateTaskProtectionResponse, () => Make<UpdateTaskProtection>(provider))
            .Add(nameof(SubmitAttachmentStateChanges), () => json.SubmitAttachmentStateChangesRequest, () => json.SubmitAttachmentStateChangesResponse, () => Make<SubmitAttachmentStateChanges>(provider))
            .Add(nameof(SubmitContainerStateChange), () => json.SubmitContainerStateChangeRequest, () => json.SubmitContainerStateChangeResponse, () => Make<SubmitContainerStateChange>(provider))
            .Add(nameof(SubmitTaskStateChange), () => json.SubmitTaskStateChangeRequest, () => json.SubmitTaskStateChangeResponse, () => Make<SubmitTaskStateChange>(provider))
            .Add(nameof(CreateService), () => json.CreateServiceRequest, () => json.CreateServiceResponse, () => Make<CreateService>(provider))
            .Add(nameof(DeleteService), () => json.DeleteServiceRequest, () => json.DeleteServiceResponse, () => Make<DeleteService>(provider))
            .Add(nameof(DescribeServices), () => json.DescribeServicesRequest, () => json.DescribeServicesResponse, () => Make<DescribeServices>(provider))
            .Add(nameof(ListServices), () => json.ListServicesRequest, () => json.ListServicesResponse, () => Make<ListServices>(provider))
            .Add(nameof(UpdateService), () => json.UpdateServiceRequest, () => json.UpdateServiceResponse, () => Make<UpdateService>(provider))
            .Add(nameof(CreateTaskSet), () => json.CreateTaskSetRequest, () => json.CreateTaskSetResponse, () => Make<CreateTaskSet>(provider))
            .Add(nameof(DeleteTaskSet), () => json.DeleteTaskSetRequest, () => json.DeleteTaskSetResponse, () => Make<DeleteTaskSet>(provider))
            .Add(nameof(DescribeTaskSets), () => json.DescribeTaskSetsRequest, () => json.DescribeTaskSetsResponse, () => Make<DescribeTaskSets>(provider))
            .Add(nameof(UpdateServicePrimaryTaskSet), () => json.UpdateServicePrimaryTaskSetRequest, () => json.UpdateServicePrimaryTaskSetResponse, () => Make<UpdateServicePrimaryTaskSet>(provider))
            .Add(nameof(UpdateTaskSet), () => json.UpdateTaskSetRequest, () => json.UpdateTaskSetResponse, () => Make<UpdateTaskSet>(provider))
            .Add(nameof(ContinueServiceDeployment), () => json.ContinueServiceDeploymentRequest, () => json.ContinueServiceDeploymentResponse, () => Make<ContinueServiceDeployment>(provider))
            .Add(nameof(DescribeServiceDeployments), () => json.DescribeServiceDeploymentsRequest, () => json.DescribeServiceDeploymentsResponse, () => Make<DescribeServiceDeployments>(provider))
            .Add(nameof(DescribeServiceRevisions), () => json.DescribeServiceRevisionsRequest, () => json.DescribeServiceRevisionsResponse, () => Make<DescribeServiceRevisions>(provider))
            .Add(nameof(ListServiceDeployments), () => json.ListServiceDeploymentsRequest, () => json.ListServiceDeploymentsResponse, () => Make<ListServiceDeployments>(provider))
            .Add(nameof(StopServiceDeployment), () => json.StopServiceDeploymentRequest, () => json.StopServiceDeploymentResponse, () => Make<StopServiceDeployment>(provider))
            .Add(nameof(ListServicesByNamespace), () => json.ListServicesByNamespaceRequest, () => json.ListServicesByNamespaceResponse, () => Make<ListServicesByNamespace>(provider))
            .Add(nameof(CreateDaemon), () => json.CreateDaemonRequest, () => json.CreateDaemonResponse, () => Make<CreateDaemon>(provider))
            .Add(nameof(DeleteDaemon), () => json.DeleteDaemonRequest, () => json.DeleteDaemonResponse, () => Make<DeleteDaemon>(provider))
            .Add(nameof(DescribeDaemon), () => json.DescribeDaemonRequest, () => json.DescribeDaemonResponse, () => Make<DescribeDaemon>(provider))
            .Add(nameof(DescribeDaemonDeployments), () => json.DescribeDaemonDeploymentsRequest, () => json.DescribeDaemonDeploymentsResponse, () => Make<DescribeDaemonDeployments>(provider))
            .Add(nameof(DescribeDaemonRevisions), () => json.DescribeDaemonRevisionsRequest, () => json.DescribeDaemonRevisionsResponse, () => Make<DescribeDaemonRevisions>(provider))
            .Add(nameof(ListDaemonDeployments), () => json.ListDaemonDeploymentsRequest, () => json.ListDaemonDeploymentsResponse, () => Make<ListDaemonDeployments>(provider))
            .Add(nameof(ListDaemons), () => json.ListDaemonsRequest, () => json.ListDaemonsResponse, () => Make<ListDaemons>(provider))
            .Add(nameof(UpdateDaemon), () => json.UpdateDaemonRequest, () => json.UpdateDaemonResponse, () => Make<UpdateDaemon>(provider))
            .Add(nameof(DeleteDaemonTaskDefinition), () => json.DeleteDaemonTaskDefinitionRequest, () => json.DeleteDaemonTaskDefinitionResponse, () => Make<DeleteDaemonTaskDefinition>(provider))
            .Add(nameof(DescribeDaemonTaskDefinition), () => json.DescribeDaemonTaskDefinitionRequest, () => json.DescribeDaemonTaskDefinitionResponse, () => Make<DescribeDaemonTaskDefinition>(provider))
            .Add(nameof(ListDaemonTaskDefinitions), () => json.ListDaemonTaskDefinitionsRequest, () => json.ListDaemonTaskDefinitionsResponse, () => Make<ListDaemonTaskDefinitions>(provider))
            .Add(nameof(RegisterDaemonTaskDefinition), () => json.RegisterDaemonTaskDefinitionRequest, () => json.RegisterDaemonTaskDefinitionResponse, () => Make<RegisterDaemonTaskDefinition>(provider))
            .Add(nameof(CreateExpressGatewayService), () => json.CreateExpressGatewayServiceRequest, () => json.CreateExpressGatewayServiceResponse, () => Make<CreateExpressGatewayService>(provider))
            .Add(nameof(DeleteExpressGatewayService), () => json.DeleteExpressGatewayServiceRequest, () => json.DeleteExpressGatewayServiceResponse, () => Make<DeleteExpressGatewayService>(provider))
            .Add(nameof(DescribeExpressGatewayService), () => json.DescribeExpressGatewayServiceRequest, () => json.DescribeExpressGatewayServiceResponse, () => Make<DescribeExpressGatewayService>(provider))
            .Add(nameof(UpdateExpressGatewayService), () => json.UpdateExpressGatewayServiceRequest, () => json.UpdateExpressGatewayServiceResponse, () => Make<UpdateExpressGatewayService>(provider))
            .Add(nameof(ListTagsForResource), () => json.ListTagsForResourceRequest, () => json.ListTagsForResourceResponse, () => Make<ListTagsForResource>(provider))
            .Add(nameof(TagResource), () => json.TagResourceRequest, () => json.TagResourceResponse, () => Make<TagResource>(provider))
            .Add(nameof(UntagResource), () => json.UntagResourceRequest, () => json.UntagResourceResponse, () => Make<UntagResource>(provider))
            .Add(nameof(DeleteAccountSetting), () => json.DeleteAccountSettingRequest, () => json.DeleteAccountSettingResponse, () => Make<DeleteAccountSetting>(provider))
            .Add(nameof(ListAccountSettings), () => json.ListAccountSettingsRequest, () => json.ListAccountSettingsResponse, () => Make<ListAccountSettings>(provider))
            .Add(nameof(PutAccountSetting), () => json.PutAccountSettingRequest, () => json.PutAccountSettingResponse, () => Make<PutAccountSetting>(provider))
            .Add(nameof(PutAccountSettingDefault), () => json.PutAccountSettingDefaultRequest, () => json.PutAccountSettingDefaultResponse, () => Make<PutAccountSettingDefault>(provider));
    }

    private static T Make<T>(IServiceProvider provider) => ActivatorUtilities.CreateInstance<T>(provider);
}
