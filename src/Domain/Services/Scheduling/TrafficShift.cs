namespace Berth.Domain;

/// <summary>
/// Rolls a revision out beside the one that serves and moves traffic over: all at once, in steps, or a small part first.
/// The wish for traffic is state (<see cref="ServiceDeployment.ProductionPercent"/>); whoever sets the load balancer's
/// rules reports back, and only then does the rollout go on. Source: developer guide, "Amazon ECS blue/green deployments".
/// </summary>
internal static class TrafficShift
{
    private const int UsualTimeoutMinutes = 1440;

    /// <summary>When time itself moves a rollout on; null when something else has to happen first.</summary>
    public static DateTimeOffset? NextLook(ServiceDeployment rollout)
    {
        var hook = rollout.Hooks.Where(entry => entry.Status == LifecycleHookStatus.AwaitingAction).Min(entry => entry.ExpiresAt);
        return hook ?? rollout.Stage switch
        {
            LifecycleStage.BakeTime => rollout.StageStartedAt + TimeSpan.FromMinutes(rollout.Configuration.BakeMinutes),
            LifecycleStage.ProductionTrafficShift when rollout.Rollback is null => rollout.StageStartedAt + StepBake(rollout),
            _ => null,
        };
    }

    /// <summary>One look at a service whose rollout shifts traffic.</summary>
    public static bool Reconcile(ClusterAggregate cluster, Service service, DecisionContext context)
    {
        var rollout = service.Rollout!;
        var primary = service.Primary!;
        var goesBack = rollout.Rollback is not null;
        var served = goesBack ? null : service.Deployments.Skip(1).FirstOrDefault(entry => entry.RolloutState == RolloutState.Completed);

        // The revision with the traffic stays in full until the other has it, and the new one stands from SCALE_UP on.
        var changed = false;
        var leaving = false;
        var steady = false;
        foreach (var deployment in service.Deployments)
        {
            var isPrimary = deployment.Id == primary.Id;
            var stands = isPrimary ? goesBack || rollout.Stage > LifecycleStage.PreScaleUp
                : goesBack ? rollout.Stage < LifecycleStage.CleanUp && deployment.Id == rollout.DeploymentId
                : deployment == served && rollout.Stage < LifecycleStage.CleanUp;
            var cohort = Cohort.OfPart(
                cluster, service, deployment.Id, service.WorkloadOf(deployment), service.Name, stands ? service.Settings.DesiredCount : 0,
                new(), mayStart: stands && deployment.RolloutState != RolloutState.Failed, context.Now);
            changed |= CircuitBreaker.Reset(cluster, cohort, context);
            var (started, blocked) = ServiceScheduler.StartMissing(cluster, cohort, context);
            changed |= started;

            // A part that has failed is not scaled in while it still has traffic.
            if (!stands || deployment.RolloutState != RolloutState.Failed)
            {
                changed |= ServiceScheduler.StopSurplus(cluster, cohort, context)
                    || ServiceScheduler.Stop(cluster, cohort, ReplicaRules.Replaced(cohort, blocked), context);
            }

            steady |= isPrimary && ReplicaRules.IsSteady(cohort);
            if (!isPrimary && !stands && cohort.Total == 0)
            {
                cluster.Record(new ClusterEvent.DeploymentRemoved(service.Name, deployment.Id));
                changed = true;
            }

            leaving |= !isPrimary && cohort.Total > 0;
        }

        if (changed)
        {
            return true;
        }

        if (cluster.State.Services[service.Name] is not { Rollout: { } current } || current != rollout)
        {
            return true;
        }

        if (Unanswered(rollout, context) is { } failure)
        {
            Rollback.Fail(cluster, service.Name, failure, context);
            return true;
        }

        if (Next(rollout, HasTestRule(service), steady, leaving, context) is { } next)
        {
            cluster.Record(new ClusterEvent.ServiceDeploymentChanged(service.Name, next with { UpdatedAt = context.Now }));
            return true;
        }

        if (rollout.Stage == LifecycleStage.CleanUp && !leaving && steady && service.Deployments.Length == 1)
        {
            DeploymentClosing.Complete(cluster, service, primary, context);
            DeploymentClosing.TellSteady(cluster, service.Name, context);
            return true;
        }

        return false;
    }

