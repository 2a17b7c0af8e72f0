using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Berth.Domain;
using Berth.Engine;
using Berth.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Simulation;

/// <summary>
/// A whole cluster in one process from one seed: the real engine, commands and scheduler over a simulated clock, journal,
/// network, agents and load balancer. One thing happens at a time, so that a seed always tells the same story.
/// </summary>
public sealed class SimulatedCluster : IAsyncDisposable
{
    private const int MostServices = 3;
    private const int MostDesired = 4;
    private static readonly StreamId Id = StreamId.Cluster("000000000000", "us-east-1", "simulated");
    private static readonly ClusterLimits Limits = new() { StoppedTaskLife = TimeSpan.FromMinutes(5), StartBackOffMost = TimeSpan.FromMinutes(1) };

    // The journal's trouble has a generator of its own: it is asked on the engine's thread.
    private readonly Random chance;
    private readonly Random trouble;
    private readonly SimulatedTime clock = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly SimulatedJournal journal;
    private readonly SeededIdSource ids;
    private readonly SafetyWatch watch = new();
    private readonly EventCatalog<ClusterState, ClusterEvent> codec = ClusterCatalog.Create();
    private readonly SortedDictionary<string, SimulatedAgent> agents = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Acknowledged> acknowledged = new(StringComparer.Ordinal);
    private readonly List<TaskDefinition> definitions = [];
    private StreamEngine<ClusterAggregate, ClusterState, ClusterEvent>? engine;
    private bool faults;

    /// <summary>A world that has not begun.</summary>
    public SimulatedCluster(int seed)
    {
        chance = new Random(seed);
        trouble = new Random(seed ^ 0x5eed);
        ids = new SeededIdSource(seed);
        journal = new SimulatedJournal(NextFault);
        for (var revision = 1; revision <= 4; revision++)
        {
            definitions.Add(Define(revision, fixedPort: revision == 4 ? 8080 : 0));
        }
    }

    /// <summary>How many batches of facts the journal was given.</summary>
    public long Commits { get; private set; }

    /// <summary>Lets chance rule for a number of steps, checking every promise after each.</summary>
    /// <exception cref="BrokenPromiseException">A promise was broken.</exception>
    public async Task RunAsync(int steps, CancellationToken cancellationToken)
    {
        faults = false;
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        await TryAsync(new CreateClusterCommand([], null, null, []), cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < 3; i++)
        {
            await AddInstanceAsync(cancellationToken).ConfigureAwait(false);
        }

        faults = true;
        for (var step = 0; step < steps; step++)
        {
            await StepAsync(cancellationToken).ConfigureAwait(false);
            watch.Check();
        }
    }

    /// <summary>With no more trouble, everything the operator asked for must come to be.</summary>
    /// <exception cref="BrokenPromiseException">It did not within the steps.</exception>
    public async Task SettleAsync(int atMostSteps, CancellationToken cancellationToken)
    {
        faults = false;
        foreach (var agent in agents.Values)
        {
            await ConnectAsync(agent, cancellationToken).ConfigureAwait(false);
            await TryAsync(new UpdateContainerInstancesStateCommand([agent.InstanceId], ContainerInstanceStatus.Active), cancellationToken).ConfigureAwait(false);
        }

        // Room enough for whatever was asked, also when every task wants the same host port.
        while (agents.Count < (MostServices * MostDesired) + 1)
        {
            await AddInstanceAsync(cancellationToken).ConfigureAwait(false);
        }

        ClusterState state = await StateAsync(cancellationToken).ConfigureAwait(false);
        for (var step = 0; step < atMostSteps; step++)
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            foreach (var agent in agents.Values)
            {
                agent.Work(faults: false);
                await DeliverAsync(agent, cancellationToken).ConfigureAwait(false);
                await TellAsync(agent, cancellationToken).ConfigureAwait(false);
            }

            await BalanceAsync(all: true, cancellationToken).ConfigureAwait(false);
            await BarrierAsync(cancellationToken).ConfigureAwait(false);
            watch.Check();
            state = await StateAsync(cancellationToken).ConfigureAwait(false);
            if (IsSteady(state))
            {
                CheckAcknowledged(state);
                await CheckReplayAsync(state, cancellationToken).ConfigureAwait(false);
                return;
            }
        }

