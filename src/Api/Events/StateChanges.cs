using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Berth.Domain;
using Berth.Engine;

namespace Berth.Api;

/// <summary>What ECS tells EventBridge of one fact. A function of the fact, its place in the journal and the state around it.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_cwe_events.html</remarks>
internal static class StateChanges
{
    private const string Info = "INFO", Error = "ERROR";

    /// <summary>The events of one fact, in order; mostly none.</summary>
    /// <param name="stream">The cluster's stream.</param>
    /// <param name="seq">The fact's sequence number.</param>
    /// <param name="at">When it was decided.</param>
    /// <param name="fact">The fact.</param>
    /// <param name="before">The state before it.</param>
    /// <param name="after">The state after it.</param>
    public static List<StateChangeEvent> Of(StreamId stream, long seq, DateTimeOffset at, ClusterEvent fact, ClusterState before, ClusterState after)
    {
        var events = new List<StateChangeEvent>();

        void Add(string type, string resourceArn, JsonObject detail) => events.Add(new()
        {
            Id = IdOf(stream, seq, at, events.Count),
            DetailType = type,
            Account = stream.Account,
            Time = at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            Region = stream.Region,
            Resources = [resourceArn],
            Detail = detail,
        });

        void AddTask(string id)
        {
            // A task of a reset account is nobody's any more.
            if (after.Tasks.TryGetValue(id, out var task) && !task.Discarded)
            {
                Add("ECS Task State Change", after.TaskArn(id), Detail(after, task, at));
            }
        }

        void AddInstance(string id)
        {
            if (after.ContainerInstances.TryGetValue(id, out var instance))
            {
                Add("ECS Container Instance State Change", after.ContainerInstanceArn(id), Detail(after, instance, at));
            }
        }

        void AddAction(string service, ServiceActionDetail detail) =>
            Add("ECS Service Action", after.ServiceArn(service), StateChangeJson.Tree(detail, StateChangeJson.Shared.ServiceActionDetail));

        void AddDeployment(string service, Deployment deployment) =>
            Add("ECS Deployment State Change", after.ServiceArn(service), StateChangeJson.Tree(Detail(deployment), StateChangeJson.Shared.DeploymentDetail));

        void AddDesiredCount(string service)
        {
            if (before.Services.TryGetValue(service, out var was) && after.Services.TryGetValue(service, out var now)
                && was.Settings.DesiredCount != now.Settings.DesiredCount)
            {
                AddAction(service, new()
                {
                    EventType = Info,
                    EventName = "SERVICE_DESIRED_COUNT_UPDATED",
                    ClusterArn = after.Arn,
                    CreatedAt = at,
                    DesiredCount = now.Settings.DesiredCount,
                });
            }
        }

        switch (fact)
        {
            case ClusterEvent.TaskQueued queued:
                AddTask(queued.Task.Id);
                break;
            case ClusterEvent.TaskPlaced placed:
                AddTask(placed.Task.Id);
                AddInstance(placed.Task.ContainerInstanceId);
                break;
            case ClusterEvent.TaskStopRequested stop:
                AddTask(stop.Id);
                AddInstanceFreedBy(stop.Id);
                break;
            case ClusterEvent.TaskAdvanced advanced:
                AddTask(advanced.Id);
                AddInstanceFreedBy(advanced.Id);
                break;
            case ClusterEvent.TaskAttached attached:
                AddTask(attached.Id);
                break;
            case ClusterEvent.TaskReported report:
                AddTask(report.Id);
                AddInstanceFreedBy(report.Id);
                break;
            case ClusterEvent.InstanceRegistered registered:
                AddInstance(registered.Instance.Id);
                break;
            case ClusterEvent.InstanceReregistered again:
                AddInstance(again.Id);
                break;
            case ClusterEvent.InstanceConnected connected:
                AddInstance(connected.Id);
                break;
            case ClusterEvent.InstanceDisconnected gone:
                AddInstance(gone.Id);
                break;
            case ClusterEvent.InstanceStatusChanged changed:
                AddInstance(changed.Id);
                break;
            case ClusterEvent.InstanceDeregistered left:
                AddInstance(left.Id);
                break;
            case ClusterEvent.ServiceEventAdded { Event.Action: { } action } told:
                AddAction(told.Service, Detail(after, told.Service, told.Event, action));
                break;
            case ClusterEvent.ServiceUpdated updated:
                AddDesiredCount(updated.Name);
                break;
            case ClusterEvent.ServiceDesiredCountComputed computed:
                AddDesiredCount(computed.Name);
                break;
            case ClusterEvent.ServiceCreated created:
                foreach (var deployment in created.Service.Deployments)
                {
                    AddDeployment(created.Service.Name, deployment);
                }

                break;
            case ClusterEvent.DeploymentStarted started:
                AddDeployment(started.Service, started.Deployment);
                break;
            case ClusterEvent.DeploymentResumed resumed:
                AddDeployment(resumed.Service, resumed.Deployment);
                break;
            case ClusterEvent.DeploymentChanged changed when StateOf(before, changed) != changed.Deployment.RolloutState:
                AddDeployment(changed.Service, changed.Deployment);
                break;
        }

        return events;

        void AddInstanceFreedBy(string taskId)
        {
            if (before.Tasks.TryGetValue(taskId, out var was) && was.Phase != TaskPhase.Stopped
                && after.Tasks.TryGetValue(taskId, out var now) && now.Phase == TaskPhase.Stopped)
            {
                AddInstance(now.ContainerInstanceId);
            }
        }
    }