    /// <summary>The rollout one step on; null while it has to wait.</summary>
    public static ServiceDeployment? Next(ServiceDeployment rollout, bool hasTestRule, bool steady, bool leaving, DecisionContext context)
    {
        if (rollout.Rollback is not null)
        {
            return rollout.Stage < LifecycleStage.CleanUp && rollout.RoutedProductionPercent == 0 && rollout.RoutedTestPercent == 0
                ? Enter(rollout, LifecycleStage.CleanUp, context)
                : null;
        }

        if (rollout.Hooks.Any(hook => IsOverdue(hook, context.Now)))
        {
            return rollout with { Hooks = [.. rollout.Hooks.Select(hook => IsOverdue(hook, context.Now) ? hook with { Status = LifecycleHookStatus.TimedOut } : hook)] };
        }

        if (AskedFor(rollout, context) is { } asked)
        {
            return asked;
        }

        if (!AllAnswered(rollout))
        {
            return null;
        }

        switch (rollout.Stage)
        {
            case LifecycleStage.ReconcileService:
                return Enter(rollout, LifecycleStage.PreScaleUp, context);
            case LifecycleStage.PreScaleUp:
                return Enter(rollout, LifecycleStage.ScaleUp, context);
            case LifecycleStage.ScaleUp:
                return steady ? Enter(rollout, LifecycleStage.PostScaleUp, context) : null;
            case LifecycleStage.PostScaleUp:
                return Enter(rollout, LifecycleStage.TestTrafficShift, context) with { TestPercent = hasTestRule ? 100 : 0 };
            case LifecycleStage.TestTrafficShift:
                return rollout.RoutedTestPercent >= rollout.TestPercent ? Enter(rollout, LifecycleStage.PostTestTrafficShift, context) : null;
            case LifecycleStage.PostTestTrafficShift:
                return Enter(rollout, LifecycleStage.PreProductionTrafficShift, context);
            case LifecycleStage.PreProductionTrafficShift:
                return Enter(rollout, LifecycleStage.ProductionTrafficShift, context) with { ProductionPercent = NextPercent(rollout), Steps = rollout.Steps + 1 };
            case LifecycleStage.ProductionTrafficShift:
                return rollout.RoutedProductionPercent < rollout.ProductionPercent || !steady ? null
                    : rollout.ProductionPercent >= 100 ? Enter(rollout, LifecycleStage.PostProductionTrafficShift, context)
                    : rollout.StageStartedAt + StepBake(rollout) <= context.Now ? Enter(rollout, LifecycleStage.PreProductionTrafficShift, context)
                    : null;
            case LifecycleStage.PostProductionTrafficShift:
                return Enter(rollout, LifecycleStage.BakeTime, context);
            case LifecycleStage.BakeTime:
                return rollout.StageStartedAt + TimeSpan.FromMinutes(rollout.Configuration.BakeMinutes) <= context.Now
                    ? Enter(rollout, LifecycleStage.CleanUp, context)
                    : null;
            default:
                return null;
        }
    }

    /// <summary>The share of production traffic after the next step.</summary>
    public static double NextPercent(ServiceDeployment rollout) => rollout.Configuration switch
    {
        { Strategy: DeploymentStrategy.Linear, Linear: { } linear } => Math.Min(100, Math.Round(rollout.ProductionPercent + linear.StepPercent, 1)),
        { Strategy: DeploymentStrategy.Canary, Canary: { } canary } when rollout.ProductionPercent == 0 => canary.CanaryPercent,
        _ => 100,
    };

