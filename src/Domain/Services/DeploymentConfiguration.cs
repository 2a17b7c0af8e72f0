using System.Collections.Immutable;
using System.Text.Json;

namespace Berth.Domain;

/// <summary>How a new revision takes over. The wire's names are in capitals.</summary>
public enum DeploymentStrategy
{
    /// <summary>Task by task.</summary>
    Rolling,

    /// <summary>All traffic at once, after the new revision stands in full.</summary>
    BlueGreen,

    /// <summary>Traffic in equal steps.</summary>
    Linear,

    /// <summary>A small part of the traffic first, then the rest.</summary>
    Canary,
}

/// <summary>How the circuit breaker's threshold follows from its value. The wire's names are in capitals.</summary>
public enum ThresholdType
{
    /// <summary>Percent of the desired count, at least 3 and at most 200.</summary>
    BoundedPercent,

    /// <summary>The value itself.</summary>
    Count,

    /// <summary>Percent of the desired count.</summary>
    UnboundedPercent,
}

/// <summary>How many failures the circuit breaker takes.</summary>
public sealed record CircuitBreakerThreshold(ThresholdType Type, int Value)
{
    private const int Fewest = 3;
    private const int Most = 200;

    /// <summary>Half the desired count, within the bounds.</summary>
    public static CircuitBreakerThreshold Usual { get; } = new(ThresholdType.BoundedPercent, 50);

    /// <summary>The failures after which a deployment of so many tasks is given up; at least 1.</summary>
    public int For(int desired)
    {
        var percent = (int)Math.Min(int.MaxValue, ((long)desired * Value + 99) / 100);
        return Type switch
        {
            ThresholdType.BoundedPercent => Math.Clamp(percent, Fewest, Most),
            ThresholdType.Count => Math.Max(1, Value),
            ThresholdType.UnboundedPercent => Math.Max(1, percent),
        };
    }
}

/// <summary>Gives up a deployment whose tasks keep failing.</summary>
/// <param name="Enable">Whether it watches at all.</param>
/// <param name="Rollback">Whether the last completed deployment comes back.</param>
public sealed record DeploymentCircuitBreaker(bool Enable, bool Rollback)
{
    /// <summary>The breaker nobody asked for.</summary>
    public static DeploymentCircuitBreaker Off { get; } = new(false, false);

    /// <summary>Whether a task that becomes healthy sets the count to 0; null for the default, which is that it does.</summary>
    public bool? ResetOnHealthyTask { get; init; }

    /// <summary>The threshold as given; null for <see cref="CircuitBreakerThreshold.Usual"/>.</summary>
    public CircuitBreakerThreshold? Threshold { get; init; }

    /// <summary>The failures after which a deployment of so many tasks is given up.</summary>
    public int ThresholdFor(int desired) => (Threshold ?? CircuitBreakerThreshold.Usual).For(desired);
}

/// <summary>Alarms that fail a deployment.</summary>
public sealed record DeploymentAlarms(ImmutableArray<string> AlarmNames, bool Enable, bool Rollback);

/// <summary>Who is asked at a stage of a deployment. The wire's names are in capitals.</summary>
public enum LifecycleHookTargetType
{
    /// <summary>A function.</summary>
    AwsLambda,

    /// <summary>A person: the deployment waits for ContinueServiceDeployment.</summary>
    Pause,
}

/// <summary>What happens after a hook. The wire's names are in capitals.</summary>
public enum LifecycleHookAction
{
    /// <summary>Back to the revision before.</summary>
    Rollback,

    /// <summary>On to the next stage.</summary>
    Continue,
}

/// <summary>A stop on the way of a deployment at which somebody is asked.</summary>
public sealed record LifecycleHook
{
    /// <summary>Who is asked.</summary>
    public LifecycleHookTargetType TargetType { get; init; }

    /// <summary>The function; null for a pause.</summary>
    public string? HookTargetArn { get; init; }

    /// <summary>The role that calls it; null for a pause.</summary>
    public string? RoleArn { get; init; }

    /// <summary>The stages, in the order of a deployment.</summary>
    public ImmutableArray<LifecycleStage> Stages { get => field.IsDefault ? [] : field; init; }

    /// <summary>The document that is handed on.</summary>
    public JsonElement? Details { get; init; }

    /// <summary>How long an answer may take; null for the usual day.</summary>
    public int? TimeoutInMinutes { get; init; }

    /// <summary>What happens when none came.</summary>
    public LifecycleHookAction TimeoutAction { get; init; }
}

/// <summary>Equal steps of traffic.</summary>
/// <param name="StepPercent">3.0 to 100.0.</param>
/// <param name="StepBakeMinutes">0 to 1,440: the wait after each step but the last.</param>
public sealed record LinearConfiguration(double StepPercent, int StepBakeMinutes);

/// <summary>A small part of the traffic first.</summary>
/// <param name="CanaryPercent">0.1 to 100.0.</param>
/// <param name="CanaryBakeMinutes">0 to 1,440: the wait before the rest follows.</param>
public sealed record CanaryConfiguration(double CanaryPercent, int CanaryBakeMinutes);

/// <summary>How a service may depart from its desired count, and how a new revision takes over.</summary>
/// <param name="MaximumPercent">Most tasks, running and stopping ones together, in percent of the desired count, rounded down.</param>
/// <param name="MinimumHealthyPercent">Fewest healthy tasks, in percent of the desired count, rounded up.</param>
public sealed record DeploymentConfiguration(int MaximumPercent = 200, int MinimumHealthyPercent = 100)
{
    /// <summary>How a new revision takes over.</summary>
    public DeploymentStrategy Strategy { get; init; }

    /// <summary>The circuit breaker.</summary>
    public DeploymentCircuitBreaker CircuitBreaker { get => field ?? DeploymentCircuitBreaker.Off; init; }

    /// <summary>Alarms; null when none were named.</summary>
    public DeploymentAlarms? Alarms { get; init; }

    /// <summary>How long both revisions stay up after the last traffic has moved.</summary>
    public int BakeMinutes { get; init; }

    /// <summary>Who is asked on the way.</summary>
    public ImmutableArray<LifecycleHook> LifecycleHooks { get => field.IsDefault ? [] : field; init; }

    /// <summary>For <see cref="DeploymentStrategy.Linear"/>.</summary>
    public LinearConfiguration? Linear { get; init; }

    /// <summary>For <see cref="DeploymentStrategy.Canary"/>.</summary>
    public CanaryConfiguration? Canary { get; init; }

    /// <summary>The fewest healthy tasks of so many.</summary>
    public int Fewest(int desired) => (int)Math.Min(int.MaxValue, ((long)desired * MinimumHealthyPercent + 99) / 100);

    /// <summary>The most tasks of so many, stopping ones among them.</summary>
    public int Most(int desired) => (int)Math.Min(int.MaxValue, (long)desired * MaximumPercent / 100);
}
