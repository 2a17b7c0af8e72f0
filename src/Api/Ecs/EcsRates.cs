using System.Collections.Frozen;
using Berth.Wire;

namespace Berth.Api;

/// <summary>How often ECS lets an account call its operations. The front door multiplies the numbers.</summary>
/// <remarks>Source: API reference, "Request throttling for the Amazon ECS API".</remarks>
internal static class EcsRates
{
    private static readonly (CallRate Rate, string[] Operations)[] Classes =
    [
        (new("ClusterModify", 20, 1), ["CreateCluster", "DeleteCluster", "PutClusterCapacityProviders", "UpdateCluster", "UpdateClusterSettings"]),
        (new("ClusterRead", 50, 20), ["DescribeClusters", "ListClusters"]),
        (new("TaskDefinitionModify", 20, 1), ["DeregisterTaskDefinition", "RegisterTaskDefinition"]),
        (new("TaskDefinitionRead", 50, 20), ["DescribeTaskDefinition", "ListTaskDefinitionFamilies", "ListTaskDefinitions"]),
        (new("TaskDefinitionDelete", 5, 1), ["DeleteTaskDefinitions"]),
        (new("CapacityProviderModify", 10, 1), ["CreateCapacityProvider", "DeleteCapacityProvider", "UpdateCapacityProvider"]),
        (new("CapacityProviderRead", 50, 20), ["DescribeCapacityProviders"]),
        (new("TagModify", 20, 10), ["TagResource", "UntagResource"]),
        (new("TagRead", 50, 20), ["ListTagsForResource"]),
        (new("SettingModify", 10, 1), ["DeleteAccountSetting", "PutAccountSetting", "PutAccountSettingDefault"]),
        (new("SettingRead", 50, 20), ["ListAccountSettings"]),
        (new("ClusterResourceModify", 100, 40),
        [
            "DeleteAttributes", "DeregisterContainerInstance", "ExecuteCommand", "PutAttributes", "RunTask", "StartTask", "StopTask", "UpdateContainerAgent",
            "UpdateContainerInstancesState",
        ]),
        (new("ClusterResourceRead", 100, 20), ["DescribeContainerInstances", "DescribeTasks", "ListAttributes", "ListContainerInstances", "ListTasks"]),
        (new("Agent", 200, 120),
            ["RegisterContainerInstance", "SubmitAttachmentStateChanges", "SubmitContainerStateChange", "SubmitTaskStateChange"]),
        (new("ServiceModify", 50, 5),
        [
            "CreateService", "CreateTaskSet", "DeleteService", "DeleteTaskSet", "UpdateService", "UpdateServicePrimaryTaskSet", "UpdateTaskSet",
            "StopServiceDeployment", "ContinueServiceDeployment",
        ]),
        (new("ServiceRead", 100, 20), ["DescribeServices", "DescribeTaskSets", "ListServices"]),
        (new("ServiceDeploymentRead", 50, 20), ["DescribeServiceDeployments", "DescribeServiceRevisions", "ListServiceDeployments"]),
        (new("TaskProtection", 200, 80), ["GetTaskProtection", "UpdateTaskProtection"]),
        (new("NamespaceRead", 10, 1), ["ListServicesByNamespace"]),

        // ECS names no rates for these; they are held to those of services and of task definitions, apart from them.
        (new("DaemonModify", 50, 5), ["CreateDaemon", "DeleteDaemon", "UpdateDaemon"]),
        (new("DaemonRead", 100, 20), ["DescribeDaemon", "ListDaemons"]),
        (new("DaemonDeploymentRead", 50, 20), ["DescribeDaemonDeployments", "DescribeDaemonRevisions", "ListDaemonDeployments"]),
        (new("DaemonTaskDefinitionModify", 20, 1), ["DeleteDaemonTaskDefinition", "RegisterDaemonTaskDefinition"]),
        (new("DaemonTaskDefinitionRead", 50, 20), ["DescribeDaemonTaskDefinition", "ListDaemonTaskDefinitions"]),
        (new("ExpressGatewayModify", 50, 5), ["CreateExpressGatewayService", "DeleteExpressGatewayService", "UpdateExpressGatewayService"]),
        (new("ExpressGatewayRead", 100, 20), ["DescribeExpressGatewayService"]),
    ];

    /// <summary>The rate of each operation that has one.</summary>
    public static FrozenDictionary<string, CallRate> ByOperation { get; } = Classes
        .SelectMany(entry => entry.Operations.Select(operation => KeyValuePair.Create(operation, entry.Rate)))
        .ToFrozenDictionary(StringComparer.Ordinal);
}
