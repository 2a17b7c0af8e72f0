using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>A deployment configuration between the wire and the domain, checked.</summary>
internal static class DeploymentConfigurationRules
{
    private const int MostBakeMinutes = 1440;
    private const int MostHookMinutes = 20160;

    /// <summary>What a service has that names none.</summary>
    public static DeploymentConfiguration Usual(SchedulingStrategy scheduling) => scheduling == SchedulingStrategy.Daemon ? new(100, 0) : new();

    /// <summary>What a request says of it; null when it says nothing.</summary>
    public static DeploymentConfigurationChanges? Read(DeploymentConfigurationShape? shape)
    {
        if (shape is null)
        {
            return null;
        }

        WireEnums.DeploymentStrategy.Require(shape.Strategy, "deploymentConfiguration.strategy");
        if (shape.BakeTimeInMinutes is < 0 or > MostBakeMinutes)
        {
            throw AwsException.InvalidParameter($"bakeTimeInMinutes must be between 0 and {MostBakeMinutes}.");
        }

        return new(shape.MaximumPercent, shape.MinimumHealthyPercent)
        {
            Strategy = shape.Strategy is { } strategy ? WireName<DeploymentStrategy>.Read(strategy, default) : null,
            CircuitBreaker = CircuitBreaker(shape.DeploymentCircuitBreaker),
            Alarms = Alarms(shape.Alarms),
            BakeMinutes = shape.BakeTimeInMinutes,
            LifecycleHooks = shape.LifecycleHooks is { } hooks ? [.. hooks.Select(Hook)] : null,
            Linear = Linear(shape.LinearConfiguration),
            Canary = Canary(shape.CanaryConfiguration),
        };
    }

    public static DeploymentConfigurationShape Show(DeploymentConfiguration configuration) => new()
    {
        DeploymentCircuitBreaker = new()
        {
            Enable = configuration.CircuitBreaker.Enable,
            Rollback = configuration.CircuitBreaker.Rollback,
            ResetOnHealthyTask = configuration.CircuitBreaker.ResetOnHealthyTask,
            ThresholdConfiguration = configuration.CircuitBreaker.Threshold is { } threshold
                ? new() { Type = WireName<ThresholdType>.Of(threshold.Type), Value = threshold.Value }
                : null,
        },
        MaximumPercent = configuration.MaximumPercent,
        MinimumHealthyPercent = configuration.MinimumHealthyPercent,
        Alarms = configuration.Alarms is { } alarms ? new() { AlarmNames = [.. alarms.AlarmNames], Enable = alarms.Enable, Rollback = alarms.Rollback } : null,
        Strategy = WireName<DeploymentStrategy>.Of(configuration.Strategy),
        BakeTimeInMinutes = configuration.BakeMinutes,
        LifecycleHooks = configuration.LifecycleHooks.IsEmpty ? null : [.. configuration.LifecycleHooks.Select(Show)],
        LinearConfiguration = configuration.Linear is { } linear ? new() { StepPercent = linear.StepPercent, StepBakeTimeInMinutes = linear.StepBakeMinutes } : null,
        CanaryConfiguration = configuration.Canary is { } canary ? new() { CanaryPercent = canary.CanaryPercent, CanaryBakeTimeInMinutes = canary.CanaryBakeMinutes } : null,
    };

    private static DeploymentCircuitBreaker? CircuitBreaker(DeploymentCircuitBreakerShape? shape)
    {
        if (shape is null)
        {
            return null;
        }

        if (shape.Enable is null || shape.Rollback is null)
        {
            throw AwsException.InvalidParameter("deploymentCircuitBreaker needs both enable and rollback.");
        }

        return new(shape.Enable.Value, shape.Rollback.Value) { ResetOnHealthyTask = shape.ResetOnHealthyTask, Threshold = Threshold(shape.ThresholdConfiguration) };
    }

    private static CircuitBreakerThreshold? Threshold(ThresholdConfigurationShape? shape)
    {
        if (shape is null)
        {
            return null;
        }

        WireEnums.ThresholdType.Require(shape.Type, "thresholdConfiguration.type");
        if (shape.Type is null || shape.Value is not { } value)
        {
            throw AwsException.InvalidParameter("thresholdConfiguration needs both type and value.");
        }

        var type = WireName<ThresholdType>.Read(shape.Type, default);
        return value < 1 || (type != ThresholdType.Count && value > 100)
            ? throw AwsException.InvalidParameter(type == ThresholdType.Count ? "thresholdConfiguration.value must be at least 1." : "thresholdConfiguration.value must be between 1 and 100 percent.")
            : new(type, value);
    }

    private static DeploymentAlarms? Alarms(DeploymentAlarmsShape? shape)
    {
        if (shape is null)
        {
            return null;
        }

        if (shape.AlarmNames is null || shape.Enable is null || shape.Rollback is null)
        {
            throw AwsException.InvalidParameter("alarms needs alarmNames, enable and rollback.");
        }

        if (shape.Enable == true && shape.AlarmNames.Count == 0)
        {
            throw AwsException.InvalidParameter("alarms.alarmNames can not be empty when alarms are enabled.");
        }

        return new([.. shape.AlarmNames], shape.Enable.Value, shape.Rollback.Value);
    }

