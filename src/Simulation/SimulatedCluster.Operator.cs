using System.Collections.Immutable;
using Berth.Domain;

namespace Berth.Simulation;

/// <summary>What operators and clients ask for.</summary>
public sealed partial class SimulatedCluster
{
    private const string OwnProvider = "own";
    private const string OtherProvider = "other";
    private const string Blue = "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/blue/1";
    private const string Green = "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/green/1";

    private readonly SortedDictionary<string, Acknowledged> acknowledged = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, bool> acknowledgedTasks = new(StringComparer.Ordinal);

    private async Task CreateServiceAsync(CancellationToken cancellationToken)
    {
        var name = $"service-{chance.Next(Plan.MostServices)}";
        var kind = chance.Next(10) switch
        {
            < 2 => ServiceKind.Daemon,
            2 => ServiceKind.Shifting,
            3 => ServiceKind.External,
            4 => ServiceKind.Choosy,
            _ => ServiceKind.Plain,
        };
        if (kind == ServiceKind.Daemon && Plan.HasFewDaemons && name != "service-0")
        {
            kind = ServiceKind.Plain;
        }

        var definition = DefinitionFor(kind);
        var desired = kind == ServiceKind.Daemon ? 0 : chance.Next(Plan.MostDesired + 1);
        var settings = new ServiceSettings
        {
            TaskDefinitionArn = kind == ServiceKind.External ? "" : definition.Arn,
            DesiredCount = desired,
            SchedulingStrategy = kind == ServiceKind.Daemon ? SchedulingStrategy.Daemon : SchedulingStrategy.Replica,
            DeploymentController = kind == ServiceKind.External ? DeploymentController.External : DeploymentController.Ecs,
            DeploymentConfiguration = ConfigurationFor(kind),
            AvailabilityZoneRebalancing = kind is ServiceKind.Plain && chance.Next(2) == 0 ? "ENABLED" : "DISABLED",
            HealthCheckGracePeriod = chance.Next(4) == 0 ? TimeSpan.FromSeconds(chance.Next(10, 90)) : TimeSpan.Zero,
            PlacementStrategy = chance.Next(4) == 0 && kind != ServiceKind.Daemon ? [new("binpack", "cpu")] : [],
            PlacementConstraints = kind != ServiceKind.Choosy ? []
                : chance.Next(2) == 0 ? [new("distinctInstance", null)]
                : [new("memberOf", $"attribute:{AttributeNames.AvailabilityZone} != {SafetyWatch.AvoidedZone}")],
            LoadBalancers = kind == ServiceKind.Shifting ? [new(Blue, "web", 80) { Advanced = new(Green, "production-rule", chance.Next(2) == 0 ? "test-rule" : null, "role") }]
                : kind != ServiceKind.External && chance.Next(2) == 0 ? [new(Blue, "web", 80)]
                : [],
        };
        var answer = await AskAsync(
            new CreateServiceCommand(name, settings, kind == ServiceKind.External ? null : definition, [], null, "simulation", ids.NextUuid()), cancellationToken).ConfigureAwait(false);
        if (answer.Result is not null)
        {
            var mayGoBack = settings.DeploymentConfiguration.CircuitBreaker.Rollback || kind == ServiceKind.Shifting;
            acknowledged[name] = new(kind, kind == ServiceKind.Daemon ? null : desired, mayGoBack || kind == ServiceKind.External ? null : definition.Arn, mayGoBack);
        }
        else if (!answer.IsRefused)
        {
            acknowledged.Remove(name);
        }
    }

    private TaskDefinition DefinitionFor(ServiceKind kind) =>
        kind == ServiceKind.Plain && Plan.HasFixedPorts && chance.Next(4) == 0 ? Pick(TaskDefinitions.WithFixedPort)! : Pick(TaskDefinitions.Modest)!;

    private DeploymentConfiguration ConfigurationFor(ServiceKind kind)
    {
        var breaker = chance.Next(2) == 0 || kind == ServiceKind.External
            ? DeploymentCircuitBreaker.Off
            : new DeploymentCircuitBreaker(true, chance.Next(2) == 0)
            {
                Threshold = chance.Next(4) switch
                {
                    0 => new(ThresholdType.Count, chance.Next(1, 6)),
                    1 => new(ThresholdType.BoundedPercent, chance.Next(1, 101)),
                    2 => new(ThresholdType.UnboundedPercent, chance.Next(1, 201)),
                    _ => null,
                },
                ResetOnHealthyTask = chance.Next(2) == 0,
            };
        var bounds = kind == ServiceKind.Daemon ? new(100, 50 * chance.Next(2))
            : kind == ServiceKind.Shifting ? ShiftOf(chance.Next(3))
            : chance.Next(4) switch
            {
                0 => new(200, 100),
                1 => new(100, 50),
                2 => new(100, 0),
                _ => new DeploymentConfiguration(150, 50),
            };
        return bounds with { CircuitBreaker = breaker };
    }

