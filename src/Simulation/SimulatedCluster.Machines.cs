using System.Collections.Immutable;
using Berth.Domain;
using Berth.Engine;

namespace Berth.Simulation;

/// <summary>What machines, networks and load balancers do, and which of all happenings comes next.</summary>
public sealed partial class SimulatedCluster
{
    private readonly SortedDictionary<string, SimulatedAgent> agents = new(StringComparer.Ordinal);
    private readonly (int Weight, Func<CancellationToken, Task> Happens)[] happenings;

    private (int Weight, Func<CancellationToken, Task> Happens)[] Happenings() =>
    [
        (4, CreateServiceAsync),
        (5, UpdateServiceAsync),
        (1, DeleteServiceAsync),
        (1, StopDeploymentAsync),
        (1, cancellationToken => AnswerHooksAsync(all: false, cancellationToken)),
        (2, ChangeTaskSetsAsync),
        (2, ProtectAsync),
        (3, RunTaskAsync),
        (2, StopTaskAsync),
        (2, DrainAsync),
        (1, cancellationToken => agents.Count < Plan.MostInstances ? AddInstanceAsync(zone: null, cancellationToken) : Task.CompletedTask),
        (1, cancellationToken => agents.Count > 1 ? LoseInstanceAsync(cancellationToken) : Task.CompletedTask),
        (1, RegisterAgainAsync),
        (3, FlickerAsync),
        (1, CutOffAsync),
        (1, LosePowerAsync),
        (1, CrashAsync),
        (1, CrashInFlightAsync),
        (1, SecondOwnerAsync),
        (1, SetClockAsync),
        (22, cancellationToken => PassAsync(TimeSpan.FromSeconds(chance.Next(1, 30)), cancellationToken)),
        (8, cancellationToken => BalanceAsync(all: false, cancellationToken)),
        (3, cancellationToken => RouteAsync(all: false, cancellationToken)),
        (4, cancellationToken => CheckHealthAsync(all: false, cancellationToken)),
        (30, WorkAsync),
    ];

