using System.Text.Json;
using Berth.Wire;

namespace Berth.Api;

/// <summary>What ECS demands of a capacity provider, and the defaults it fills in.</summary>
internal static class CapacityProviderRules
{
    private const int MostStep = 10_000;
    private const int MostWarmUpSeconds = 10_000;

    private static readonly string[] ReservedPrefixes = ["aws", "ecs", "fargate"];

    /// <summary>Refuses a name that ECS would not give a capacity provider.</summary>
    public static void CheckName(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            throw AwsException.Client("The capacity provider name cannot be empty.");
        }

        if (!TaskDefinitionRules.IsName(name))
        {
            throw AwsException.Client("The specified capacity provider name is invalid. Up to 255 characters are allowed, including letters (upper and lowercase), numbers, underscores, and hyphens.");
        }

        if (ReservedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
        {
            throw AwsException.Client("The specified capacity provider name is invalid. The name cannot be prefixed with \"aws\", \"ecs\", or \"fargate\".");
        }
    }

    /// <summary>A capacity provider's name out of a name or an ARN.</summary>
    public static string Name(string? text, RequestContext caller)
    {
        if (string.IsNullOrEmpty(text))
        {
            throw AwsException.InvalidParameter("The capacity provider cannot be empty.");
        }

        if (!text.StartsWith("arn:", StringComparison.Ordinal))
        {
            return text;
        }

        var prefix = $"arn:aws:ecs:{caller.Region}:{caller.AccountId}:capacity-provider/";
        return text.StartsWith(prefix, StringComparison.Ordinal) && text.Length > prefix.Length
            ? text[prefix.Length..]
            : throw AwsException.InvalidParameter("The specified capacity provider was not found. Specify a valid capacity provider and try again.");
    }

    /// <summary>Refuses a cluster, where one is named, that is not the one a provider of managed instances belongs to.</summary>
    public static async ValueTask RequireOwnClusterAsync(string own, string? named, ClusterStreams clusters, RequestContext caller, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(named) && (await clusters.ReadAsync(caller, named, cancellationToken).ConfigureAwait(false)).Name != own)
        {
            throw AwsException.InvalidParameter("The specified capacity provider was not found. Specify a valid capacity provider and try again.");
        }
    }

    /// <summary>An Auto Scaling group's settings, checked, with ECS's defaults.</summary>
    public static AutoScalingGroupProviderShape WithDefaults(AutoScalingGroupProviderShape given)
    {
        if (string.IsNullOrEmpty(given.AutoScalingGroupArn))
        {
            throw AwsException.Client("The Auto Scaling group ARN cannot be empty.");
        }

        if (!given.AutoScalingGroupArn.StartsWith("arn:", StringComparison.Ordinal) || !given.AutoScalingGroupArn.Contains(":autoscaling:", StringComparison.Ordinal))
        {
            throw AwsException.Client("The specified Auto Scaling group ARN is invalid. Specify a valid Auto Scaling group ARN and try again.");
        }

        WireEnums.ManagedTerminationProtection.RequireOfClient(given.ManagedTerminationProtection, "managedTerminationProtection");
        WireEnums.ManagedDraining.RequireOfClient(given.ManagedDraining, "managedDraining");
        var scaling = WithDefaults(given.ManagedScaling);
        if (given.ManagedTerminationProtection == "ENABLED" && scaling.Status != "ENABLED")
        {
            throw AwsException.Client("The managed termination protection setting for the capacity provider is invalid. To enable managed termination protection for a capacity provider, managed scaling must be enabled.");
        }

        return given with
        {
            ManagedScaling = scaling,
            ManagedTerminationProtection = given.ManagedTerminationProtection ?? "DISABLED",
            ManagedDraining = given.ManagedDraining ?? "ENABLED",
        };
    }

    /// <summary>The settings after an update: what it does not give stays.</summary>
    public static AutoScalingGroupProviderShape Merge(AutoScalingGroupProviderShape known, AutoScalingGroupProviderUpdateShape update)
    {
        var (was, now) = (known.ManagedScaling, update.ManagedScaling);
        return WithDefaults(known with
        {
            ManagedScaling = now is null ? was : new ManagedScalingShape
            {
                Status = now.Status ?? was?.Status,
                TargetCapacity = now.TargetCapacity ?? was?.TargetCapacity,
                MinimumScalingStepSize = now.MinimumScalingStepSize ?? was?.MinimumScalingStepSize,
                MaximumScalingStepSize = now.MaximumScalingStepSize ?? was?.MaximumScalingStepSize,
                InstanceWarmupPeriod = now.InstanceWarmupPeriod ?? was?.InstanceWarmupPeriod,
            },
            ManagedTerminationProtection = update.ManagedTerminationProtection ?? known.ManagedTerminationProtection,
            ManagedDraining = update.ManagedDraining ?? known.ManagedDraining,
        });
    }

    public static JsonElement Store(AutoScalingGroupProviderShape settings) => JsonSerializer.SerializeToElement(settings, EcsJson.Shared.AutoScalingGroupProviderShape);

    public static JsonElement Store(ManagedInstancesProviderShape settings) => JsonSerializer.SerializeToElement(settings, EcsJson.Shared.ManagedInstancesProviderShape);

    private static ManagedScalingShape WithDefaults(ManagedScalingShape? given)
    {
        if (given is null)
        {
            return new() { Status = "DISABLED", TargetCapacity = 100, MinimumScalingStepSize = 1, MaximumScalingStepSize = MostStep, InstanceWarmupPeriod = 300 };
        }

        WireEnums.ManagedScalingStatus.RequireOfClient(given.Status, "managedScaling.status");
        Range("targetCapacity", given.TargetCapacity, 1, 100);
        Range("minimumScalingStepSize", given.MinimumScalingStepSize, 1, MostStep);
        Range("maximumScalingStepSize", given.MaximumScalingStepSize, 1, MostStep);
        Range("instanceWarmupPeriod", given.InstanceWarmupPeriod, 0, MostWarmUpSeconds);
        if (given.MinimumScalingStepSize > (given.MaximumScalingStepSize ?? MostStep))
        {
            throw AwsException.Client("The managed scaling settings are invalid. 'minimumScalingStepSize' must not be greater than 'maximumScalingStepSize'.");
        }

        return new()
        {
            Status = given.Status ?? "ENABLED",
            TargetCapacity = given.TargetCapacity ?? 100,
            MinimumScalingStepSize = given.MinimumScalingStepSize ?? 1,
            MaximumScalingStepSize = given.MaximumScalingStepSize ?? MostStep,
            InstanceWarmupPeriod = given.InstanceWarmupPeriod ?? 300,
        };
    }

    private static void Range(string member, int? value, int fewest, int most)
    {
        if (value < fewest || value > most)
        {
            throw AwsException.Client($"The managed scaling settings are invalid. '{member}' must be between {fewest} and {most}.");
        }
    }
}
