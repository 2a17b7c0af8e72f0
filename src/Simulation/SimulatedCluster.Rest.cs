using System.Collections.Immutable;
using System.Text;
using Berth.Domain;

namespace Berth.Simulation;

/// <summary>What must be so once the trouble has ended, and what was promised for good.</summary>
public sealed partial class SimulatedCluster
{
    private const int QuietSteps = 400;
    private const int ShortSteps = 100;

    /// <summary>With no more trouble, everything the operator asked for must come to be.</summary>
    /// <exception cref="BrokenPromiseException">It did not within the steps.</exception>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        faults = false;
        foreach (var agent in agents.Values)
        {
            agent.CutOff = 0;
            await ConnectAsync(agent, cancellationToken).ConfigureAwait(false);
            await TryAsync(new UpdateContainerInstancesStateCommand([agent.InstanceId], ContainerInstanceStatus.Active), cancellationToken).ConfigureAwait(false);
        }

        // Room enough for whatever was asked, in every zone.
        while (agents.Count < Plan.InstancesAtRest)
        {
            await AddInstanceAsync($"us-east-1{"abc"[agents.Count % 3]}", cancellationToken).ConfigureAwait(false);
        }

        var state = await StateAsync(cancellationToken).ConfigureAwait(false);
        foreach (var task in state.Tasks.Values.Where(task => task.ServiceName is null && task.Phase == TaskPhase.Live).OrderBy(task => task.Id, StringComparer.Ordinal))
        {
            await TryAsync(new StopTaskCommand(task.Id, "closing time"), cancellationToken).ConfigureAwait(false);
        }

        for (var step = 0; step < QuietSteps; step++)
        {
            Tally.Steps++;
            await PassAsync(TimeSpan.FromSeconds(step < ShortSteps ? 5 : 30), cancellationToken).ConfigureAwait(false);
            foreach (var agent in agents.Values)
            {
                agent.Work(faults: false);
                await DeliverAsync(agent, cancellationToken).ConfigureAwait(false);
                await TellAsync(agent, cancellationToken).ConfigureAwait(false);
            }

            await BalanceAsync(all: true, cancellationToken).ConfigureAwait(false);
            await CheckHealthAsync(all: true, cancellationToken).ConfigureAwait(false);
            await RouteAsync(all: true, cancellationToken).ConfigureAwait(false);
            await AnswerHooksAsync(all: true, cancellationToken).ConfigureAwait(false);
            await BarrierAsync(cancellationToken).ConfigureAwait(false);
            watch.Check();
            state = await StateAsync(cancellationToken).ConfigureAwait(false);
            if (IsSteady(state))
            {
                CheckAcknowledged(state);
                watch.Compare(state);
                watch.Check();
                await CheckReplayAsync(state, cancellationToken).ConfigureAwait(false);
                Tally.Facts = journal.Kept;
                return;
            }
        }