    private static TimeSpan StepBake(ServiceDeployment rollout) => TimeSpan.FromMinutes(rollout.Configuration switch
    {
        _ when rollout.ProductionPercent >= 100 => 0,
        { Strategy: DeploymentStrategy.Linear, Linear: { } linear } => linear.StepBakeMinutes,
        { Strategy: DeploymentStrategy.Canary, Canary: { } canary } => canary.CanaryBakeMinutes,
        _ => 0,
    });

    private static ServiceDeployment Enter(ServiceDeployment rollout, LifecycleStage stage, DecisionContext context) =>
        rollout with { Stage = stage, StageStartedAt = context.Now };

    private static bool HasTestRule(Service service) => service.Settings.LoadBalancers.Any(balancer => balancer.Advanced?.TestListenerRule is not null);

    /// <summary>The rollout with the hooks of its stage asked; null when they have been.</summary>
    private static ServiceDeployment? AskedFor(ServiceDeployment rollout, DecisionContext context)
    {
        var asked = rollout.Hooks.ToBuilder();
        for (var at = 0; at < rollout.Configuration.LifecycleHooks.Length; at++)
        {
            var hook = rollout.Configuration.LifecycleHooks[at];
            if (rollout.Stage is { } stage && hook.Stages.Contains(stage) && !rollout.Hooks.Any(known => IsOf(known, rollout) && known.Hook == at))
            {
                asked.Add(new LifecycleHookDetail
                {
                    Id = $"ecs-pause-{IdOf(context)}",
                    Hook = at,
                    Stage = stage,
                    Step = rollout.Steps,
                    TargetType = hook.TargetType,
                    TargetArn = hook.HookTargetArn,
                    Status = hook.TargetType == LifecycleHookTargetType.Pause ? LifecycleHookStatus.AwaitingAction : LifecycleHookStatus.InProgress,
                    ExpiresAt = context.Now + TimeSpan.FromMinutes(hook.TimeoutInMinutes ?? UsualTimeoutMinutes),
                    TimeoutAction = hook.TimeoutAction,
                });
            }
        }

        return asked.Count > rollout.Hooks.Length ? rollout with { Hooks = asked.ToImmutable() } : null;
    }

    private static string IdOf(DecisionContext context) =>
        System.Buffers.Text.Base64Url.EncodeToString(Convert.FromHexString(context.Ids.NextHexId() + context.Ids.NextHexId()));

    private static bool IsOf(LifecycleHookDetail hook, ServiceDeployment rollout) => hook.Stage == rollout.Stage && hook.Step == rollout.Steps;

    private static bool AllAnswered(ServiceDeployment rollout) => rollout.Hooks.All(hook =>
        !IsOf(hook, rollout) || hook.Status is LifecycleHookStatus.Succeeded or LifecycleHookStatus.TimedOut);

    private static bool IsOverdue(LifecycleHookDetail hook, DateTimeOffset now) =>
        hook.Status is LifecycleHookStatus.AwaitingAction or LifecycleHookStatus.InProgress
        && hook.ExpiresAt <= now
        && hook.TimeoutAction == LifecycleHookAction.Continue;

    /// <summary>Why the rollout has to go back: a hook said so, or nobody answered one that wants an answer.</summary>
    private static RolloutFailure? Unanswered(ServiceDeployment rollout, DecisionContext context) =>
        rollout.Rollback is null
        && rollout.Hooks.Any(hook => hook.Status == LifecycleHookStatus.Failed
            || (hook.Status is LifecycleHookStatus.AwaitingAction or LifecycleHookStatus.InProgress && hook.ExpiresAt <= context.Now && hook.TimeoutAction == LifecycleHookAction.Rollback))
            ? new("Service deployment failed at a lifecycle hook.", "a lifecycle hook failed", "ECS deployment lifecycle hook", GoesBack: true)
            : null;
}
