using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>
/// What a call says of a deployment configuration; null keeps what is. It meets the configuration in the decision, so of
/// two calls at once neither takes back what the other changed.
/// </summary>
/// <param name="MaximumPercent">1 to 10,000.</param>
/// <param name="MinimumHealthyPercent">0 to 100.</param>
public sealed record DeploymentConfigurationChanges(int? MaximumPercent = null, int? MinimumHealthyPercent = null)
{
    /// <summary>How a new revision takes over.</summary>
    public DeploymentStrategy? Strategy { get; init; }

    /// <summary>The circuit breaker, whole.</summary>
    public DeploymentCircuitBreaker? CircuitBreaker { get; init; }

    /// <summary>The alarms, whole.</summary>
    public DeploymentAlarms? Alarms { get; init; }

    /// <summary>How long both revisions stay up after the last traffic has moved.</summary>
    public int? BakeMinutes { get; init; }

    /// <summary>All hooks.</summary>
    public ImmutableArray<LifecycleHook>? LifecycleHooks { get; init; }

    /// <summary>For <see cref="DeploymentStrategy.Linear"/>.</summary>
    public LinearConfiguration? Linear { get; init; }

    /// <summary>For <see cref="DeploymentStrategy.Canary"/>.</summary>
    public CanaryConfiguration? Canary { get; init; }

    /// <summary>The configuration with the changes.</summary>
    /// <exception cref="RefusedException">They do not go with what stays.</exception>
    public DeploymentConfiguration ApplyTo(DeploymentConfiguration known, SchedulingStrategy scheduling)
    {
        var strategy = Strategy ?? known.Strategy;
        RequireStrategy(Linear is not null, strategy, DeploymentStrategy.Linear, "linearConfiguration");
        RequireStrategy(Canary is not null, strategy, DeploymentStrategy.Canary, "canaryConfiguration");
        var result = new DeploymentConfiguration(MaximumPercent ?? known.MaximumPercent, MinimumHealthyPercent ?? known.MinimumHealthyPercent)
        {
            Strategy = strategy,
            CircuitBreaker = CircuitBreaker ?? known.CircuitBreaker,
            Alarms = Alarms ?? known.Alarms,
            BakeMinutes = BakeMinutes ?? known.BakeMinutes,
            LifecycleHooks = LifecycleHooks ?? known.LifecycleHooks,
            Linear = strategy == DeploymentStrategy.Linear ? Linear ?? known.Linear ?? new(10, 6) : null,
            Canary = strategy == DeploymentStrategy.Canary ? Canary ?? known.Canary ?? new(5, 10) : null,
        };
        if (strategy == DeploymentStrategy.Rolling && !result.LifecycleHooks.IsEmpty)
        {
            throw RefusedException.InvalidParameter("lifecycleHooks can't be used with the ROLLING deployment strategy.");
        }

        CheckBounds(result, scheduling);
        return result;
    }

    private static void RequireStrategy(bool isGiven, DeploymentStrategy strategy, DeploymentStrategy wanted, string member)
    {
        if (isGiven && strategy != wanted)
        {
            throw RefusedException.InvalidParameter($"{member} can be used with the deployment strategy {ServiceRules.NameOf(wanted)} only.");
        }
    }

    private static void CheckBounds(DeploymentConfiguration configuration, SchedulingStrategy scheduling)
    {
        if (configuration.MinimumHealthyPercent is < 0 or > 100)
        {
            throw RefusedException.InvalidParameter("minimumHealthyPercent must be between 0 and 100.");
        }

        if (configuration.MaximumPercent is < 1 or > 10_000 || configuration.MinimumHealthyPercent > configuration.MaximumPercent)
        {
            throw RefusedException.InvalidParameter("maximumPercent must be greater than or equal to minimumHealthyPercent.");
        }

        if (scheduling == SchedulingStrategy.Daemon)
        {
            if (configuration.MaximumPercent != 100)
            {
                throw RefusedException.InvalidParameter("maximumPercent must be 100 for the scheduling strategy DAEMON.");
            }

            if (configuration.Strategy != DeploymentStrategy.Rolling)
            {
                throw RefusedException.InvalidParameter("The scheduling strategy DAEMON supports the deployment strategy ROLLING only.");
            }
        }
        else if (configuration is { MaximumPercent: 100, MinimumHealthyPercent: 100 })
        {
            throw RefusedException.InvalidParameter("Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.");
        }
    }
}
