using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>Finds the revision that a call wants to run.</summary>
internal sealed class TaskDefinitionLookup(AccountStreams account)
{
    /// <summary>The revision, ACTIVE and with nothing in it that cannot be carried out.</summary>
    public async ValueTask<RegisteredTaskDefinition> FindAsync(string? reference, RequestContext caller, CancellationToken cancellationToken)
    {
        var (family, revision) = TaskDefinitionReference.Parse(reference, caller);
        var found = await account.QueryAsync(caller, new FindTaskDefinitionQuery(family, revision), cancellationToken).ConfigureAwait(false)
            ?? throw AwsException.Client("TaskDefinition not found.");
        if (found.Status != TaskDefinitionStatus.Active)
        {
            throw AwsException.Client("TaskDefinition is inactive");
        }

        NotYet.Refuse(RequiresOtherDevices(found.Definition), "A resource requirement other than a number of GPUs");
        return found;
    }

    private static bool RequiresOtherDevices(TaskDefinition definition) =>
        definition.Document.GetProperty("containerDefinitions").EnumerateArray().Any(container =>
            container.TryGetProperty("resourceRequirements", out var requirements)
            && requirements.EnumerateArray().Any(requirement => requirement.GetProperty("type").GetString() != "GPU" || requirement.GetProperty("value").GetString() == "ALL"));
}
