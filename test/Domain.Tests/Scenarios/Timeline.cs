using System.Globalization;
using System.Text.RegularExpressions;

namespace Berth.Domain.Tests.Scenarios;

/// <summary>
/// Facts as the user of a cluster sees them: tasks that move, lines of services' histories, deployments, rollouts. What
/// the API does not show is left out.
/// </summary>
internal static partial class Timeline
{
    /// <summary>What one fact shows, the states before and after it at hand.</summary>
    public static IEnumerable<string> Of(ClusterEvent fact, ClusterState before, ClusterState after, ScenarioNames names) =>
        Lines(fact, before, after, names).Select(names.In);

    /// <summary>A value as the API writes it: <c>InProgress</c> is IN_PROGRESS.</summary>
    public static string Wire<T>(T value)
        where T : struct, Enum => Humps().Replace(value.ToString(), "_").ToUpperInvariant();

    public static string Revision(string taskDefinitionArn) => taskDefinitionArn[(taskDefinitionArn.LastIndexOf('/') + 1)..];

    private static IEnumerable<string> Lines(ClusterEvent fact, ClusterState before, ClusterState after, ScenarioNames names) => fact switch
    {
        ClusterEvent.InstanceStatusChanged changed => [$"{changed.Id} {Wire(changed.Status)}"],
        ClusterEvent.InstanceDeregistered gone => [$"{gone.Id} INACTIVE"],
        ClusterEvent.InstanceForgotten gone => [$"{gone.Id} is no longer described"],
        ClusterEvent.TaskQueued queued => [$"{names.Of("task-", queued.Task.Id)} PROVISIONING{Made(queued.Task)}"],
        ClusterEvent.TaskPlaced placed => [$"{names.Of("task-", placed.Task.Id)} PENDING on {placed.Task.ContainerInstanceId}{Made(placed.Task)}"],
        ClusterEvent.TaskStopRequested stop => [$"{stop.Id} {Wire(after.Tasks[stop.Id].LastStatus)}: {stop.Reason} ({stop.Code})"],
        ClusterEvent.TaskAdvanced moved => [$"{moved.Id} {Wire(moved.Status)}"],
        ClusterEvent.TaskReported reported => Reported(before.Tasks[reported.Id], after.Tasks[reported.Id]),
        ClusterEvent.TaskHealthChanged health => Health(before.Tasks[health.Id], after.Tasks[health.Id], after),
        ClusterEvent.TaskProtectionChanged protection => [$"{protection.Id} is {(protection.Protection is null ? "no longer " : "")}protected"],
        ClusterEvent.TaskForgotten gone => [$"{gone.Id} is no longer described"],
        ClusterEvent.ServiceCreated created => created.Service.Deployments.Select(deployment => Named(created.Service.Name, deployment, names, "PRIMARY ")),
        ClusterEvent.DeploymentStarted started => before.Services[started.Service].Deployments.Take(1)
            .Select(former => $"{started.Service} deployment {former.Id} ACTIVE")
            .Append(Named(started.Service, started.Deployment, names, "PRIMARY ")),
        ClusterEvent.DeploymentResumed resumed => [$"{Named(resumed.Service, resumed.Deployment, names, "PRIMARY ")}: {resumed.Deployment.RolloutStateReason}"],
        ClusterEvent.DeploymentChanged changed => Deployment(changed, before.Services[changed.Service]),
        ClusterEvent.DeploymentRemoved removed => [$"{removed.Service} deployment {removed.DeploymentId} INACTIVE"],
        ClusterEvent.ServiceDeploymentChanged changed => Rollout(changed, before.Services[changed.Service], names),
        ClusterEvent.TaskSetCreated created => [Set(created.Service, created.TaskSet, names)],
        ClusterEvent.TaskSetChanged changed => before.Services[changed.Service].TaskSets.Where(set => set.Id == changed.TaskSet.Id).Select(set => Set(changed.Service, set, names))
            .Any(line => line == Set(changed.Service, changed.TaskSet, names)) ? [] : [Set(changed.Service, changed.TaskSet, names)],
        ClusterEvent.TaskSetRemoved removed => [$"{removed.Service} task set {removed.TaskSetId} is gone"],
        ClusterEvent.ServiceDesiredCountComputed computed => [$"{computed.Name} desiredCount {computed.DesiredCount}"],
        ClusterEvent.ServiceEventAdded told => [$"event: {told.Event.Message}"],
        ClusterEvent.ServiceDraining draining => [$"{draining.Name} DRAINING"],
        ClusterEvent.ServiceInactive inactive => [$"{inactive.Name} INACTIVE"],
        ClusterEvent.ServiceForgotten gone => [$"{gone.Name} is no longer described"],
        _ => [],
    };