        throw new BrokenPromiseException($"Not steady after {atMostSteps} quiet steps:{Environment.NewLine}{Describe(state)}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (engine is not null)
        {
            await engine.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static TaskDefinition Define(int revision, int fixedPort) => new()
    {
        Arn = $"arn:aws:ecs:us-east-1:000000000000:task-definition/web:{revision}",
        Family = "web",
        Revision = revision,
        Document = JsonDocument.Parse("""{"family":"web"}""").RootElement.Clone(),
        NetworkMode = "bridge",
        Containers =
        [
            new ContainerDefinition
            {
                Name = "web",
                Image = "web",
                CpuUnits = 100,
                MemoryMiB = 128,
                PortMappings = [new(80, fixedPort, "tcp")],
            },
        ],
    };

    private AppendFault NextFault()
    {
        Commits++;
        return !faults ? AppendFault.None
            : trouble.Next(200) switch
            {
                0 => AppendFault.Before,
                1 => AppendFault.After,
                _ => AppendFault.None,
            };
    }

    private async Task StepAsync(CancellationToken cancellationToken)
    {
        switch (chance.Next(100))
        {
            case < 4:
                await CreateServiceAsync(cancellationToken).ConfigureAwait(false);
                break;
            case < 8:
                await UpdateServiceAsync(cancellationToken).ConfigureAwait(false);
                break;
            case < 9:
                await DeleteServiceAsync(cancellationToken).ConfigureAwait(false);
                break;
            case < 12:
                await RunTaskAsync(cancellationToken).ConfigureAwait(false);
                break;
            case < 14:
                await StopTaskAsync(cancellationToken).ConfigureAwait(false);
                break;
            case < 16:
                await DrainAsync(cancellationToken).ConfigureAwait(false);
                break;
            case < 17 when agents.Count < 6:
                await AddInstanceAsync(cancellationToken).ConfigureAwait(false);
                break;
            case < 18 when agents.Count > 1:
                await LoseInstanceAsync(cancellationToken).ConfigureAwait(false);
                break;
            case < 20:
                await CrashAsync(cancellationToken).ConfigureAwait(false);
                break;
            case < 21:
                await SecondOwnerAsync(cancellationToken).ConfigureAwait(false);
                break;
            case < 24:
                await FlickerAsync(cancellationToken).ConfigureAwait(false);
                break;
            case < 25:
                Pick(agents.Values)?.LosePower();
                break;
            case < 27:
                await ProtectAsync(cancellationToken).ConfigureAwait(false);
                break;
            case < 50:
                clock.Advance(TimeSpan.FromSeconds(chance.Next(1, 30)));
                await BarrierAsync(cancellationToken).ConfigureAwait(false);
                break;
            case < 60:
                await BalanceAsync(all: false, cancellationToken).ConfigureAwait(false);
                break;
            default:
                if (Pick(agents.Values) is { } agent)
                {
                    agent.Work(faults: true);
                    await DeliverAsync(agent, cancellationToken).ConfigureAwait(false);
                    await TellAsync(agent, cancellationToken).ConfigureAwait(false);
                }

                break;
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        engine = new(
            Id,
            new(id => new ClusterAggregate(id.Account, id.Region, id.Name!, Limits), codec),
            journal,
            [watch],
            ids,
            clock,
            new StreamEngineOptions { SnapshotEvery = 200, RecoveryFirst = TimeSpan.Zero },
            NullLogger.Instance);
        await engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        await BarrierAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The control plane dies and starts again: only what the journal holds is left.</summary>
    private async Task CrashAsync(CancellationToken cancellationToken)
    {
        await engine!.DisposeAsync().ConfigureAwait(false);
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        await TryAsync(new DisconnectAgentsCommand(null), cancellationToken).ConfigureAwait(false);
        foreach (var agent in agents.Values)
        {
            agent.Connected = false;
        }

        foreach (var agent in agents.Values)
        {
            await ConnectAsync(agent, cancellationToken).ConfigureAwait(false);
        }

        CheckAcknowledged(await StateAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Another node believes it owns the cluster, for a moment; the journal lets only one of them write.</summary>
    private async Task SecondOwnerAsync(CancellationToken cancellationToken)
    {
        await journal.ClaimAsync(Id, cancellationToken).ConfigureAwait(false);
        await TryAsync(new PutAttributesCommand([new(Pick(agents.Keys) ?? "", [new("seen", "twice")])]), cancellationToken).ConfigureAwait(false);
        await BarrierAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task AddInstanceAsync(CancellationToken cancellationToken)
    {
        var registered = await TryAsync(new RegisterContainerInstanceCommand(
            null,
            null,
            "127.0.0.1",
            new(1024, 1024, [22], []),
            [new(AttributeNames.AvailabilityZone, $"us-east-1{"abc"[chance.Next(3)]}")],
            [],
            ids.NextUuid()), cancellationToken).ConfigureAwait(false);
        if (registered is not null)
        {
            var agent = new SimulatedAgent(registered.Id, chance);
            agents.Add(registered.Id, agent);
            await ConnectAsync(agent, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task LoseInstanceAsync(CancellationToken cancellationToken)
    {
        if (Pick(agents.Keys) is { } id && await TryAsync(new DeregisterContainerInstanceCommand(id, Force: true), cancellationToken).ConfigureAwait(false) is not null)
        {
            agents.Remove(id);
        }
    }

    private async Task FlickerAsync(CancellationToken cancellationToken)
    {
        if (Pick(agents.Values) is { } agent)
        {
            if (agent.Connected)
            {
                agent.Connected = false;
                await TryAsync(new DisconnectAgentsCommand([agent.InstanceId]), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await ConnectAsync(agent, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task ConnectAsync(SimulatedAgent agent, CancellationToken cancellationToken)
    {
        if (await TryAsync(new ConnectAgentCommand(agent.InstanceId, new("sim", "0", "0")), cancellationToken).ConfigureAwait(false) is not null)
        {
            agent.Connected = true;
            await TellAsync(agent, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        if (Pick(agents.Keys) is { } id)
        {
            var status = chance.Next(2) == 0 ? ContainerInstanceStatus.Draining : ContainerInstanceStatus.Active;
            await TryAsync(new UpdateContainerInstancesStateCommand([id], status), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CreateServiceAsync(CancellationToken cancellationToken)
    {
        var name = $"service-{chance.Next(MostServices)}";

        // A daemon with a fixed port would hold it on every instance there is.
        var isDaemon = chance.Next(4) == 0;
        var definition = definitions[chance.Next(isDaemon ? 3 : definitions.Count)];
        var desired = isDaemon ? 0 : chance.Next(MostDesired + 1);
        DeploymentConfiguration bounds = isDaemon ? new(100, 50 * chance.Next(2)) : chance.Next(3) switch
        {
            0 => new(200, 100),
            1 => new(100, 50),
            _ => new(150, 50),
        };
        var breaker = chance.Next(2) == 0
            ? DeploymentCircuitBreaker.Off
            : new DeploymentCircuitBreaker(true, chance.Next(2) == 0) { Threshold = new(ThresholdType.Count, chance.Next(1, 4)), ResetOnHealthyTask = chance.Next(2) == 0 };
        var settings = new ServiceSettings
        {
            TaskDefinitionArn = definition.Arn,
            DesiredCount = desired,
            SchedulingStrategy = isDaemon ? SchedulingStrategy.Daemon : SchedulingStrategy.Replica,
            DeploymentConfiguration = bounds with { CircuitBreaker = breaker },
            AvailabilityZoneRebalancing = chance.Next(2) == 0 ? "ENABLED" : "DISABLED",
            LoadBalancers = chance.Next(2) == 0 ? [] : [new("arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/1", "web", 80)],
        };
        if (await TryAsync(new CreateServiceCommand(name, settings, definition, [], null, "simulation", ids.NextUuid()), cancellationToken).ConfigureAwait(false) is not null)
        {
            acknowledged[name] = new(isDaemon ? null : desired, breaker.Rollback ? null : definition.Arn, isDaemon, breaker.Rollback);
        }
    }

    private async Task UpdateServiceAsync(CancellationToken cancellationToken)
    {
        if (Pick(acknowledged.Keys) is not { } name)
        {
            return;
        }

        acknowledged.Remove(name, out var before);
        var definition = chance.Next(2) == 0 ? definitions[chance.Next(before!.IsDaemon ? 3 : definitions.Count)] : null;
        int? desired = chance.Next(2) == 0 ? chance.Next(MostDesired + 1) : null;
        var changes = new ServiceChanges { Definition = definition, DesiredCount = desired };
        if (await TryAsync(new UpdateServiceCommand(name, changes), cancellationToken).ConfigureAwait(false) is not null)
        {
            acknowledged[name] = before! with
            {
                Desired = before.IsDaemon ? null : desired ?? before.Desired,
                TaskDefinition = before.MayGoBack ? null : definition?.Arn ?? before.TaskDefinition,
            };
        }
    }

    private async Task ProtectAsync(CancellationToken cancellationToken)
    {
        var state = await StateAsync(cancellationToken).ConfigureAwait(false);
        if (Pick(state.TaskIndex.Of(TaskFilter.All, "", TaskPhase.Live)) is { } id)
        {
            await TryAsync(new UpdateTaskProtectionCommand([id], Enabled: chance.Next(3) > 0, TimeSpan.FromMinutes(chance.Next(1, 5))), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task DeleteServiceAsync(CancellationToken cancellationToken)
    {
        if (Pick(acknowledged.Keys) is { } name)
        {
            acknowledged.Remove(name);
            await TryAsync(new DeleteServiceCommand(name, Force: true), cancellationToken).ConfigureAwait(false);
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
        var launch = new TaskLaunch { Definition = definitions[chance.Next(3)], Group = rule.Group };
        await TryAsync(new RunTaskCommand(launch, chance.Next(1, 3), strategies, rule.Constraints, ids.NextUuid(), ""), cancellationToken).ConfigureAwait(false);
    }

    private async Task StopTaskAsync(CancellationToken cancellationToken)
    {
        var state = await StateAsync(cancellationToken).ConfigureAwait(false);
        if (Pick(state.TaskIndex.Of(TaskFilter.All, "", TaskPhase.Live)) is { } id)
        {
            await TryAsync(new StopTaskCommand(id, "chance"), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What the command channel does: the agent is told of each of its tasks as the state has it.</summary>
    private async Task TellAsync(SimulatedAgent agent, CancellationToken cancellationToken)
    {
        if (!agent.Connected)
        {
            return;
        }

        var state = await StateAsync(cancellationToken).ConfigureAwait(false);
        foreach (var task in state.TasksOn(agent.InstanceId, TaskPhase.Stopping).Concat(state.TasksOn(agent.InstanceId, TaskPhase.Live)))
        {
            // A message that is lost in between is told again another time.
            if (!faults || chance.Next(10) > 0)
            {
                agent.Tell(task);
            }
        }

        if (agent.Starts.FirstOrDefault(task => task.Starts > 1) is { TaskId: { } twice })
        {
            throw new BrokenPromiseException($"Task {twice} was started twice.");
        }
    }

    private async Task DeliverAsync(SimulatedAgent agent, CancellationToken cancellationToken)
    {
        while (agent.NextReport() is { } report && (!faults || chance.Next(4) > 0))
        {
            if (!await ReportedAsync(report, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            // The answer may be lost: then the report comes again.
            if (!faults || chance.Next(10) > 0)
            {
                agent.Acknowledged();
            }
        }
    }

    private async Task<bool> ReportedAsync(SubmitTaskStateChangeCommand report, CancellationToken cancellationToken)
    {
        try
        {
            await engine!.ExecuteAsync(report, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (StreamUnavailableException)
        {
            await BarrierAsync(cancellationToken).ConfigureAwait(false);
            return false;
        }
    }

    /// <summary>What the registrar and the load balancer do.</summary>
    private async Task BalanceAsync(bool all, CancellationToken cancellationToken)
    {
        var state = await StateAsync(cancellationToken).ConfigureAwait(false);
        foreach (var task in state.Tasks.Values.Where(task => task.ServiceName is not null).OrderBy(task => task.Id, StringComparer.Ordinal))
        {
            if (!all && chance.Next(3) > 0)
            {
                continue;
            }

            var balancer = state.Services.TryGetValue(task.ServiceName!, out var service) ? service.LoadBalancersOf(task.StartedBy).FirstOrDefault() : null;
            var known = task.Targets.FirstOrDefault();
            var next = task switch
            {
                { LastStatus: EcsTaskStatus.Running, DesiredStatus: EcsTaskStatus.Running } when balancer is not null => known?.State switch
                {
                    null => TaskTargetState.Initial,
                    TaskTargetState.Initial => TaskTargetState.Healthy,
                    TaskTargetState.Healthy when faults && chance.Next(30) == 0 => TaskTargetState.Unhealthy,
                    TaskTargetState.Unhealthy when chance.Next(3) == 0 => TaskTargetState.Healthy,
                    var same => same,
                },
                _ => known?.State switch
                {
                    null => null,
                    TaskTargetState.Draining or TaskTargetState.Gone => TaskTargetState.Gone,
                    _ => TaskTargetState.Draining,
                },
            };
            if (next is { } moved && moved != known?.State)
            {
                var target = new TaskTarget(known?.TargetGroupArn ?? balancer!.TargetGroupArn, "i-simulated", 1, moved);
                await TryAsync(new ReportTaskTargetCommand(task.Id, target), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Carries a command out; default when the journal failed or the command was refused.</summary>
    private async Task<TResult?> TryAsync<TResult>(Command<ClusterAggregate, TResult> command, CancellationToken cancellationToken)
    {
        try
        {
            return await engine!.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
        }
        catch (RefusedException)
        {
            return default;
        }
        catch (StreamUnavailableException)
        {
            await BarrierAsync(cancellationToken).ConfigureAwait(false);
            return default;
        }
    }

    /// <summary>Waits until the engine has done all it was asked, timers included, and works again after a fault.</summary>
    private async Task BarrierAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await engine!.ExecuteAsync(new DisconnectAgentsCommand([]), cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (StreamUnavailableException)
            {
                await Task.Yield();
            }
        }
    }

    private async Task<ClusterState> StateAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await engine!.QueryAsync(new ReadCluster(), cancellationToken).ConfigureAwait(false);
            }
            catch (StreamUnavailableException)
            {
                await BarrierAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private bool IsSteady(ClusterState state) =>
        agents.Values.All(agent => agent.IsIdle)
        && state.Services.Values.All(service => service.Status switch
        {
            ServiceStatus.Active => CannotMove(service.Settings)
                || service.Primary is { RolloutState: RolloutState.Failed }
                || (service is { IsDaemon: true, BackOff.Unplaced: true } && WaitsForRoomOnly(state, service))
                || (service.Deployments is [{ RolloutState: RolloutState.Completed }]
                    && service.RebalancingTaskIds.IsEmpty
                    && (!service.IsDaemon || service.Settings.DesiredCount == state.ContainerInstances.Values.Count(instance => instance is { Status: ContainerInstanceStatus.Active, AgentConnected: true }))
                    && state.TasksOf(service, TaskPhase.Live).Count(task => task.LastStatus == EcsTaskStatus.Running) == service.Settings.DesiredCount
                    && !state.TasksOf(service, TaskPhase.Stopping).Any()),
            ServiceStatus.Draining => false,
            ServiceStatus.Inactive => !state.TasksOf(service, TaskPhase.Live).Any(),
        });

    /// <summary>Tasks that nobody stops fill an instance: then a daemon has no place there.</summary>
    private static bool WaitsForRoomOnly(ClusterState state, Service daemon)
    {
        var demand = TaskDemand.Of(state.TaskDefinitions[daemon.Settings.TaskDefinitionArn], TaskOverride.None);
        return state.ContainerInstances.Values.Where(instance => instance.Status == ContainerInstanceStatus.Active).All(instance =>
        {
            var tasks = state.TasksOn(instance.Id, TaskPhase.Live).Concat(state.TasksOn(instance.Id, TaskPhase.Stopping)).ToList();
            return tasks.Exists(task => task.ServiceName == daemon.Name && task.LastStatus == EcsTaskStatus.Running)
                || tasks.Sum(task => task.Demand.CpuUnits) + demand.CpuUnits > instance.Resources.CpuUnits
                || tasks.Sum(task => task.Demand.MemoryMiB) + demand.MemoryMiB > instance.Resources.MemoryMiB;
        });
    }

    /// <summary>The operator allowed neither one task more nor one less: then nothing can be replaced, and the service says so.</summary>
    private static bool CannotMove(ServiceSettings settings) =>
        settings.DesiredCount * settings.DeploymentConfiguration.MaximumPercent / 100 <= settings.DesiredCount
        && ((settings.DesiredCount * settings.DeploymentConfiguration.MinimumHealthyPercent) + 99) / 100 >= settings.DesiredCount;

    /// <summary>Whatever was acknowledged is so, whatever happened since.</summary>
    private void CheckAcknowledged(ClusterState state)
    {
        foreach (var (name, known) in acknowledged)
        {
            if (!state.Services.TryGetValue(name, out var service)
                || service.Status != ServiceStatus.Active
                || service.IsDaemon != known.IsDaemon
                || (known.Desired is { } desired && service.Settings.DesiredCount != desired)
                || (known.TaskDefinition is { } definition && service.Settings.TaskDefinitionArn != definition))
            {
                throw new BrokenPromiseException($"What was acknowledged of {name} is lost.");
            }
        }
    }

    /// <summary>The journal alone gives the same state.</summary>
    private async Task CheckReplayAsync(ClusterState state, CancellationToken cancellationToken)
    {
        var replayed = new ClusterAggregate(Id.Account, Id.Region, Id.Name!, Limits);
        await foreach (var stored in journal.ReadAsync(Id, 0, cancellationToken).ConfigureAwait(false))
        {
            replayed.Apply(codec.Decode(stored.Type, stored.Payload));
        }

        if (Canonical(replayed.State) != Canonical(state))
        {
            throw new BrokenPromiseException("The journal, folded anew, gives another state.");
        }

        var restored = new ClusterAggregate(Id.Account, Id.Region, Id.Name!, Limits);
        restored.Restore(codec.DecodeState([.. codec.EncodeState(state)]));
        foreach (var instance in state.ContainerInstances.Keys)
        {
            if (restored.Placement.Left(instance) != replayed.Placement.Left(instance))
            {
                throw new BrokenPromiseException($"What is free on {instance} depends on how it was counted.");
            }
        }
    }

    /// <summary>A state as text that does not depend on the order of hash tables.</summary>
    private string Canonical(ClusterState state) => string.Concat(codec.EncodeState(state with
    {
        Tasks = ImmutableDictionary<string, EcsTask>.Empty,
        TaskDefinitions = ImmutableDictionary<string, TaskDefinition>.Empty,
        ClientTokens = ImmutableDictionary<string, ClientToken>.Empty,
    }).Select(part => Encoding.UTF8.GetString(part.Span))) + string.Join('\n', state.Tasks.Values.OrderBy(task => task.Id, StringComparer.Ordinal).Select(task => $"{task.Id} {task.LastStatus} {task.DesiredStatus} {task.Version} {task.StoppedReason}"))
        + string.Join('\n', state.TaskDefinitions.Keys.Order(StringComparer.Ordinal));

    private static string Describe(ClusterState state) => string.Join(Environment.NewLine, state.Services.Values.Select(service =>
        $"{service.Name} {service.Status} desired {service.Settings.DesiredCount} back-off {service.BackOff} deployments [{string.Join(", ", service.Deployments.Select(deployment => $"{deployment.Id} {deployment.RolloutState} {deployment.TaskDefinitionArn}"))}] tasks [{string.Join(", ", state.Tasks.Values.Where(task => task.ServiceName == service.Name && task.Phase != TaskPhase.Stopped).Select(task => $"{task.Id[..6]} {task.LastStatus}/{task.DesiredStatus} of {task.StartedBy} on {task.ContainerInstanceId[..6]} {string.Join(' ', task.Targets.Select(target => target.State))}"))}]{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", service.Events.Take(4).Select(line => line.Message))}"));

    private T? Pick<T>(IEnumerable<T> all)
    {
        var list = all.ToList();
        return list.Count == 0 ? default : list[chance.Next(list.Count)];
    }

    /// <summary>What the operator was told of a service; null where something else decides.</summary>
    private sealed record Acknowledged(int? Desired, string? TaskDefinition, bool IsDaemon, bool MayGoBack);
}