        throw new BrokenPromiseException($"Not steady after {QuietSteps} quiet steps:{Environment.NewLine}{Describe(state)}");
    }

    private bool IsSteady(ClusterState state) =>
        agents.Values.All(agent => agent.IsIdle)
        && state.TaskIndex.Of(TaskFilter.All, "", TaskPhase.Live).All(id => state.Tasks[id].LastStatus != EcsTaskStatus.Provisioning)
        && state.Services.Values.All(service => IsSteady(state, service));

    private static bool IsSteady(ClusterState state, Service service) => service.Status switch
    {
        ServiceStatus.Draining => false,
        ServiceStatus.Inactive => !state.TasksOf(service, TaskPhase.Live).Any(),
        _ when service.Settings.DeploymentController == DeploymentController.External => service.TaskSets.All(set => set.IsSteady && set.Status != TaskSetStatus.Draining),
        _ => CannotMove(service.Settings)
            || service.Primary is { RolloutState: RolloutState.Failed }
            || (service is { IsDaemon: true, BackOff.Unplaced: true } && WaitsForRoomOnly(state, service))
            || (service.Deployments is [{ RolloutState: RolloutState.Completed }]
                && service.RebalancingTaskIds.IsEmpty
                && (!service.IsDaemon || service.Settings.DesiredCount == state.ContainerInstances.Values.Count(instance => instance is { Status: ContainerInstanceStatus.Active, AgentConnected: true }))
                && state.TasksOf(service, TaskPhase.Live).Count(task => task.LastStatus == EcsTaskStatus.Running) == service.Settings.DesiredCount
                && !state.TasksOf(service, TaskPhase.Stopping).Any()
                && IsBalanced(state, service)),
    };

    /// <summary>A service that wants its zones even has them so: there is room in each.</summary>
    private static bool IsBalanced(ClusterState state, Service service)
    {
        if (service.Settings.AvailabilityZoneRebalancing != "ENABLED"
            || ZoneRebalancing.Refusal(service.Settings) is not null
            || TaskDefinitions.WithFixedPort.Any(definition => definition.Arn == service.Settings.TaskDefinitionArn))
        {
            return true;
        }

        var zones = state.ContainerInstances.Values
            .Where(instance => instance is { Status: ContainerInstanceStatus.Active, AgentConnected: true, AvailabilityZone: not null })
            .Select(instance => instance.AvailabilityZone!)
            .Distinct()
            .ToDictionary(zone => zone, _ => 0, StringComparer.Ordinal);
        foreach (var task in state.TasksOf(service, TaskPhase.Live))
        {
            zones[task.AvailabilityZone!]++;
        }

        return zones.Values.Max() - zones.Values.Min() <= 1
            || service.Settings.DeploymentConfiguration.MaximumPercent * service.Settings.DesiredCount / 100 <= service.Settings.DesiredCount;
    }

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
                || service.IsDaemon != (known.Kind == ServiceKind.Daemon)
                || (known.Desired is { } desired && service.Settings.DesiredCount != desired)
                || (known.TaskDefinition is { } definition && service.Settings.TaskDefinitionArn != definition))
            {
                throw new BrokenPromiseException($"What was acknowledged of {name} is lost: {known}, and it is {(service is null ? "nowhere" : $"{service.Status} {service.Settings.DesiredCount} {service.Settings.TaskDefinitionArn}")}.");
            }
        }

        foreach (var (id, isToStop) in acknowledgedTasks)
        {
            var isKnown = state.Tasks.TryGetValue(id, out var task);
            if (isKnown ? isToStop && task!.DesiredStatus != EcsTaskStatus.Stopped : !watch.Forgotten.Contains(id))
            {
                throw new BrokenPromiseException($"Task {id} was acknowledged{(isToStop ? " to stop" : "")}, and {(isKnown ? "is wanted running" : "is not there")}.");
            }
        }
    }

    private async Task<ClusterAggregate> ReplayAsync(CancellationToken cancellationToken)
    {
        var replayed = new ClusterAggregate(Id.Account, Id.Region, Id.Name!, Limits);
        await foreach (var stored in journal.ReadAsync(Id, 0, cancellationToken).ConfigureAwait(false))
        {
            replayed.Apply(codec.Decode(stored.Type, stored.Payload));
        }

        return replayed;
    }

    /// <summary>The journal alone gives the same state, and so does a snapshot.</summary>
    private async Task CheckReplayAsync(ClusterState state, CancellationToken cancellationToken)
    {
        var replayed = await ReplayAsync(cancellationToken).ConfigureAwait(false);
        CheckSame(state, replayed.State, "The journal, folded anew, gives another state");
        var restored = new ClusterAggregate(Id.Account, Id.Region, Id.Name!, Limits);
        restored.Restore(codec.DecodeState([.. codec.EncodeState(state)]));
        CheckSame(state, restored.State, "A snapshot gives another state");
        foreach (var instance in state.ContainerInstances.Keys)
        {
            if (restored.Placement.Left(instance) != replayed.Placement.Left(instance))
            {
                throw new BrokenPromiseException($"What is free on {instance} depends on how it was counted.");
            }
        }
    }

    private void CheckSame(ClusterState one, ClusterState other, string broken)
    {
        var (a, b) = (Lines(one), Lines(other));
        if (a.Zip(b).FirstOrDefault(pair => pair.First != pair.Second) is { First: { } was, Second: var now })
        {
            throw new BrokenPromiseException($"{broken}:{Environment.NewLine}  {was}{Environment.NewLine}  {now}");
        }

        if (a.Count != b.Count)
        {
            throw new BrokenPromiseException($"{broken}: {a.Count} things of the one and {b.Count} of the other.");
        }
    }

    /// <summary>A state in lines that do not depend on the order of hash tables: small things in the API's form, tasks in short.</summary>
    private List<string> Lines(ClusterState state)
    {
        var bare = state with
        {
            Tasks = ImmutableDictionary<string, EcsTask>.Empty,
            TaskDefinitions = ImmutableDictionary<string, TaskDefinition>.Empty,
            ClientTokens = ImmutableDictionary<string, ClientToken>.Empty,
        };
        return
        [
            .. codec.EncodeState(bare).Select(part => Encoding.UTF8.GetString(part.Span)),
            .. state.Tasks.Values.OrderBy(task => task.Id, StringComparer.Ordinal).Select(task =>
                $"{task.Id} {task.LastStatus} {task.DesiredStatus} {task.Version} {task.ContainerInstanceId} {task.StoppedReason} {string.Join(' ', task.Targets.Select(target => target.State))}"),
            .. state.TaskDefinitions.Keys.Order(StringComparer.Ordinal),
            .. state.ClientTokens.Keys.Order(StringComparer.Ordinal),
        ];
    }

    private static string Describe(ClusterState state) => string.Join(Environment.NewLine, state.Services.Values.Where(service => !IsSteady(state, service)).Take(3).Select(service =>
        $"{service.Name} {service.Status} desired {service.Settings.DesiredCount} {service.Settings.DeploymentConfiguration.MinimumHealthyPercent}/{service.Settings.DeploymentConfiguration.MaximumPercent} {service.Settings.DeploymentController} back-off {service.BackOff} rollout {service.Rollout?.Status} {service.Rollout?.Stage} {service.Rollout?.ProductionPercent} {service.Rollout?.RoutedProductionPercent}{Environment.NewLine}"
        + $"  deployments [{string.Join(", ", service.Deployments.Select(deployment => $"{deployment.Id} {deployment.RolloutState} {deployment.TaskDefinitionArn[^1]}"))}] sets [{string.Join(", ", service.TaskSets.Select(set => $"{set.Id} {set.Status} {set.ComputedDesiredCount} {set.IsSteady}"))}]{Environment.NewLine}"
        + $"  tasks [{string.Join(", ", state.Tasks.Values.Where(task => task.ServiceName == service.Name && task.Phase != TaskPhase.Stopped).Take(20).Select(task => $"{task.Id[..6]} {task.LastStatus}/{task.DesiredStatus} of {task.StartedBy} on {task.ContainerInstanceId[..6]} in {task.AvailabilityZone} {string.Join(' ', task.Targets.Select(target => target.State))}"))}]{Environment.NewLine}"
        + $"  {string.Join(Environment.NewLine + "  ", service.Events.Take(6).Select(line => line.Message))}"));
}
