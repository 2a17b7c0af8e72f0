using System.Threading.Channels;
using Berth.Domain;
using Berth.Engine;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Api;

/// <summary>
/// Keeps services' tasks in their target groups. What should be registered follows from the cluster's state and is
/// compared with what is; nothing is queued that a restart could lose. The target's owner is the task's ARN, by which
/// the load balancer's verdicts find their way back.
/// </summary>
internal sealed partial class TargetRegistrar(
    Func<IStreamDirectory<ClusterAggregate, ClusterState>> clusters,
    Func<IStreamDirectory<LoadBalancingAggregate, LoadBalancingState>> loadBalancing,
    TimeProvider clock,
    ILogger<TargetRegistrar> logger)
    : BackgroundService, ICommitObserver<ClusterState, ClusterEvent>, ICommitObserver<LoadBalancingState, LoadBalancingEvent>
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    // A wish names a task only; it is looked at afresh, so the same wish twice is harmless and order does not matter.
    private readonly Channel<Wish> wishes = Channel.CreateUnbounded<Wish>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock gate = new();
    private readonly HashSet<Wish> waiting = [];

    // Who owned a target that is gone: its removal no longer says. Under the gate.
    private readonly Dictionary<(string TargetGroupArn, TargetKey Key), string> owners = [];

    /// <inheritdoc/>
    void ICommitObserver<ClusterState, ClusterEvent>.OnCommitted(Commit<ClusterState, ClusterEvent> commit)
    {
        if (commit.Facts.Count == 0)
        {
            foreach (var task in commit.State.Tasks.Values)
            {
                if (task.ServiceName is not null)
                {
                    Enqueue(new(commit.Stream, task.Id));
                }
            }

            return;
        }

        foreach (var fact in commit.Facts)
        {
            var id = fact switch
            {
                ClusterEvent.TaskReported reported => reported.Id,
                ClusterEvent.TaskAttached attached => attached.Id,
                ClusterEvent.TaskStopRequested stop => stop.Id,
                ClusterEvent.TaskAdvanced advanced => advanced.Id,
                _ => null,
            };
            if (id is not null && commit.State.Tasks.TryGetValue(id, out var task) && task.ServiceName is not null)
            {
                Enqueue(new(commit.Stream, id));
            }
        }
    }

    /// <inheritdoc/>
    void ICommitObserver<LoadBalancingState, LoadBalancingEvent>.OnCommitted(Commit<LoadBalancingState, LoadBalancingEvent> commit)
    {
        if (commit.Facts.Count == 0)
        {
            foreach (var group in commit.State.TargetGroups.Keys)
            {
                foreach (var target in commit.State.TargetsOf(group).Values)
                {
                    EnqueueOwner(target.Owner);
                }
            }

            return;
        }

        foreach (var fact in commit.Facts)
        {
            switch (fact)
            {
                case LoadBalancingEvent.TargetsRegistered registered:
                    foreach (var target in registered.Targets)
                    {
                        EnqueueOwner(target.Owner);
                    }

                    break;
                case LoadBalancingEvent.TargetHealthChanged changed
                    when commit.State.TargetsOf(changed.TargetGroupArn).TryGetValue(changed.Target, out var target):
                    EnqueueOwner(target.Owner);
                    break;
                case LoadBalancingEvent.TargetRemoved removed:
                    lock (gate)
                    {
                        if (owners.Remove((removed.TargetGroupArn, removed.Target), out var owner))
                        {
                            EnqueueOwner(owner);
                        }
                    }

                    break;
                case LoadBalancingEvent.TargetGroupDeleted deleted:
                    lock (gate)
                    {
                        foreach (var ((group, key), owner) in owners.Where(entry => entry.Key.TargetGroupArn == deleted.TargetGroupArn).ToList())
                        {
                            owners.Remove((group, key));
                            EnqueueOwner(owner);
                        }
                    }

                    break;
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var wish in wishes.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
        {
            lock (gate)
            {
                waiting.Remove(wish);
            }

            try
            {
                await LookAtAsync(wish, stoppingToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(wish.TaskId, failure);
                _ = RetryAsync(wish, stoppingToken);
            }
        }
    }

    private async Task RetryAsync(Wish wish, CancellationToken cancellationToken)
    {
        await Task.Delay(RetryAfter, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Enqueue(wish);
    }

    private void EnqueueOwner(string? owner)
    {
        // arn:aws:ecs:REGION:ACCOUNT:task/CLUSTER/ID
        var parts = (owner ?? "").Split(':');
        if (parts.Length == 6 && parts[5].Split('/') is ["task", var cluster, var id])
        {
            Enqueue(new(StreamId.Cluster(parts[4], parts[3], cluster), id));
        }
    }

    private void Enqueue(Wish wish)
    {
        lock (gate)
        {
            if (!waiting.Add(wish))
            {
                return;
            }
        }

        wishes.Writer.TryWrite(wish);
    }

    private async Task LookAtAsync(Wish wish, CancellationToken cancellationToken)
    {
        var balancing = await loadBalancing().OpenAsync(StreamId.Of("loadbalancing", wish.Cluster.Account, wish.Cluster.Region), cancellationToken).ConfigureAwait(false);
        var cluster = await clusters().FindAsync(wish.Cluster, cancellationToken).ConfigureAwait(false);
        var state = cluster is null ? null : await cluster.QueryAsync(new ReadCluster(), cancellationToken).ConfigureAwait(false);
        if (state is null || !state.Tasks.TryGetValue(wish.TaskId, out var task))
        {
            return;
        }

        var wanted = task is { LastStatus: EcsTaskStatus.Running, DesiredStatus: EcsTaskStatus.Running } ? TargetsWanted(state, task) : [];
        foreach (var target in wanted)
        {
            await RegisterAsync(balancing, cluster!, state, task, target, cancellationToken).ConfigureAwait(false);
        }

        foreach (var left in task.Targets)
        {
            if (left.State is not (TaskTargetState.Absent or TaskTargetState.Gone) && wanted.All(target => target.TargetGroupArn != left.TargetGroupArn))
            {
                await DeregisterAsync(balancing, cluster!, task, left, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task RegisterAsync(
        IStream<LoadBalancingAggregate, LoadBalancingState> balancing,
        IStream<ClusterAggregate, ClusterState> cluster,
        ClusterState state,
        EcsTask task,
        TaskTarget target,
        CancellationToken cancellationToken)
    {
        var group = await balancing.QueryAsync(new FindTargetGroup(target.TargetGroupArn), cancellationToken).ConfigureAwait(false);
        if (group is null)
        {
            await ReportAsync(cluster, task, target with { State = TaskTargetState.Absent }, cancellationToken).ConfigureAwait(false);
            return;
        }

        var instance = state.ContainerInstances[task.ContainerInstanceId];
        var key = new TargetKey(target.TargetId, target.Port);
        lock (gate)
        {
            owners[(target.TargetGroupArn, key)] = state.TaskArn(task.Id);
        }

        await balancing.ExecuteAsync(
            new RegisterTargets(target.TargetGroupArn, [new(target.TargetId, target.Port, instance.AvailabilityZone, instance.Address, state.TaskArn(task.Id))]),
            cancellationToken).ConfigureAwait(false);
        group = await balancing.QueryAsync(new FindTargetGroup(target.TargetGroupArn), cancellationToken).ConfigureAwait(false);
        if (group?.Targets.FirstOrDefault(known => known.Key == key) is { } registered)
        {
            var (verdict, _, description) = registered.Health;
            await ReportAsync(cluster, task, target with
            {
                State = verdict switch
                {
                    TargetHealthState.Healthy => TaskTargetState.Healthy,
                    TargetHealthState.Unhealthy => TaskTargetState.Unhealthy,
                    TargetHealthState.Draining => TaskTargetState.Draining,
                    _ => TaskTargetState.Initial,
                },
                Reason = verdict == TargetHealthState.Unhealthy ? description : null,
            }, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task DeregisterAsync(
        IStream<LoadBalancingAggregate, LoadBalancingState> balancing,
        IStream<ClusterAggregate, ClusterState> cluster,
        EcsTask task,
        TaskTarget target,
        CancellationToken cancellationToken)
    {
        var key = new TargetKey(target.TargetId, target.Port);
        var known = await FindAsync().ConfigureAwait(false);
        if (known is not null)
        {
            // Noted before the target is looked at again, so that its removal is either seen here or told to the owner.
            lock (gate)
            {
                owners[(target.TargetGroupArn, key)] = known.Owner!;
            }

            await balancing.ExecuteAsync(new DeregisterTargets(target.TargetGroupArn, [key]), cancellationToken).ConfigureAwait(false);
            known = await FindAsync().ConfigureAwait(false);
        }

        await ReportAsync(cluster, task, target with { State = known is null ? TaskTargetState.Gone : TaskTargetState.Draining, Reason = null }, cancellationToken).ConfigureAwait(false);

        // Only a target this task owns: the port may belong to another task by now.
        async Task<Target?> FindAsync() =>
            (await balancing.QueryAsync(new FindTargetGroup(target.TargetGroupArn), cancellationToken).ConfigureAwait(false))?.Targets
                .FirstOrDefault(entry => entry.Key == key && entry.Owner is { } owner && owner.EndsWith($"/{task.Id}", StringComparison.Ordinal));
    }

    private static async Task ReportAsync(IStream<ClusterAggregate, ClusterState> cluster, EcsTask task, TaskTarget target, CancellationToken cancellationToken) =>
        await cluster.ExecuteAsync(new ReportTaskTargetCommand(task.Id, target), cancellationToken).ConfigureAwait(false);

    private static List<TaskTarget> TargetsWanted(ClusterState state, EcsTask task)
    {
        var result = new List<TaskTarget>();
        if (!state.Services.TryGetValue(task.ServiceName!, out var service) || !state.ContainerInstances.TryGetValue(task.ContainerInstanceId, out var instance))
        {
            return result;
        }

        foreach (var balancer in service.LoadBalancersOf(task.StartedBy))
        {
            if (task.NetworkInterface is { } @interface)
            {
                if (@interface.PrivateIpv4Address is { } address)
                {
                    result.Add(new(balancer.TargetGroupArn, address, balancer.ContainerPort, TaskTargetState.Absent));
                }

                continue;
            }

            var container = task.Containers.FirstOrDefault(candidate => candidate.Name == balancer.ContainerName);
            var binding = container?.NetworkBindings.FirstOrDefault(candidate => candidate.ContainerPort == balancer.ContainerPort && candidate.Protocol == "tcp");
            var hostPort = binding?.HostPort ?? (state.TaskDefinitions[task.TaskDefinitionArn].NetworkMode == "host" ? balancer.ContainerPort : 0);
            if (hostPort != 0)
            {
                result.Add(new(balancer.TargetGroupArn, instance.Ec2InstanceId, hostPort, TaskTargetState.Absent));
            }
        }

        return result;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The targets of task {Task} could not be brought up to date; tried again shortly")]
    private partial void LogFailed(string task, Exception failure);

    private readonly record struct Wish(StreamId Cluster, string TaskId);
}
