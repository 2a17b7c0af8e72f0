using System.Text.Json.Serialization;
using Berth.Domain;

namespace Berth.Journal;

/// <summary>A cluster's facts and state as JSON text.</summary>
public static class ClusterCatalog
{
    /// <summary>The catalog.</summary>
    public static EventCatalog<ClusterState, ClusterEvent> Create() => new EventCatalog<ClusterState, ClusterEvent>(new ClusterSnapshot())
        .Add("cluster.created", ClusterJson.Default.Created)
        .Add("cluster.updated", ClusterJson.Default.Updated)
        .Add("cluster.capacityProvidersChanged", ClusterJson.Default.CapacityProvidersChanged)
        .Add("cluster.deleted", ClusterJson.Default.Deleted)
        .Add("tags.changed", ClusterJson.Default.TagsChanged)
        .Add("taskDefinition.pinned", ClusterJson.Default.TaskDefinitionPinned)
        .Add("taskDefinition.unpinned", ClusterJson.Default.TaskDefinitionUnpinned)
        .Add("instance.registered", ClusterJson.Default.InstanceRegistered)
        .Add("instance.reregistered", ClusterJson.Default.InstanceReregistered)
        .Add("instance.connected", ClusterJson.Default.InstanceConnected)
        .Add("instance.disconnected", ClusterJson.Default.InstanceDisconnected)
        .Add("instance.statusChanged", ClusterJson.Default.InstanceStatusChanged)
        .Add("instance.attributesChanged", ClusterJson.Default.InstanceAttributesChanged)
        .Add("instance.deregistered", ClusterJson.Default.InstanceDeregistered)
        .Add("instance.forgotten", ClusterJson.Default.InstanceForgotten)
        .Add("task.queued", ClusterJson.Default.TaskQueued, json => new(TaskReader.ReadWrapped(json)))
        .Add("task.placed", ClusterJson.Default.TaskPlaced, json => new(TaskReader.ReadWrapped(json)))
        .Add("task.stopRequested", ClusterJson.Default.TaskStopRequested)
        .Add("task.advanced", ClusterJson.Default.TaskAdvanced)
        .Add("task.attached", ClusterJson.Default.TaskAttached)
        .Add("subnet.pinned", ClusterJson.Default.SubnetPinned)
        .Add("task.reported", ClusterJson.Default.TaskReported, TaskReader.ReadReport)
        .Add("task.healthChanged", ClusterJson.Default.TaskHealthChanged)
        .Add("task.targetChanged", ClusterJson.Default.TaskTargetChanged)
        .Add("task.protectionChanged", ClusterJson.Default.TaskProtectionChanged)
        .Add("task.healthy", ClusterJson.Default.TaskHealthy)
        .Add("task.discarded", ClusterJson.Default.TaskDiscarded)
        .Add("task.forgotten", ClusterJson.Default.TaskForgotten)
        .Add("clientToken.used", ClusterJson.Default.ClientTokenUsed)
        .Add("clientToken.forgotten", ClusterJson.Default.ClientTokenForgotten)
        .Add("service.created", ClusterJson.Default.ServiceCreated)
        .Add("service.updated", ClusterJson.Default.ServiceUpdated)
        .Add("deployment.started", ClusterJson.Default.DeploymentStarted)
        .Add("deployment.changed", ClusterJson.Default.DeploymentChanged)
        .Add("deployment.removed", ClusterJson.Default.DeploymentRemoved)
        .Add("deployment.resumed", ClusterJson.Default.DeploymentResumed)
        .Add("serviceRevision.created", ClusterJson.Default.ServiceRevisionCreated)
        .Add("serviceRevision.resolved", ClusterJson.Default.ServiceRevisionResolved)
        .Add("serviceDeployment.changed", ClusterJson.Default.ServiceDeploymentChanged)
        .Add("serviceDeployment.forgotten", ClusterJson.Default.ServiceDeploymentForgotten)
        .Add("taskSet.created", ClusterJson.Default.TaskSetCreated)
        .Add("taskSet.changed", ClusterJson.Default.TaskSetChanged)
        .Add("taskSet.removed", ClusterJson.Default.TaskSetRemoved)
        .Add("service.desiredCountComputed", ClusterJson.Default.ServiceDesiredCountComputed)
        .Add("service.rebalancingChanged", ClusterJson.Default.ServiceRebalancingChanged)
        .Add("service.eventAdded", ClusterJson.Default.ServiceEventAdded)
        .Add("service.backOffChanged", ClusterJson.Default.ServiceBackOffChanged)
        .Add("service.draining", ClusterJson.Default.ServiceDraining)
        .Add("service.inactive", ClusterJson.Default.ServiceInactive)
        .Add("service.forgotten", ClusterJson.Default.ServiceForgotten)
        .Add("daemon.created", ClusterJson.Default.DaemonCreated)
        .Add("daemon.updated", ClusterJson.Default.DaemonUpdated)
        .Add("daemon.deleted", ClusterJson.Default.DaemonDeleted)
        .Add("daemonDeployment.changed", ClusterJson.Default.DaemonDeploymentChanged)
        .Add("daemon.backOffChanged", ClusterJson.Default.DaemonBackOffChanged)
        .Add("daemonRevision.resolved", ClusterJson.Default.DaemonRevisionResolved)
        .Add("daemon.forgotten", ClusterJson.Default.DaemonForgotten);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ClusterState))]
