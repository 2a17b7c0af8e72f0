using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Creates a service and its first deployment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Settings">What its operator wants; its task definition is <paramref name="Definition"/>.</param>
/// <param name="Definition">The revision to run.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="RoleArn">The role given, or null.</param>
/// <param name="CreatedBy">The caller's principal.</param>
/// <param name="ClientToken">Makes a repeated call answer the service; null for none.</param>
public sealed record CreateServiceCommand(
    string Name,
    ServiceSettings Settings,
    TaskDefinition Definition,
    ImmutableArray<ResourceTag> Tags,
    string? RoleArn,
    string CreatedBy,
    string? ClientToken) : Command<ClusterAggregate, Service>
{
    /// <inheritdoc/>
    public override Service Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        switch (aggregate.State.Services.GetValueOrDefault(Name))
        {
            case { Status: ServiceStatus.Active } same when ClientToken is not null && same.ClientToken == ClientToken:
                return same;
            case { Status: ServiceStatus.Active }:
                throw RefusedException.InvalidParameter("Creation of service was not idempotent.");
            case { Status: ServiceStatus.Draining }:
                throw RefusedException.InvalidParameter("Unable to Start a service that is still Draining.");
        }

        TaskFactory.Pin(aggregate, Definition);
        aggregate.Record(new ClusterEvent.ServiceCreated(new Service
        {
            Name = Name,
            Settings = Settings,
            Deployments = [Deployments.Begin(Definition.Arn, context)],
            Tags = Tags,
            RoleArn = RoleArn,
            CreatedAt = context.Now,
            CreatedBy = CreatedBy,
            ClientToken = ClientToken,
        }));
        return aggregate.State.Services[Name];
    }
}

/// <summary>What UpdateService changes; null keeps what is.</summary>
public sealed record ServiceChanges
{
    /// <summary>Another revision: starts a deployment when it differs.</summary>
    public TaskDefinition? Definition { get; init; }

    /// <summary>How many tasks.</summary>
    public int? DesiredCount { get; init; }

    /// <summary>How it may depart from the desired count.</summary>
    public DeploymentConfiguration? DeploymentConfiguration { get; init; }

    /// <summary>Placement strategies.</summary>
    public ImmutableArray<PlacementStrategy>? PlacementStrategy { get; init; }

    /// <summary>Placement constraints.</summary>
    public ImmutableArray<PlacementConstraint>? PlacementConstraints { get; init; }

    /// <summary>Target groups: starts a deployment when they differ.</summary>
    public ImmutableArray<ServiceLoadBalancer>? LoadBalancers { get; init; }

    /// <summary>The grace period.</summary>
    public TimeSpan? HealthCheckGracePeriod { get; init; }

    /// <summary><c>NONE</c>, <c>SERVICE</c> or <c>TASK_DEFINITION</c>.</summary>
    public string? PropagateTags { get; init; }

    /// <summary>Whether tasks get the <c>aws:ecs:</c> tags.</summary>
    public bool? EnableEcsManagedTags { get; init; }

    /// <summary>Whether ExecuteCommand was asked for.</summary>
    public bool? EnableExecuteCommand { get; init; }

    /// <summary><c>ENABLED</c> or <c>DISABLED</c>.</summary>
    public string? AvailabilityZoneRebalancing { get; init; }

    /// <summary>Starts a deployment although nothing else asks for one.</summary>
    public bool ForceNewDeployment { get; init; }

    internal ServiceSettings ApplyTo(ServiceSettings settings) => settings with
    {
        TaskDefinitionArn = Definition?.Arn ?? settings.TaskDefinitionArn,
        DesiredCount = DesiredCount ?? settings.DesiredCount,
        DeploymentConfiguration = DeploymentConfiguration ?? settings.DeploymentConfiguration,
        PlacementStrategy = PlacementStrategy ?? settings.PlacementStrategy,
        PlacementConstraints = PlacementConstraints ?? settings.PlacementConstraints,
        LoadBalancers = LoadBalancers ?? settings.LoadBalancers,
        HealthCheckGracePeriod = HealthCheckGracePeriod ?? settings.HealthCheckGracePeriod,
        HasHealthCheckGracePeriod = HealthCheckGracePeriod is not null || settings.HasHealthCheckGracePeriod,
        PropagateTags = PropagateTags ?? settings.PropagateTags,
        EnableEcsManagedTags = EnableEcsManagedTags ?? settings.EnableEcsManagedTags,
        EnableExecuteCommand = EnableExecuteCommand ?? settings.EnableExecuteCommand,
        AvailabilityZoneRebalancing = AvailabilityZoneRebalancing ?? settings.AvailabilityZoneRebalancing,
    };
}

/// <summary>Changes a service; a new deployment starts where the change touches what tasks are made of.</summary>
public sealed record UpdateServiceCommand(string Name, ServiceChanges Changes) : Command<ClusterAggregate, Service>
{
    /// <inheritdoc/>
    public override Service Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        var service = aggregate.State.Services.GetValueOrDefault(Name) ?? throw new RefusedException("ServiceNotFoundException", "Service not found.");
        if (service.Status != ServiceStatus.Active)
        {
            throw new RefusedException("ServiceNotActiveException", "Service was not ACTIVE.");
        }

        var settings = Changes.ApplyTo(service.Settings);
        var deploys = Changes.ForceNewDeployment
            || settings.TaskDefinitionArn != service.Settings.TaskDefinitionArn
            || !settings.LoadBalancers.SequenceEqual(service.Settings.LoadBalancers);
        if (Changes.Definition is { } definition && deploys)
        {
            TaskFactory.Pin(aggregate, definition);
        }

        aggregate.Record(new ClusterEvent.ServiceUpdated(Name, settings));
        if (deploys)
        {
            aggregate.Record(new ClusterEvent.DeploymentStarted(Name, Deployments.Begin(settings.TaskDefinitionArn, context)));

            // What failed before may have been mended: the new deployment starts without delay.
            if (service.BackOff != ServiceBackOff.None)
            {
                aggregate.Record(new ClusterEvent.ServiceBackOffChanged(Name, ServiceBackOff.None));
            }
        }

        return aggregate.State.Services[Name];
    }
}

/// <summary>Deletes a service: refused while it is scaled above 0, unless forced. Deleting a draining one again is no error.</summary>
public sealed record DeleteServiceCommand(string Name, bool Force) : Command<ClusterAggregate, Service>
{
    /// <inheritdoc/>
    public override Service Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        if (aggregate.State.Services.GetValueOrDefault(Name) is not { Status: not ServiceStatus.Inactive } service)
        {
            throw new RefusedException("ServiceNotFoundException", "Service not found.");
        }

        if (service.Status == ServiceStatus.Draining)
        {
            return service;
        }

        if (!Force && service.Settings.DesiredCount > 0)
        {
            throw RefusedException.InvalidParameter("The service cannot be stopped while it is scaled above 0.");
        }

        aggregate.Record(new ClusterEvent.ServiceDraining(Name));
        return aggregate.State.Services[Name];
    }
}

/// <summary>How a deployment begins.</summary>
internal static class Deployments
{
    public static Deployment Begin(string taskDefinitionArn, DecisionContext context)
    {
        var id = $"ecs-svc/{context.Ids.NextDigits19()}";
        return new Deployment
        {
            Id = id,
            TaskDefinitionArn = taskDefinitionArn,
            RolloutStateReason = $"ECS deployment {id} in progress.",
            CreatedAt = context.Now,
            UpdatedAt = context.Now,
        };
    }
}
