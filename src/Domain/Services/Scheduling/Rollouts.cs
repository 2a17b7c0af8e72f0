using System.Buffers.Text;
using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>How a rollout begins: a revision of what tasks are to be made of, a deployment that starts them, and the rollout that tells of both.</summary>
internal sealed record Rollouts(ServiceRevision Revision, Deployment Deployment, ServiceDeployment ServiceDeployment)
{
    /// <summary>A rollout of a service's settings.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="definition">Their task definition.</param>
    /// <param name="before">The service as it is; null when it is just created.</param>
    /// <param name="context">The moment.</param>
    public static Rollouts Begin(ServiceSettings settings, TaskDefinition definition, Service? before, DecisionContext context)
    {
        var configuration = settings.DeploymentConfiguration;
        var source = before is null ? null : SourceOf(before);

        // There is nothing to shift traffic from when nothing ever ran.
        var shifts = configuration.Strategy != DeploymentStrategy.Rolling && source is not null;
        var revision = new ServiceRevision
        {
            Id = context.Ids.NextDigits19(),
            Workload = settings.Workload,
            Images = [.. definition.Containers.Select(container => new RevisionImage(container.Name, container.Image, null))],
            ResolvedTargetGroups = ResolvedFor(settings.LoadBalancers, before?.Revision(source?.RevisionId), shifts),
            CreatedAt = context.Now,
        };
        var id = $"ecs-svc/{context.Ids.NextDigits19()}";
        var deployment = new Deployment
        {
            Id = id,
            TaskDefinitionArn = settings.TaskDefinitionArn,
            RevisionId = revision.Id,
            RolloutStateReason = $"ECS deployment {id} in progress.",
            CreatedAt = context.Now,
            UpdatedAt = context.Now,
        };
        return new(revision, deployment, new ServiceDeployment
        {
            Id = Base64Url.EncodeToString(Convert.FromHexString(context.Ids.NextHexId())),
            Status = ServiceDeploymentStatus.InProgress,
            TargetRevisionId = revision.Id,
            SourceRevisionIds = [.. (before?.Deployments ?? []).Select(entry => entry.RevisionId).OfType<string>().Distinct()],
            DeploymentId = id,
            Configuration = configuration,
            Stage = shifts ? LifecycleStage.PreScaleUp : null,
            StageStartedAt = shifts ? context.Now : null,
            CircuitBreaker = configuration.CircuitBreaker.Enable ? RollbackMonitorStatus.Monitoring : RollbackMonitorStatus.Disabled,
            Alarms = configuration.Alarms is { Enable: true } ? RollbackMonitorStatus.Monitoring : RollbackMonitorStatus.Disabled,
            CreatedAt = context.Now,
            StartedAt = context.Now,
            UpdatedAt = context.Now,
        });
    }

    /// <summary>Ends the rollout under way, if there is one, without its having come to anything.</summary>
    public static void Overtake(ClusterAggregate cluster, Service service, string reason, DecisionContext context)
    {
        if (service.Rollout is { } open)
        {
            cluster.Record(new ClusterEvent.ServiceDeploymentChanged(service.Name, open with
            {
                Status = ServiceDeploymentStatus.Stopped,
                StatusReason = reason,
                FailureCount = service.Primary?.FailedTasks ?? open.FailureCount,
                CircuitBreaker = Rollback.Ended(open.CircuitBreaker),
                Alarms = Rollback.Ended(open.Alarms),
                StoppedAt = context.Now,
                FinishedAt = context.Now,
                UpdatedAt = context.Now,
            }));
        }
    }

    /// <summary>The deployment that has the traffic: the last that completed.</summary>
    public static Deployment? SourceOf(Service service) =>
        service.Deployments.FirstOrDefault(deployment => deployment.RolloutState == RolloutState.Completed) ?? service.LastCompleted;

    /// <summary>The target groups of a new revision: those the other is not in when traffic shifts, else those it is in.</summary>
    private static ImmutableArray<string> ResolvedFor(ImmutableArray<ServiceLoadBalancer> balancers, ServiceRevision? other, bool shifts)
    {
        var taken = (other?.LoadBalancers ?? []).Select(balancer => balancer.TargetGroupArn).ToHashSet(StringComparer.Ordinal);
        return balancers.Any(balancer => balancer.Advanced is not null)
            ? [.. balancers.Select(balancer => balancer.Advanced is { } advanced && taken.Contains(shifts ? balancer.TargetGroupArn : advanced.AlternateTargetGroupArn)
                ? advanced.AlternateTargetGroupArn
                : balancer.TargetGroupArn)]
            : [];
    }
}