[JsonSerializable(typeof(ClusterStatePart))]
[JsonSerializable(typeof(ClusterEvent.Created))]
[JsonSerializable(typeof(ClusterEvent.Updated))]
[JsonSerializable(typeof(ClusterEvent.CapacityProvidersChanged))]
[JsonSerializable(typeof(ClusterEvent.Deleted))]
[JsonSerializable(typeof(ClusterEvent.TagsChanged))]
[JsonSerializable(typeof(ClusterEvent.TaskDefinitionPinned))]
[JsonSerializable(typeof(ClusterEvent.TaskDefinitionUnpinned))]
[JsonSerializable(typeof(ClusterEvent.InstanceRegistered))]
[JsonSerializable(typeof(ClusterEvent.InstanceReregistered))]
[JsonSerializable(typeof(ClusterEvent.InstanceConnected))]
[JsonSerializable(typeof(ClusterEvent.InstanceDisconnected))]
[JsonSerializable(typeof(ClusterEvent.InstanceStatusChanged))]
[JsonSerializable(typeof(ClusterEvent.InstanceAttributesChanged))]
[JsonSerializable(typeof(ClusterEvent.InstanceDeregistered))]
[JsonSerializable(typeof(ClusterEvent.InstanceForgotten))]
[JsonSerializable(typeof(ClusterEvent.TaskQueued))]
[JsonSerializable(typeof(ClusterEvent.TaskPlaced))]
[JsonSerializable(typeof(ClusterEvent.TaskStopRequested))]
[JsonSerializable(typeof(ClusterEvent.TaskAdvanced))]
[JsonSerializable(typeof(ClusterEvent.TaskReported))]
[JsonSerializable(typeof(ClusterEvent.TaskAttached))]
[JsonSerializable(typeof(ClusterEvent.SubnetPinned))]
[JsonSerializable(typeof(ClusterEvent.TaskHealthChanged))]
[JsonSerializable(typeof(ClusterEvent.TaskTargetChanged))]
[JsonSerializable(typeof(ClusterEvent.TaskProtectionChanged))]
[JsonSerializable(typeof(ClusterEvent.TaskHealthy))]
[JsonSerializable(typeof(ClusterEvent.TaskDiscarded))]
[JsonSerializable(typeof(ClusterEvent.TaskForgotten))]
[JsonSerializable(typeof(ClusterEvent.ClientTokenUsed))]
[JsonSerializable(typeof(ClusterEvent.ClientTokenForgotten))]
[JsonSerializable(typeof(ClusterEvent.ServiceCreated))]
[JsonSerializable(typeof(ClusterEvent.ServiceUpdated))]
[JsonSerializable(typeof(ClusterEvent.DeploymentStarted))]
[JsonSerializable(typeof(ClusterEvent.DeploymentChanged))]
[JsonSerializable(typeof(ClusterEvent.DeploymentRemoved))]
[JsonSerializable(typeof(ClusterEvent.DeploymentResumed))]
[JsonSerializable(typeof(ClusterEvent.ServiceRevisionCreated))]
[JsonSerializable(typeof(ClusterEvent.ServiceRevisionResolved))]
[JsonSerializable(typeof(ClusterEvent.ServiceDeploymentChanged))]
[JsonSerializable(typeof(ClusterEvent.ServiceDeploymentForgotten))]
[JsonSerializable(typeof(ClusterEvent.TaskSetCreated))]
[JsonSerializable(typeof(ClusterEvent.TaskSetChanged))]
[JsonSerializable(typeof(ClusterEvent.TaskSetRemoved))]
[JsonSerializable(typeof(ClusterEvent.ServiceDesiredCountComputed))]
[JsonSerializable(typeof(ClusterEvent.ServiceRebalancingChanged))]
[JsonSerializable(typeof(ClusterEvent.ServiceEventAdded))]
[JsonSerializable(typeof(ClusterEvent.ServiceBackOffChanged))]
[JsonSerializable(typeof(ClusterEvent.ServiceDraining))]
[JsonSerializable(typeof(ClusterEvent.ServiceInactive))]
[JsonSerializable(typeof(ClusterEvent.ServiceForgotten))]
[JsonSerializable(typeof(ClusterEvent.DaemonCreated))]
[JsonSerializable(typeof(ClusterEvent.DaemonUpdated))]
[JsonSerializable(typeof(ClusterEvent.DaemonDeleted))]
[JsonSerializable(typeof(ClusterEvent.DaemonDeploymentChanged))]
[JsonSerializable(typeof(ClusterEvent.DaemonBackOffChanged))]
[JsonSerializable(typeof(ClusterEvent.DaemonRevisionResolved))]
[JsonSerializable(typeof(ClusterEvent.DaemonForgotten))]
internal sealed partial class ClusterJson : JsonSerializerContext;
