using System.Collections.Immutable;
using System.Net;
using Berth.Domain;

namespace Berth.LoadBalancer;

/// <summary>
/// Turns a configuration into what traffic runs on: target groups first, so that a draining target is closed before it is
/// reported drained; then routes and listeners; then health checks.
/// </summary>
internal sealed class TrafficState(ListenerSockets sockets, ReportOutbox outbox) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, TargetGroupRuntime> groups = new(StringComparer.Ordinal);
    private BalancerConfiguration configuration = new(0, [], []);
    private Dictionary<IPEndPoint, ListenerRoute> routes = [];

    /// <summary>Told which targets are to be checked, after every change.</summary>
    public Action<IEnumerable<(TargetGroupRuntime Group, TargetRuntime Target)>>? OnTargets { get; set; }

    /// <summary>Takes over a configuration whole. Answers whether every listener could be bound.</summary>
    public bool Apply(BalancerConfiguration next)
    {
        lock (gate)
        {
            configuration = next;
            ApplyGroups();
            routes = next.Listeners.ToDictionary(
                listener => new IPEndPoint(IPAddress.Parse(listener.Address), listener.Port),
                listener => new ListenerRoute(listener, GroupOf));
            var isBound = BindCore();
            OnTargets?.Invoke([.. groups.Values.Where(group => group.Configuration.InUse)
                .SelectMany(group => group.Targets.Values.Where(target => !target.IsDraining).Select(target => (group, target)))]);
            ReportDifferences();
            return isBound;
        }
    }

    /// <summary>Tries again what could not be bound. Answers whether every listener is bound.</summary>
    public bool Bind()
    {
        lock (gate)
        {
            return BindCore();
        }
    }

    /// <summary>The configuration with the targets' health as it is known here.</summary>
    public BalancerConfiguration Current()
    {
        lock (gate)
        {
            return configuration with
            {
                TargetGroups =
                [
                    .. configuration.TargetGroups.Select(group => group with
                    {
                        Targets =
                        [
                            .. group.Targets.Select(target =>
                                target.Health.State != TargetHealthState.Draining && group.InUse
                                && groups[group.Arn].Targets.TryGetValue(target.Key, out var live)
                                    ? target with { Health = live.Health }
                                    : target),
                        ],
                    }),
                ],
            };
        }
    }

    public void Dispose()
    {
        foreach (var target in groups.Values.SelectMany(group => group.Targets.Values))
        {
            target.Dispose();
        }
    }

    private void ApplyGroups()
    {
        foreach (var gone in groups.Keys.Except(configuration.TargetGroups.Select(group => group.Arn)).ToList())
        {
            groups[gone].Remove();
            groups.Remove(gone);
        }

        foreach (var wanted in configuration.TargetGroups)
        {
            if (!groups.TryGetValue(wanted.Arn, out var group))
            {
                groups.Add(wanted.Arn, group = new(wanted.Arn));
            }

            group.Apply(wanted, outbox.AddIfDrained);
        }
    }

    private TargetGroupRuntime GroupOf(string arn)
    {
        if (!groups.TryGetValue(arn, out var group))
        {
            groups.Add(arn, group = new(arn));    // A rule may outlive its group only in a damaged file; such a group has no targets.
        }

        return group;
    }

    private bool BindCore()
    {
        var failures = sockets.Set(routes);
        outbox.SetListenerFailures(failures.ToImmutableSortedDictionary(pair => routes[pair.Key].Configuration.Arn, pair => pair.Value));
        return failures.IsEmpty;
    }

    // What the server does not know yet, or has lost with a connection, shows in its own configuration.
    private void ReportDifferences()
    {
        foreach (var group in configuration.TargetGroups)
        {
            var live = groups[group.Arn].Targets;
            foreach (var known in group.Targets)
            {
                if (known.Health.State == TargetHealthState.Draining)
                {
                    outbox.AddIfDrained(live[known.Key]);
                }
                else if (group.InUse && live[known.Key].Health != known.Health)
                {
                    outbox.AddHealth(live[known.Key]);
                }
            }
        }
    }
}
