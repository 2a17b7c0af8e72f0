using System.Collections.Immutable;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>What RunTask and StartTask ask for in the same words.</summary>
internal sealed record TaskLaunchRequest
{
    public required string? TaskDefinition { get; init; }

    public string? LaunchType { get; init; }

    public required TaskOverrideShape? Overrides { get; init; }

    public required string? Group { get; init; }

    public required string? StartedBy { get; init; }

    public required List<TagShape>? Tags { get; init; }

    public required string? PropagateTags { get; init; }

    public required bool? EnableEcsManagedTags { get; init; }

    public required bool? EnableExecuteCommand { get; init; }

    public required NetworkConfigurationShape? NetworkConfiguration { get; init; }

    public required List<TaskVolumeConfigurationShape>? VolumeConfigurations { get; init; }
}

/// <summary>Reads what is to be launched, its task definition found and its tags gathered.</summary>
internal sealed class TaskLaunches(TaskDefinitionLookup definitions)
{
    private const int MostGroupLength = 255;
    private const int MostStartedByLength = 128;

    public async ValueTask<TaskLaunch> ReadAsync(TaskLaunchRequest request, string cluster, RequestContext caller, CancellationToken cancellationToken)
    {
        CheckLabels(request);
        WireEnums.PropagateTags.Require(request.PropagateTags, "propagateTags");
        if (request.PropagateTags == "SERVICE")
        {
            throw AwsException.InvalidParameter("propagateTags SERVICE is only valid for services.");
        }

        NotYet.Refuse(request.EnableExecuteCommand == true, "ExecuteCommand");
        NotYet.Refuse(request.VolumeConfigurations is { Count: > 0 }, "A volume that is configured at launch");
        var registered = await definitions.FindAsync(request.TaskDefinition, request.LaunchType, caller, cancellationToken).ConfigureAwait(false);
        if (request.NetworkConfiguration?.AwsvpcConfiguration is not null)
        {
            throw AwsException.InvalidParameter("Network Configuration is not valid for the given networkMode of this task definition.");
        }

        return new()
        {
            Definition = registered.Definition,
            Overrides = TaskOverrides.Read(request.Overrides, registered.Definition),
            Group = string.IsNullOrEmpty(request.Group) ? null : request.Group,
            StartedBy = string.IsNullOrEmpty(request.StartedBy) ? null : request.StartedBy,
            Tags = AllTags(request, registered, cluster),
            EnableExecuteCommand = request.EnableExecuteCommand == true,
        };
    }

    private static void CheckLabels(TaskLaunchRequest request)
    {
        if (request.Group?.Length > MostGroupLength)
        {
            throw AwsException.InvalidParameter($"group can have at most {MostGroupLength} characters.");
        }

        if (request.Group?.StartsWith("service:", StringComparison.Ordinal) == true)
        {
            throw AwsException.InvalidParameter("Invalid namespace for group.");
        }

        if (request.StartedBy is { } label
            && (label.Length > MostStartedByLength || !label.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '/')))
        {
            throw AwsException.InvalidParameter($"startedBy can have at most {MostStartedByLength} letters, digits, hyphens, underscores and slashes.");
        }
    }

    /// <summary>The call's tags, then the definition's where they are propagated, then ECS's own.</summary>
    private static ImmutableArray<ResourceTag> AllTags(TaskLaunchRequest request, RegisteredTaskDefinition registered, string cluster)
    {
        var given = Tags.Read(request.Tags);
        IEnumerable<ResourceTag> propagated = request.PropagateTags == "TASK_DEFINITION" ? registered.Tags : [];
        IEnumerable<ResourceTag> managed = request.EnableEcsManagedTags == true ? [new("aws:ecs:clusterName", cluster)] : [];
        return [.. given.Concat(propagated).Concat(managed).DistinctBy(tag => tag.Key, StringComparer.Ordinal)];
    }
}