    private async Task StepAsync(CancellationToken cancellationToken)
    {
        foreach (var agent in agents.Values.Where(agent => agent.CutOff > 0))
        {
            agent.CutOff--;
        }

        var at = chance.Next(happenings.Sum(entry => entry.Weight));
        foreach (var (weight, happens) in happenings)
        {
            at -= weight;
            if (at < 0)
            {
                await happens(cancellationToken).ConfigureAwait(false);
                return;
            }
        }
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        for (var worker = 0; worker < Plan.AgentsAtWork; worker++)
        {
            if (Pick(agents.Values) is { } agent)
            {
                agent.Work(faults: true);
                await DeliverAsync(agent, cancellationToken).ConfigureAwait(false);
                await TellAsync(agent, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task AddInstanceAsync(string? zone, CancellationToken cancellationToken)
    {
        List<EcsAttribute> attributes = [new(AttributeNames.AvailabilityZone, zone ?? $"us-east-1{"abc"[chance.Next(3)]}")];
        if (chance.Next(4) == 0)
        {
            attributes.Add(new(AttributeNames.CapacityProvider, OwnProvider));
        }

        var registered = await TryAsync(new RegisterContainerInstanceCommand(null, null, "127.0.0.1", ResourcesOf(gpus: chance.Next(4) == 0 ? 2 : 0), [.. attributes], [], ids.NextUuid()), cancellationToken)
            .ConfigureAwait(false);
        if (registered is not null)
        {
            var agent = new SimulatedAgent(registered.Id, chance, Tally);
            agents.Add(registered.Id, agent);
            await ConnectAsync(agent, cancellationToken).ConfigureAwait(false);
        }
    }

    private static InstanceResources ResourcesOf(int gpus) => new(1024, 1024, [22], [])
    {
        GpuIds = gpus == 0 ? null : [.. Enumerable.Range(0, gpus).Select(gpu => $"gpu-{gpu}")],
    };

    private async Task LoseInstanceAsync(CancellationToken cancellationToken)
    {
        Tally.Fault("instance lost");
        if (Pick(agents.Keys) is { } id && await TryAsync(new DeregisterContainerInstanceCommand(id, Force: true), cancellationToken).ConfigureAwait(false) is not null)
        {
            agents.Remove(id);
        }
    }

    /// <summary>An agent that starts again registers its machine as the one it was.</summary>
    private async Task RegisterAgainAsync(CancellationToken cancellationToken)
    {
        if (Pick(agents.Values) is { CutOff: 0 } agent)
        {
            Tally.Fault("agent restarted");
            var state = await StateAsync(cancellationToken).ConfigureAwait(false);
            if (state.ContainerInstances.TryGetValue(agent.InstanceId, out var known))
            {
                await TryAsync(
                    new RegisterContainerInstanceCommand(agent.InstanceId, null, known.Address, known.Resources, [.. known.Attributes.Values], [], null),
                    cancellationToken).ConfigureAwait(false);
                await ConnectAsync(agent, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task FlickerAsync(CancellationToken cancellationToken)
    {
        if (Pick(agents.Values) is { CutOff: 0 } agent)
        {
            if (agent.Connected)
            {
                Tally.Fault("agent disconnected");
                agent.Connected = false;
                await TryAsync(new DisconnectAgentsCommand([agent.InstanceId]), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await ConnectAsync(agent, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A machine that neither reaches the control plane nor is reached, for long, while its tasks live and die.</summary>
    private async Task CutOffAsync(CancellationToken cancellationToken)
    {
        if (Pick(agents.Values) is { } agent)
        {
            Tally.Fault("partition");
            agent.CutOff = chance.Next(10, 120);
            agent.Connected = false;
            await TryAsync(new DisconnectAgentsCommand([agent.InstanceId]), cancellationToken).ConfigureAwait(false);
        }
    }

    private Task LosePowerAsync(CancellationToken cancellationToken)
    {
        Tally.Fault("power lost");
        Pick(agents.Values)?.LosePower();
        return cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : Task.CompletedTask;
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
                agent.Tell(task, faults);
            }
        }

        if (agent.StartedTwice is { } twice)
        {
            throw new BrokenPromiseException($"Task {twice} was started twice.");
        }
    }

    private async Task DeliverAsync(SimulatedAgent agent, CancellationToken cancellationToken)
    {
        if (agent.CutOff > 0)
        {
            return;
        }

        while (agent.NextReport(faults) is { } report && (!faults || chance.Next(4) > 0))
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

        if (faults && chance.Next(20) == 0 && agent.Repeated() is { } old)
        {
            Tally.Fault("report repeated");
            await ReportedAsync(old, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Health checks of containers give their verdicts, and change their minds.</summary>
    private async Task CheckHealthAsync(bool all, CancellationToken cancellationToken)
    {
        var state = await StateAsync(cancellationToken).ConfigureAwait(false);
        foreach (var task in Some(all, state.Tasks.Values.Where(task => task.LastStatus == EcsTaskStatus.Running && task.TaskDefinitionArn == TaskDefinitions.Checked.Arn)))
        {
            if (!all && chance.Next(2) > 0)
            {
                continue;
            }

            var verdict = all || chance.Next(6) > 0 ? HealthStatus.Healthy : HealthStatus.Unhealthy;
            if (task.Containers[0].HealthStatus != verdict)
            {
                if (verdict == HealthStatus.Unhealthy)
                {
                    Tally.Fault("container unhealthy");
                }

                await TryAsync(new ReportTaskHealthCommand(task.Id, ImmutableDictionary<string, HealthStatus>.Empty.Add("web", verdict)), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What the registrar and the load balancer do.</summary>
    private async Task BalanceAsync(bool all, CancellationToken cancellationToken)
    {
        var state = await StateAsync(cancellationToken).ConfigureAwait(false);
        foreach (var task in Some(all, state.Tasks.Values.Where(task => task.ServiceName is not null)))
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
                    TaskTargetState.Healthy when faults && chance.Next(6) == 0 => TaskTargetState.Unhealthy,
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
                if (moved == TaskTargetState.Unhealthy)
                {
                    Tally.Fault("target unhealthy");
                }

                var target = new TaskTarget(known?.TargetGroupArn ?? balancer!.TargetGroupArn, "i-simulated", 1, moved);
                await TryAsync(new ReportTaskTargetCommand(task.Id, target), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Tasks in order; where there are very many, some of them.</summary>
    private List<EcsTask> Some(bool all, IEnumerable<EcsTask> tasks)
    {
        var sorted = tasks.OrderBy(task => task.Id, StringComparer.Ordinal).ToList();
        return all || sorted.Count <= Plan.TasksAtOnce ? sorted : sorted.GetRange(chance.Next(sorted.Count - Plan.TasksAtOnce), Plan.TasksAtOnce);
    }

    /// <summary>Listener rules follow what rollouts wish, sooner or later.</summary>
    private async Task RouteAsync(bool all, CancellationToken cancellationToken)
    {
        var state = await StateAsync(cancellationToken).ConfigureAwait(false);
        foreach (var service in state.Services.Values)
        {
            if (service.Rollout is { Stage: not null } rollout && (all || chance.Next(2) == 0))
            {
                await TryAsync(new ReportTrafficCommand(service.Name, rollout.Id, rollout.ProductionPercent, rollout.TestPercent), cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
