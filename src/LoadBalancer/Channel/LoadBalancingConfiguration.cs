using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Berth.Domain;
using Berth.Engine;

namespace Berth.LoadBalancer;

/// <summary>
/// The balancer's configuration, kept from commits. Balancers wait for the next version and take the newest: what
/// changed in between is never queued.
/// </summary>
internal sealed class LoadBalancingConfiguration : ICommitObserver<LoadBalancingState, LoadBalancingEvent>
{
    private readonly ConcurrentDictionary<StreamId, LoadBalancingState> states = new();
    private readonly TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (long Version, byte[] Text) written = (-1, []);
    private long version;

    /// <inheritdoc/>
    public void OnCommitted(Commit<LoadBalancingState, LoadBalancingEvent> commit)
    {
        states[commit.Stream] = commit.State;

        // Health comes from the balancer; it needs no echo.
        if (commit.Facts.Count == 0 || commit.Facts.Any(fact => fact is not LoadBalancingEvent.TargetHealthChanged))
        {
            Change();
        }
    }

    /// <summary>Drops a stream that was deleted.</summary>
    public void Remove(StreamId stream)
    {
        states.TryRemove(stream, out _);
        Change();
    }

    /// <summary>From now on the configuration is whole. Before that none is given out: half of one would close listeners.</summary>
    public void Complete() => complete.TrySetResult();

    /// <summary>The addresses of load balancers of other accounts and regions.</summary>
    public ImmutableArray<string> AddressesOutside(string account, string region) =>
    [
        .. states.Where(pair => pair.Key.Account != account || pair.Key.Region != region)
            .SelectMany(pair => pair.Value.LoadBalancers.Values.Select(balancer => balancer.Address)),
    ];

    /// <summary>The newest configuration as JSON, once it is newer than <paramref name="after"/>.</summary>
    public async ValueTask<(long Version, ReadOnlyMemory<byte> Text)> NextAsync(long after, CancellationToken cancellationToken)
    {
        await complete.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var next = Volatile.Read(ref changed);
            if (Volatile.Read(ref version) > after)
            {
                return Write();
            }

            await next.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The configuration of some states.</summary>
    internal static BalancerConfiguration Of(long version, IReadOnlyList<LoadBalancingState> states) => new(
        version,
        [.. states.SelectMany(state => state.Listeners.Values.OrderBy(listener => listener.Arn, StringComparer.Ordinal).Select(listener => Of(state, listener)))],
        [.. states.SelectMany(Groups)]);

    private static IEnumerable<TargetGroupConfiguration> Groups(LoadBalancingState state)
    {
        var used = state.TargetGroupsInUse();
        return state.TargetGroups.Values.OrderBy(group => group.Arn, StringComparer.Ordinal).Select(group => new TargetGroupConfiguration(
            group.Arn,
            used.Contains(group.Arn),
            LoadBalancingAttributes.OfTargetGroup(group, LoadBalancingAttributes.Algorithm),
            group.HealthCheck,
            [.. state.TargetsOf(group.Arn).Values.Select(target => new TargetConfiguration(target.Key, target.Address, target.Generation, target.Health))]));
    }

    private static ListenerConfiguration Of(LoadBalancingState state, Listener listener)
    {
        var balancer = state.LoadBalancers[listener.LoadBalancerArn];
        return new(
            listener.Arn,
            balancer.Address,
            listener.Port,
            new(
                int.Parse(LoadBalancingAttributes.OfLoadBalancer(balancer, LoadBalancingAttributes.IdleTimeout), CultureInfo.InvariantCulture),
                LoadBalancingAttributes.OfLoadBalancer(balancer, LoadBalancingAttributes.ForwardedForMode),
                LoadBalancingAttributes.OfLoadBalancer(balancer, LoadBalancingAttributes.ForwardedForClientPort) == "true",
                listener.Attributes.GetValueOrDefault(LoadBalancingAttributes.ServerHeader, "true") == "true",
                ResponseHeaders(listener)),
            [
                .. state.RulesOf(listener.Arn).Select(rule => new RuleConfiguration(rule.Conditions, rule.Action)),
                new RuleConfiguration([], listener.DefaultAction),
            ]);
    }

    // routing.http.response.content_security_policy.header_value sets Content-Security-Policy, and so on.
    private static ImmutableSortedDictionary<string, string> ResponseHeaders(Listener listener)
    {
        const string prefix = "routing.http.response.";
        const string suffix = ".header_value";
        return listener.Attributes
            .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal) && pair.Key.EndsWith(suffix, StringComparison.Ordinal) && pair.Value.Length > 0)
            .ToImmutableSortedDictionary(pair => pair.Key[prefix.Length..^suffix.Length].Replace('_', '-'), pair => pair.Value);
    }

    private void Change()
    {
        Interlocked.Increment(ref version);
        Interlocked.Exchange(ref changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    private (long Version, byte[] Text) Write()
    {
        lock (gate)
        {
            // The version is read before the states, so the text is never older than its version says.
            var current = Volatile.Read(ref version);
            if (written.Version != current)
            {
                IReadOnlyList<LoadBalancingState> all = [.. states.OrderBy(pair => pair.Key.Value, StringComparer.Ordinal).Select(pair => pair.Value)];
                written = (current, JsonSerializer.SerializeToUtf8Bytes(Of(current, all), BalancerJson.Default.BalancerConfiguration));
            }

            return written;
        }
    }
}
