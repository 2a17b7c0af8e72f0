using Berth.Domain;

namespace Berth.LoadBalancer;

/// <summary>Where one target stands with its health checks, and what the next result makes of it. Pure but for its counts.</summary>
/// <remarks>
/// As ELB: one success makes a new target healthy; after that, thresholds of successes or failures in a row decide. A new
/// target that fails is tried again soon, so that a container that takes a second to start does not wait a whole
/// interval, but its failures count only once an interval.
/// </remarks>
internal sealed class HealthCheckCount
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);
    private int successes;
    private int failures;
    private int earlyTries;
    private DateTimeOffset? countedAt;

    /// <summary>The health after a result.</summary>
    public TargetHealth After(TargetHealth current, TargetHealth found, TargetGroupHealthCheck settings, DateTimeOffset startedAt)
    {
        if (found.State == TargetHealthState.Healthy)
        {
            failures = 0;
            successes++;
            return current.State != TargetHealthState.Unhealthy || successes >= settings.HealthyThreshold ? found : current;
        }

        successes = 0;
        if (countedAt is null || startedAt - countedAt >= TimeSpan.FromSeconds(settings.IntervalSeconds))
        {
            failures++;
            countedAt = startedAt;
        }

        return current.State switch
        {
            TargetHealthState.Unhealthy => current.Reason == found.Reason ? current : found,
            _ when failures >= settings.UnhealthyThreshold => found,
            TargetHealthState.Initial => TargetHealth.Checking,
            _ => current,
        };
    }

    /// <summary>How long after the last check began the next one is due.</summary>
    public TimeSpan Pause(TargetHealth current, TargetGroupHealthCheck settings)
    {
        var interval = TimeSpan.FromSeconds(settings.IntervalSeconds);
        if (current.State != TargetHealthState.Initial || earlyTries >= 16)
        {
            return interval;
        }

        var retry = FirstRetry * (1 << earlyTries++);
        return retry < interval ? retry : interval;
    }
}