    private static LifecycleHook Hook(DeploymentLifecycleHookShape shape)
    {
        WireEnums.DeploymentLifecycleHookTargetType.Require(shape.TargetType, "lifecycleHooks.targetType");
        WireEnums.DeploymentLifecycleHookStage.Require(shape.LifecycleStages, "lifecycleHooks.lifecycleStages");
        WireEnums.DeploymentLifecycleHookAction.Require(shape.TimeoutConfiguration?.Action, "lifecycleHooks.timeoutConfiguration.action");
        var type = WireName<LifecycleHookTargetType>.Read(shape.TargetType, LifecycleHookTargetType.AwsLambda);
        if (shape.LifecycleStages is not { Count: > 0 } stages)
        {
            throw AwsException.InvalidParameter("lifecycleHooks.lifecycleStages can not be empty.");
        }

        if (shape.TimeoutConfiguration?.TimeoutInMinutes is < 1 or > MostHookMinutes)
        {
            throw AwsException.InvalidParameter($"lifecycleHooks.timeoutConfiguration.timeoutInMinutes must be between 1 and {MostHookMinutes}.");
        }

        if (type == LifecycleHookTargetType.Pause && stages.Any(stage => stage is "TEST_TRAFFIC_SHIFT" or "PRODUCTION_TRAFFIC_SHIFT"))
        {
            throw AwsException.InvalidParameter("PAUSE hooks can't be configured at TEST_TRAFFIC_SHIFT or PRODUCTION_TRAFFIC_SHIFT.");
        }

        if (type == LifecycleHookTargetType.AwsLambda && (string.IsNullOrEmpty(shape.HookTargetArn) || string.IsNullOrEmpty(shape.RoleArn)))
        {
            throw AwsException.InvalidParameter("A lifecycle hook with the target type AWS_LAMBDA needs hookTargetArn and roleArn.");
        }

        NotYet.Refuse(type == LifecycleHookTargetType.AwsLambda, "A lifecycle hook that calls a Lambda function");
        return new()
        {
            TargetType = type,
            HookTargetArn = shape.HookTargetArn,
            RoleArn = shape.RoleArn,
            Stages = [.. stages.Select(stage => WireName<LifecycleStage>.Read(stage, default)).Distinct().Order()],
            Details = shape.HookDetails is { } details ? JsonSerializer.SerializeToElement(details, EcsJson.Shared.JsonObject) : null,
            TimeoutInMinutes = shape.TimeoutConfiguration?.TimeoutInMinutes,
            TimeoutAction = WireName<LifecycleHookAction>.Read(shape.TimeoutConfiguration?.Action, LifecycleHookAction.Rollback),
        };
    }

    private static DeploymentLifecycleHookShape Show(LifecycleHook hook) => new()
    {
        TargetType = WireName<LifecycleHookTargetType>.Of(hook.TargetType),
        HookTargetArn = hook.HookTargetArn,
        RoleArn = hook.RoleArn,
        LifecycleStages = [.. hook.Stages.Select(WireName<LifecycleStage>.Of)],
        HookDetails = hook.Details is { } details ? JsonObject.Create(details) : null,
        TimeoutConfiguration = hook.TimeoutInMinutes is null && hook.TimeoutAction == LifecycleHookAction.Rollback
            ? null
            : new() { TimeoutInMinutes = hook.TimeoutInMinutes, Action = WireName<LifecycleHookAction>.Of(hook.TimeoutAction) },
    };

    private static LinearConfiguration? Linear(LinearConfigurationShape? shape)
    {
        if (shape is null)
        {
            return null;
        }

        var (step, bake) = (shape.StepPercent ?? 10, shape.StepBakeTimeInMinutes ?? 6);
        return !IsPercent(step, 3) ? throw AwsException.InvalidParameter("stepPercent must be a multiple of 0.1 between 3.0 and 100.0.")
            : bake is < 0 or > MostBakeMinutes ? throw AwsException.InvalidParameter($"stepBakeTimeInMinutes must be between 0 and {MostBakeMinutes}.")
            : new(step, bake);
    }

    private static CanaryConfiguration? Canary(CanaryConfigurationShape? shape)
    {
        if (shape is null)
        {
            return null;
        }

        var (percent, bake) = (shape.CanaryPercent ?? 5, shape.CanaryBakeTimeInMinutes ?? 10);
        return !IsPercent(percent, 0.1) ? throw AwsException.InvalidParameter("canaryPercent must be a multiple of 0.1 between 0.1 and 100.0.")
            : bake is < 0 or > MostBakeMinutes ? throw AwsException.InvalidParameter($"canaryBakeTimeInMinutes must be between 0 and {MostBakeMinutes}.")
            : new(percent, bake);
    }

    private static bool IsPercent(double value, double least) => value >= least && value <= 100 && Math.Abs((value * 10) - Math.Round(value * 10)) < 1e-6;
}