    private static RolloutState? StateOf(ClusterState before, ClusterEvent.DeploymentChanged changed) =>
        before.Services.GetValueOrDefault(changed.Service)?.Deployments.FirstOrDefault(deployment => deployment.Id == changed.Deployment.Id)?.RolloutState;

    private static JsonObject Detail(ClusterState state, EcsTask task, DateTimeOffset at)
    {
        var shape = TaskAnswer.Of(state, task, withTags: false);
        shape.Tags = null;
        shape.HealthStatus = null;     // Health is not part of these events, and its changes send none.
        foreach (var container in shape.Containers ?? [])
        {
            container.HealthStatus = null;
        }

        return At(StateChangeJson.Tree(shape, StateChangeJson.Shared.TaskShape), at);
    }

    private static JsonObject Detail(ClusterState state, ContainerInstance instance, DateTimeOffset at)
    {
        var shape = ContainerInstanceAnswer.Of(state, instance, []);
        shape.Tags = null;
        shape.Attachments = null;
        shape.RunningTasksCount = null;
        shape.PendingTasksCount = null;
        var detail = StateChangeJson.Tree(shape, StateChangeJson.Shared.ContainerInstanceShape);
        detail["clusterArn"] = state.Arn;
        return At(detail, at);
    }

    private static ServiceActionDetail Detail(ClusterState state, string service, ServiceEvent line, ServiceAction action) => new()
    {
        EventType = action.Type switch
        {
            ServiceActionType.Info => Info,
            ServiceActionType.Warn => "WARN",
            ServiceActionType.Error => Error,
        },
        EventName = action.Name,
        ClusterArn = state.Arn,
        CreatedAt = line.CreatedAt,
        Reason = action.Reason,
        TaskArns = action.TaskIds is { } tasks ? [.. tasks.Select(state.TaskArn)] : null,
        ContainerInstanceArns = action.ContainerInstanceIds is { } instances ? [.. instances.Select(state.ContainerInstanceArn)] : null,
        TaskSetArns = action.TaskSetId is { } set ? [state.TaskSetArn(service, set)] : null,
    };

    private static DeploymentDetail Detail(Deployment deployment) => new()
    {
        EventType = deployment.RolloutState == RolloutState.Failed ? Error : Info,
        EventName = deployment.RolloutState switch
        {
            RolloutState.InProgress => "SERVICE_DEPLOYMENT_IN_PROGRESS",
            RolloutState.Completed => "SERVICE_DEPLOYMENT_COMPLETED",
            RolloutState.Failed => "SERVICE_DEPLOYMENT_FAILED",
        },
        DeploymentId = deployment.Id,
        UpdatedAt = deployment.UpdatedAt,
        Reason = deployment.RolloutStateReason,
    };

    private static JsonObject At(JsonObject detail, DateTimeOffset at)
    {
        detail["updatedAt"] = at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        return detail;
    }

    /// <summary>The moment is part of it: a stream that was deleted and begun anew counts from one again.</summary>
    private static string IdOf(StreamId stream, long seq, DateTimeOffset at, int index)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{stream.Value}\n{seq}\n{index}\n{at.UtcTicks}")), hash);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);     // A UUID of version 8: one of the maker's own.
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true).ToString();
    }
}
