using System.Threading.Channels;
using Berth.Domain;
using Berth.Engine;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Api;

/// <summary>
/// Gives listener rules the weights that rollouts want, and tells the rollout when it is so. What is wanted follows from
/// the cluster's state; nothing is queued that a restart could lose.
/// </summary>
internal sealed partial class TrafficRouter(
    Func<IStreamDirectory<ClusterAggregate, ClusterState>> clusters,
    Func<IStreamDirectory<LoadBalancingAggregate, LoadBalancingState>> loadBalancing,
    TimeProvider clock,
    ILogger<TrafficRouter> logger)
    : BackgroundService, ICommitObserver<ClusterState, ClusterEvent>
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly Channel<Wish> wishes = Channel.CreateUnbounded<Wish>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock gate = new();
    private readonly HashSet<Wish> waiting = [];

    /// <inheritdoc/>
    void ICommitObserver<ClusterState, ClusterEvent>.OnCommitted(Commit<ClusterState, ClusterEvent> commit)
    {
        if (commit.Facts.Count == 0)
        {
            foreach (var service in commit.State.Services.Values)
            {
                Enqueue(commit, service);
            }

            return;
        }

        foreach (var fact in commit.Facts)
        {
            if (fact is ClusterEvent.ServiceDeploymentChanged changed && commit.State.Services.TryGetValue(changed.Service, out var service))
            {
                Enqueue(commit, service);
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
                LogFailed(wish.Service, failure);
                _ = RetryAsync(wish, stoppingToken);
            }
        }
    }

    private async Task RetryAsync(Wish wish, CancellationToken cancellationToken)
    {
        await Task.Delay(RetryAfter, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Enqueue(wish);
    }

    private void Enqueue(Commit<ClusterState, ClusterEvent> commit, Service service)
    {
        if (service.Rollout is { Stage: not null })
        {
            Enqueue(new Wish(commit.Stream, service.Name));
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
        var cluster = await clusters().FindAsync(wish.Cluster, cancellationToken).ConfigureAwait(false);
        var state = cluster is null ? null : await cluster.QueryAsync(new ReadCluster(), cancellationToken).ConfigureAwait(false);
        if (state?.Services.GetValueOrDefault(wish.Service) is not { Rollout: { } rollout } service)
        {
            return;
        }

        var balancing = await loadBalancing().OpenAsync(StreamId.Of("loadbalancing", wish.Cluster.Account, wish.Cluster.Region), cancellationToken).ConfigureAwait(false);
        foreach (var traffic in TrafficWishes.Of(service))
        {
            await balancing.ExecuteAsync(new SetRuleTargetGroups(traffic.RuleArn, traffic.TargetGroups), cancellationToken).ConfigureAwait(false);
        }

        await cluster!.ExecuteAsync(new ReportTrafficCommand(service.Name, rollout.Id, rollout.ProductionPercent, rollout.TestPercent), cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The traffic of service {Service} could not be routed as its deployment wants; tried again shortly")]
    private partial void LogFailed(string service, Exception failure);

    private readonly record struct Wish(StreamId Cluster, string Service);
}
