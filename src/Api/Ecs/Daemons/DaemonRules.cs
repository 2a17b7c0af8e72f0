using System.Collections.Immutable;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>What ECS demands of a daemon.</summary>
internal static class DaemonRules
{
    private const int MostTokenLength = 36;
    private const int MostBakeMinutes = 1440;

    public static void CheckName(string? name)
    {
        if (string.IsNullOrEmpty(name) || !TaskDefinitionRules.IsName(name))
        {
            throw AwsException.InvalidParameter("daemonName can have up to 255 letters, digits, hyphens and underscores, and at least one.");
        }
    }

    public static void CheckToken(string? token)
    {
        if (token is not null && (token.Length > MostTokenLength || token.Any(character => character is < '!' or > '~')))
        {
            throw AwsException.InvalidParameter($"clientToken can have at most {MostTokenLength} characters, all of them printable ASCII.");
        }
    }

    /// <summary>The revision a daemon is made of, by its whole ARN.</summary>
    public static TaskDefinitionKey TaskDefinition(string? arn, RequestContext caller)
    {
        var (family, revision) = DaemonArns.ReadTaskDefinition(arn, "daemonTaskDefinitionArn", caller);
        return arn!.StartsWith("arn:", StringComparison.Ordinal) && revision is { } number    // Not null, as just read.
            ? new(family, number)
            : throw AwsException.InvalidParameter("daemonTaskDefinitionArn must be the ARN of a revision of a daemon task definition.");
    }

    /// <summary>The names of the capacity providers a daemon is for.</summary>
    public static ImmutableArray<string> CapacityProviders(List<string>? arns, RequestContext caller)
    {
        if (arns is not { Count: > 0 })
        {
            throw AwsException.InvalidParameter("capacityProviderArns can not be empty.");
        }

        ImmutableArray<string> names = [.. arns.Select(arn => CapacityProvider(arn, caller))];
        return names.Distinct(StringComparer.Ordinal).Count() == names.Length
            ? names
            : throw AwsException.InvalidParameter("capacityProviderArns cannot contain duplicates.");
    }

    /// <summary>A capacity provider's name out of its ARN.</summary>
    public static string CapacityProvider(string? arn, RequestContext caller) => arn?.StartsWith("arn:", StringComparison.Ordinal) == true
        ? CapacityProviderRules.Name(arn, caller)
        : throw AwsException.InvalidParameter("capacityProviderArns must contain ARNs of capacity providers.");

    /// <summary>How a daemon's rollouts go; null when nothing is said.</summary>
    public static DaemonDeploymentConfiguration? Configuration(DaemonDeploymentConfigurationShape? shape)
    {
        if (shape is null)
        {
            return null;
        }

        if (shape.DrainPercent is < 0 or > 100 or double.NaN)
        {
            throw AwsException.InvalidParameter("drainPercent must be between 0.0 and 100.0.");
        }

        if (shape.BakeTimeInMinutes is < 0 or > MostBakeMinutes)
        {
            throw AwsException.InvalidParameter($"bakeTimeInMinutes must be between 0 and {MostBakeMinutes}.");
        }

        if (shape.Alarms is { Enable: true, AlarmNames: not { Count: > 0 } })
        {
            throw AwsException.InvalidParameter("alarms.alarmNames can not be empty when alarms are enabled.");
        }

        // Nothing here raises alarms: a deployment that relies on them would never fail.
        NotYet.Refuse(shape.Alarms?.Enable == true, "Deployment alarms");
        return new()
        {
            DrainPercent = shape.DrainPercent,
            AlarmNames = shape.Alarms is { } alarms ? [.. alarms.AlarmNames ?? []] : null,
            BakeMinutes = shape.BakeTimeInMinutes ?? 0,
        };
    }

    /// <summary>The revision of a daemon task definition, which is ACTIVE.</summary>
    public static async ValueTask<DaemonTaskDefinition> FindActiveAsync(
        this AccountStreams account, TaskDefinitionKey key, RequestContext caller, CancellationToken cancellationToken) =>
        await account.QueryAsync(caller, new FindDaemonTaskDefinitionQuery(key.Family, key.Revision), cancellationToken).ConfigureAwait(false) switch
        {
            null => throw AwsException.Client("The specified daemon task definition does not exist."),
            { Status: not DaemonTaskDefinitionStatus.Active } => throw AwsException.Client("The daemon task definition is not in ACTIVE status."),
            var found => found,
        };
}
