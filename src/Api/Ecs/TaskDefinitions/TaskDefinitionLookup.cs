using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>Finds the revision that a call wants to run.</summary>
internal sealed class TaskDefinitionLookup(AccountStreams account)
{
    /// <summary>The revision, ACTIVE and of a kind that can be run here.</summary>
    public async ValueTask<RegisteredTaskDefinition> FindAsync(string? reference, string? launchType, RequestContext caller, CancellationToken cancellationToken)
    {
        var (family, revision) = TaskDefinitionReference.Parse(reference, caller);
        var found = await account.QueryAsync(caller, new FindTaskDefinitionQuery(family, revision), cancellationToken).ConfigureAwait(false)
            ?? throw AwsException.Client("TaskDefinition not found.");
        if (found.Status != TaskDefinitionStatus.Active)
        {
            throw AwsException.Client("TaskDefinition is inactive");
        }

        CheckLaunchType(found.Definition, launchType);
        NotYet.Refuse(found.Definition.NetworkMode == "awsvpc", "The network mode awsvpc");
        NotYet.Refuse(RequiresDevices(found.Definition), "A resource requirement such as a GPU");
        return found;
    }

    /// <summary>Refuses a strategy: no capacity provider is carried out.</summary>
    public static void CheckCapacity(string? launchType, List<CapacityProviderStrategyItemShape>? strategy)
    {
        WireEnums.LaunchType.Require(launchType, "launchType");
        if (launchType is not null && strategy is { Count: > 0 })
        {
            throw AwsException.InvalidParameter("Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.");
        }

        NotYet.Refuse(strategy is { Count: > 0 }, "A capacity provider strategy");
    }

    private static bool RequiresDevices(TaskDefinition definition) =>
        definition.Document.GetProperty("containerDefinitions").EnumerateArray().Any(container =>
            container.TryGetProperty("resourceRequirements", out var requirements) && requirements.GetArrayLength() > 0);

    private static void CheckLaunchType(TaskDefinition definition, string? launchType)
    {
        if (launchType is null or "EC2")
        {
            return;
        }

        if (!definition.Compatibilities.Contains(launchType))
        {
            throw AwsException.InvalidParameter($"Task definition does not support launch_type {launchType}.");
        }

        throw NotYet.Supported($"The launch type {launchType}");
    }
}