    private DeploymentConfiguration ShiftOf(int kind)
    {
        DeploymentConfiguration shift = kind switch
        {
            0 => new() { Strategy = DeploymentStrategy.BlueGreen },
            1 => new() { Strategy = DeploymentStrategy.Canary, Canary = new(chance.Next(1, 50), chance.Next(3)) },
            _ => new() { Strategy = DeploymentStrategy.Linear, Linear = new(chance.Next(20, 60), chance.Next(2)) },
        };
        LifecycleStage[] stages = [LifecycleStage.PreScaleUp, LifecycleStage.PostScaleUp, LifecycleStage.PreProductionTrafficShift, LifecycleStage.PostProductionTrafficShift];
        return shift with
        {
            BakeMinutes = chance.Next(3),
            LifecycleHooks = chance.Next(3) > 0
                ? []
                :
                [
                    new()
                    {
                        TargetType = LifecycleHookTargetType.Pause,
                        Stages = [Pick(stages)],
                        TimeoutInMinutes = chance.Next(1, 5),
                        TimeoutAction = chance.Next(2) == 0 ? LifecycleHookAction.Continue : LifecycleHookAction.Rollback,
                    },
                ],
        };
    }

    private async Task UpdateServiceAsync(CancellationToken cancellationToken)
    {
        if (Pick(acknowledged.Keys) is not { } name)
        {
            return;
        }

        var before = acknowledged[name];
        var definition = before.Kind != ServiceKind.External && chance.Next(2) == 0 ? DefinitionFor(before.Kind) : null;
        int? desired = chance.Next(2) == 0 ? chance.Next(Plan.MostDesired + 1) : null;
        var changes = new ServiceChanges
        {
            Definition = definition,
            DesiredCount = desired,
            ForceNewDeployment = before.Kind != ServiceKind.External && chance.Next(8) == 0,
        };
        var answer = await AskAsync(new UpdateServiceCommand(name, changes), cancellationToken).ConfigureAwait(false);
        if (answer.Result is not null)
        {
            acknowledged[name] = before with
            {
                Desired = before.Kind == ServiceKind.Daemon ? null : desired ?? before.Desired,
                TaskDefinition = before.MayGoBack || before.Kind == ServiceKind.External ? null : definition?.Arn ?? before.TaskDefinition,
            };
        }
        else if (!answer.IsRefused)
        {
            acknowledged.Remove(name);
        }
    }

    private async Task DeleteServiceAsync(CancellationToken cancellationToken)
    {
        if (Pick(acknowledged.Keys) is { } name && !(await AskAsync(new DeleteServiceCommand(name, Force: true), cancellationToken).ConfigureAwait(false)).IsRefused)
        {
            acknowledged.Remove(name);
        }
    }