    private static string Made(EcsTask task) => $" ({Revision(task.TaskDefinitionArn)}{(task.LaunchType == "EC2" ? "" : $", {task.LaunchType}")}{(task.CapacityProviderName is { } provider ? $", provider {provider}" : "")})";

    private static IEnumerable<string> Reported(EcsTask was, EcsTask now)
    {
        if (was.LastStatus != now.LastStatus)
        {
            yield return now.LastStatus == EcsTaskStatus.Stopped && was.StoppedReason is null
                ? $"{now.Id} STOPPED: {now.StoppedReason} ({now.StopCode})"
                : $"{now.Id} {Wire(now.LastStatus)}";
        }
    }

    private static IEnumerable<string> Health(EcsTask was, EcsTask now, ClusterState state)
    {
        var definition = state.TaskDefinitions[now.TaskDefinitionArn];
        return was.HealthIn(definition) == now.HealthIn(definition) ? [] : [$"{now.Id} healthStatus {Wire(now.HealthIn(definition))}"];
    }

    private static string Named(string service, Deployment deployment, ScenarioNames names, string status) =>
        $"{service} deployment {names.Of("ecs-svc/", deployment.Id)} {status}{Wire(deployment.RolloutState)} ({Revision(deployment.TaskDefinitionArn)})";

    private static IEnumerable<string> Deployment(ClusterEvent.DeploymentChanged changed, Service before)
    {
        var (service, now) = (changed.Service, changed.Deployment);
        var was = before.Deployments.First(deployment => deployment.Id == now.Id);
        if (was.RolloutState != now.RolloutState)
        {
            yield return $"{service} deployment {now.Id} {Wire(now.RolloutState)}: {now.RolloutStateReason}";
        }
        else if (was.FailedTasks != now.FailedTasks)
        {
            yield return $"{service} deployment {now.Id} failedTasks {now.FailedTasks}";
        }
    }

    private static IEnumerable<string> Rollout(ClusterEvent.ServiceDeploymentChanged changed, Service before, ScenarioNames names)
    {
        var now = changed.ServiceDeployment;
        var was = before.ServiceDeployments.FirstOrDefault(known => known.Id == now.Id);
        var name = $"{changed.Service} {names.Of("rollout-", $"{changed.Service}/{now.Id}")}";
        if (was?.Status != now.Status && (was is not null || now.Stage is not null))
        {
            yield return $"{name} {Wire(now.Status)}{(now.StatusReason is { } why ? $": {why}" : "")}";
        }

        if (was?.Stage != now.Stage)
        {
            yield return $"{name} {(now.Stage is { } stage ? Wire(stage) : "")}";
        }

        if (was?.ProductionPercent != now.ProductionPercent && was is not null)
        {
            yield return $"{name} wants {now.ProductionPercent.ToString(CultureInfo.InvariantCulture)}% of production traffic";
        }

        if (was?.TestPercent != now.TestPercent && was is not null)
        {
            yield return $"{name} wants {now.TestPercent.ToString(CultureInfo.InvariantCulture)}% of test traffic";
        }

        foreach (var hook in now.Hooks.Except(was?.Hooks ?? []))
        {
            yield return $"{name} {names.Of("hook-", hook.Id)} {Wire(hook.Status)} at {Wire(hook.Stage)}";
        }
    }

    private static string Set(string service, TaskSet set, ScenarioNames names) =>
        $"{service} task set {names.Of("ecs-svc/", set.Id)} {Wire(set.Status)} {(set.IsSteady ? "STEADY_STATE" : "STABILIZING")} computedDesiredCount {set.ComputedDesiredCount} ({Revision(set.Workload.TaskDefinitionArn)})";

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex Humps();
}
