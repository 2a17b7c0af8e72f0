using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Stops a rollout that is under way. Answers the service.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="ServiceDeploymentId">The rollout.</param>
/// <param name="GoesBack">Whether the last completed deployment comes back; otherwise all stays as it is, and nothing more is started.</param>
public sealed record StopServiceDeploymentCommand(string Service, string ServiceDeploymentId, bool GoesBack) : Command<ClusterAggregate, Service>
{
    /// <inheritdoc/>
    public override Service Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        var (service, rollout) = ServiceDeploymentRules.Find(aggregate, Service, ServiceDeploymentId);
        if (rollout is { IsOpen: true, Rollback: not null } && GoesBack)
        {
            return service;    // On the way back already.
        }

        if (!rollout.IsOpen || service.Status != ServiceStatus.Active)
        {
            throw new RefusedException("ConflictException", $"The service deployment is {ServiceDeploymentRules.NameOf(rollout.Status)} and can't be stopped.");
        }

        if (!GoesBack && rollout.Stage is not null)
        {
            throw RefusedException.InvalidParameter("A service deployment that shifts traffic can only be stopped by a rollback.");
        }

        if (GoesBack && Rollback.TargetOf(service) is null)
        {
            throw new RefusedException("ConflictException", "The service deployment can't be rolled back because the service has no completed deployment to roll back to.");
        }

        Rollback.Fail(aggregate, service.Name, new(
            "Service deployment stopped by user.", "stopped by user", "ECS deployment stopped by user", GoesBack), context);
        return aggregate.State.Services[service.Name];
    }
}

/// <summary>Answers a pause hook.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="ServiceDeploymentId">The rollout.</param>
/// <param name="HookId">The hook, as the rollout's hook details name it.</param>
/// <param name="Action">On or back.</param>
public sealed record ContinueServiceDeploymentCommand(string Service, string ServiceDeploymentId, string HookId, LifecycleHookAction Action) : Command<ClusterAggregate, Service>
{
    /// <inheritdoc/>
    public override Service Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        var (service, rollout) = ServiceDeploymentRules.Find(aggregate, Service, ServiceDeploymentId);
        var at = rollout.Hooks.ToList().FindIndex(hook => hook.Id == HookId);
        if (at < 0)
        {
            throw RefusedException.InvalidParameter("The specified hook was not found in the service deployment.");
        }

        var wanted = Action == LifecycleHookAction.Continue ? LifecycleHookStatus.Succeeded : LifecycleHookStatus.Failed;
        if (rollout.Hooks[at].Status == wanted)
        {
            return service;
        }

        if (!rollout.IsOpen || rollout.Hooks[at].Status != LifecycleHookStatus.AwaitingAction)
        {
            throw RefusedException.InvalidParameter("The specified hook is not awaiting an action.");
        }

        aggregate.Record(new ClusterEvent.ServiceDeploymentChanged(service.Name, rollout with
        {
            Hooks = rollout.Hooks.SetItem(at, rollout.Hooks[at] with { Status = wanted }),
            UpdatedAt = context.Now,
        }));
        return aggregate.State.Services[service.Name];
    }
}

/// <summary>An alarm that watches a rollout went off: the rollout fails, and goes back where that was asked for.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="AlarmNames">The alarms in state ALARM.</param>
public sealed record ReportDeploymentAlarmsCommand(string Service, ImmutableArray<string> AlarmNames) : Command<ClusterAggregate, bool>
{
    /// <summary>True when it failed a rollout.</summary>
    public override bool Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        if (aggregate.State.Services.GetValueOrDefault(Service) is not { Status: ServiceStatus.Active, Rollout: { Rollback: null, Alarms: RollbackMonitorStatus.Monitoring } rollout } service
            || service.Settings.DeploymentConfiguration.Alarms is not { Enable: true } alarms)
        {
            return false;
        }

        var triggered = AlarmNames.Intersect(alarms.AlarmNames, StringComparer.Ordinal).ToImmutableArray();
        if (triggered.IsEmpty)
        {
            return false;
        }

        aggregate.Record(new ClusterEvent.ServiceDeploymentChanged(Service, rollout with
        {
            Alarms = RollbackMonitorStatus.Triggered,
            TriggeredAlarms = triggered,
            UpdatedAt = context.Now,
        }));
        Rollback.Fail(aggregate, Service, new("ECS deployment failed: alarm detected.", "alarm detected", "ECS deployment alarm", alarms.Rollback), context);
        return true;
    }
}

/// <summary>The load balancer was told to give a rollout's target revision these shares.</summary>
public sealed record ReportTrafficCommand(string Service, string ServiceDeploymentId, double ProductionPercent, double TestPercent) : Command<ClusterAggregate, bool>
{
    /// <summary>True when that is new.</summary>
    public override bool Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        if (aggregate.State.Services.GetValueOrDefault(Service)?.Rollout is not { } rollout
            || rollout.Id != ServiceDeploymentId
            || (rollout.RoutedProductionPercent == ProductionPercent && rollout.RoutedTestPercent == TestPercent))
        {
            return false;
        }

        aggregate.Record(new ClusterEvent.ServiceDeploymentChanged(Service, rollout with
        {
            RoutedProductionPercent = ProductionPercent,
            RoutedTestPercent = TestPercent,
            UpdatedAt = context.Now,
        }));
        return true;
    }
}

/// <summary>What commands on rollouts have in common.</summary>
internal static class ServiceDeploymentRules
{
    public static (Service Service, ServiceDeployment Rollout) Find(ClusterAggregate cluster, string service, string id) =>
        cluster.State.Services.TryGetValue(service, out var known) && known.ServiceDeployments.FirstOrDefault(rollout => rollout.Id == id) is { } rollout
            ? (known, rollout)
            : throw new RefusedException("ServiceDeploymentNotFoundException", "The service deployment was not found.");

    public static string NameOf(ServiceDeploymentStatus status) => status switch
    {
        ServiceDeploymentStatus.Pending => "PENDING",
        ServiceDeploymentStatus.InProgress => "IN_PROGRESS",
        ServiceDeploymentStatus.Successful => "SUCCESSFUL",
        ServiceDeploymentStatus.StopRequested => "STOP_REQUESTED",
        ServiceDeploymentStatus.Stopped => "STOPPED",
        ServiceDeploymentStatus.RollbackRequested => "ROLLBACK_REQUESTED",
        ServiceDeploymentStatus.RollbackInProgress => "ROLLBACK_IN_PROGRESS",
        ServiceDeploymentStatus.RollbackSuccessful => "ROLLBACK_SUCCESSFUL",
        ServiceDeploymentStatus.RollbackFailed => "ROLLBACK_FAILED",
    };
}