    private async Task StopDeploymentAsync(CancellationToken cancellationToken)
    {
        var state = await StateAsync(cancellationToken).ConfigureAwait(false);
        if (Pick([.. state.Services.Values.Where(service => service.Rollout is not null)]) is { } service)
        {
            if (acknowledged.TryGetValue(service.Name, out var known))
            {
                acknowledged[service.Name] = known with { TaskDefinition = null, MayGoBack = true };
            }

            await TryAsync(new StopServiceDeploymentCommand(service.Name, service.Rollout!.Id, GoesBack: chance.Next(3) > 0), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task AnswerHooksAsync(bool all, CancellationToken cancellationToken)
    {
        var state = await StateAsync(cancellationToken).ConfigureAwait(false);
        foreach (var service in state.Services.Values.Where(service => service.Rollout is not null))
        {
            foreach (var hook in service.Rollout!.Hooks.Where(hook => hook.Status == LifecycleHookStatus.AwaitingAction))
            {
                if (all || chance.Next(2) == 0)
                {
                    var action = all || chance.Next(3) > 0 ? LifecycleHookAction.Continue : LifecycleHookAction.Rollback;
                    await TryAsync(new ContinueServiceDeploymentCommand(service.Name, service.Rollout.Id, hook.Id, action), cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private async Task ChangeTaskSetsAsync(CancellationToken cancellationToken)
    {
        var state = await StateAsync(cancellationToken).ConfigureAwait(false);
        if (Pick([.. state.Services.Values.Where(service => service.Settings.DeploymentController == DeploymentController.External)]) is not { } service)
        {
            return;
        }

        var set = Pick(service.TaskSets);
        var definition = DefinitionFor(ServiceKind.External);
        switch (chance.Next(6))
        {
            case < 3 when service.TaskSets.Length < 3:
                await TryAsync(
                    new CreateTaskSetCommand(service.Name, new() { TaskDefinitionArn = definition.Arn, LaunchType = "EC2" }, definition, chance.Next(101), null, [], ids.NextUuid()),
                    cancellationToken).ConfigureAwait(false);
                break;
            case 3 when set is not null:
                await TryAsync(new UpdateServicePrimaryTaskSetCommand(service.Name, set.Id), cancellationToken).ConfigureAwait(false);
                break;
            case 4 when set is not null:
                await TryAsync(new UpdateTaskSetCommand(service.Name, set.Id, chance.Next(101)), cancellationToken).ConfigureAwait(false);
                break;
            case 5 when set is not null:
                await TryAsync(new DeleteTaskSetCommand(service.Name, set.Id, Force: chance.Next(2) == 0), cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private async Task ProtectAsync(CancellationToken cancellationToken)
    {
        if (await AnyLiveTaskAsync(cancellationToken).ConfigureAwait(false) is { } id)
        {
            await TryAsync(new UpdateTaskProtectionCommand([id], Enabled: chance.Next(3) > 0, TimeSpan.FromMinutes(chance.Next(1, 5))), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RunTaskAsync(CancellationToken cancellationToken)
    {
        (string? Group, ImmutableArray<PlacementConstraint> Constraints) rule = chance.Next(4) switch
        {
            0 => (SafetyWatch.ChoosyGroup, [new("memberOf", $"attribute:{AttributeNames.AvailabilityZone} != {SafetyWatch.AvoidedZone} and runningTasksCount < 6")]),
            1 => (SafetyWatch.DistinctGroup, [new("distinctInstance", null)]),
            _ => (null, []),
        };
        ImmutableArray<PlacementStrategy> strategies = chance.Next(3) switch
        {
            0 => [new("random", null)],
            1 => [new("spread", $"attribute:{AttributeNames.AvailabilityZone}"), new("binpack", "cpu")],
            _ => [new("binpack", "memory")],
        };
        var definition = chance.Next(5) switch
        {
            0 => TaskDefinitions.Gpu,
            1 => TaskDefinitions.Networked,
            _ => Pick(TaskDefinitions.Modest)!,
        };
        var launch = new TaskLaunch { Definition = definition, Group = rule.Group };
        if (definition == TaskDefinitions.Networked)
        {
            launch = launch with { NetworkConfiguration = TaskDefinitions.NetworkConfiguration, Subnets = TaskDefinitions.Subnets };
        }

        var command = new RunTaskCommand(launch, chance.Next(1, 3), strategies, rule.Constraints, ids.NextUuid(), "")
        {
            Strategy = chance.Next(3) == 0 ? [new(OwnProvider, 1, 1), new(OtherProvider, 1, 0)] : [],
        };
        foreach (var task in (await TryAsync(command, cancellationToken).ConfigureAwait(false))?.Tasks ?? [])
        {
            acknowledgedTasks[task.Id] = false;
        }
    }

    private async Task StopTaskAsync(CancellationToken cancellationToken)
    {
        if (await AnyLiveTaskAsync(cancellationToken).ConfigureAwait(false) is { } id
            && await TryAsync(new StopTaskCommand(id, "chance"), cancellationToken).ConfigureAwait(false) is not null)
        {
            acknowledgedTasks[id] = true;
        }
    }

    private async Task<string?> AnyLiveTaskAsync(CancellationToken cancellationToken)
    {
        var state = await StateAsync(cancellationToken).ConfigureAwait(false);
        return Pick([.. state.TaskIndex.Of(TaskFilter.All, "", TaskPhase.Live)]);
    }

    private enum ServiceKind
    {
        Plain,
        Choosy,
        Daemon,
        Shifting,
        External,
    }

    /// <summary>What the operator was told of a service; null where something else decides.</summary>
    private sealed record Acknowledged(ServiceKind Kind, int? Desired, string? TaskDefinition, bool MayGoBack);
}
