using Berth.Domain;

namespace Berth.Simulation;

/// <summary>Holds deployments against the circuit breaker's formula, and rollbacks against where they began.</summary>
internal sealed class RolloutWatch(Action<string> broken)
{
    private readonly Dictionary<string, Known> services = new(StringComparer.Ordinal);

    /// <summary>Starts over from a state.</summary>
    public void Rebuild(ClusterState state)
    {
        services.Clear();
        foreach (var service in state.Services.Values)
        {
            services.Add(service.Name, new(service)
            {
                Completed = (service.Deployments.FirstOrDefault(deployment => deployment.RolloutState == RolloutState.Completed) ?? service.LastCompleted)?.TaskDefinitionArn,
            });
        }
    }

    /// <summary>Follows one fact.</summary>
    public void Follow(ClusterEvent fact)
    {
        switch (fact)
        {
            case ClusterEvent.ServiceCreated created:
                services[created.Service.Name] = new(created.Service);
                break;
            case ClusterEvent.ServiceUpdated updated:
                services[updated.Name].Settings = updated.Settings;
                break;
            case ClusterEvent.ServiceDesiredCountComputed computed:
                services[computed.Name].Settings = services[computed.Name].Settings with { DesiredCount = computed.DesiredCount };
                break;
            case ClusterEvent.DeploymentStarted started:
                services[started.Service].Start(started.Deployment);
                break;
            case ClusterEvent.DeploymentResumed resumed:
                services[resumed.Service].Start(resumed.Deployment);
                break;
            case ClusterEvent.DeploymentChanged changed:
                Changed(services[changed.Service], changed.Deployment);
                break;
            case ClusterEvent.ServiceDeploymentChanged changed:
                Changed(services[changed.Service], changed.ServiceDeployment);
                break;
        }
    }

    /// <summary>After a commit: whatever had to trip has.</summary>
    public void EndCommit()
    {
        foreach (var (name, service) in services)
        {
            if (service.MustFail is { } deployment)
            {
                broken($"The breaker of {name} should have tripped on {deployment} and did not.");
                service.MustFail = null;
            }
        }
    }

    /// <summary>The formula of the developer guide, written down once more.</summary>
    internal static int Threshold(DeploymentCircuitBreaker breaker, int desired)
    {
        var (type, value) = (breaker.Threshold?.Type ?? ThresholdType.BoundedPercent, breaker.Threshold?.Value ?? 50);
        if (type == ThresholdType.Count)
        {
            return Math.Max(value, 1);
        }

        var percent = (int)Math.Ceiling(desired * (decimal)value / 100);
        return type == ThresholdType.UnboundedPercent ? Math.Max(percent, 1)
            : percent < 3 ? 3
            : percent > 200 ? 200
            : percent;
    }

    private void Changed(Known service, Deployment now)
    {
        var was = service.Deployments.GetValueOrDefault(now.Id);
        service.Deployments[now.Id] = now;
        if (was is null)
        {
            return;
        }

        var threshold = Threshold(service.Settings.DeploymentConfiguration.CircuitBreaker, service.Settings.DesiredCount);
        if (now.FailedTasks == was.FailedTasks + 1
            && now.RolloutState == RolloutState.InProgress
            && service.Settings.DeploymentConfiguration.CircuitBreaker.Enable
            && service.PrimaryId == now.Id
            && service.Rollout is { IsOpen: true, Rollback: null }
            && now.FailedTasks >= threshold)
        {
            service.MustFail = now.Id;
        }

        if (was.RolloutState == RolloutState.InProgress && now.RolloutState == RolloutState.Failed && now.RolloutStateReason.StartsWith("ECS deployment circuit breaker", StringComparison.Ordinal))
        {
            if (service.MustFail != now.Id)
            {
                broken($"The breaker tripped on {now.Id} at {now.FailedTasks} failures of {threshold}.");
            }

            service.MustFail = null;
        }

        if (was.RolloutState != RolloutState.Completed && now.RolloutState == RolloutState.Completed && service.Rollout?.Rollback is null)
        {
            service.Completed = now.TaskDefinitionArn;
        }
    }

    private void Changed(Known service, ServiceDeployment now)
    {
        service.Rollout = now;
        if (now.Status == ServiceDeploymentStatus.RollbackSuccessful
            && service.Completed is { } before
            && service.Deployments.GetValueOrDefault(service.PrimaryId ?? "")?.TaskDefinitionArn is { } after
            && before != after)
        {
            broken($"A rollback ended at {after} and began at {before}.");
        }
    }

    private sealed class Known(Service service)
    {
        public ServiceSettings Settings { get; set; } = service.Settings;

        public Dictionary<string, Deployment> Deployments { get; } = service.Deployments.ToDictionary(deployment => deployment.Id, StringComparer.Ordinal);

        public string? PrimaryId { get; private set; } = service.Primary?.Id;

        public ServiceDeployment? Rollout { get; set; } = service.Rollout;

        public string? Completed { get; set; }

        public string? MustFail { get; set; }

        public void Start(Deployment deployment)
        {
            Deployments[deployment.Id] = deployment;
            PrimaryId = deployment.Id;
        }
    }
}
