using System.Collections.Immutable;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>What RunTask and StartTask ask for in the same words.</summary>
internal sealed record TaskLaunchRequest
{
    public required string? TaskDefinition { get; init; }

    public required TaskOverrideShape? Overrides { get; init; }

    public required string? Group { get; init; }

    public required string? StartedBy { get; init; }

    public required string? ReferenceId { get; init; }

    public required List<TagShape>? Tags { get; init; }

    public required string? PropagateTags { get; init; }

    public required bool? EnableEcsManagedTags { get; init; }

    public required bool? EnableExecuteCommand { get; init; }

    public required NetworkConfigurationShape? NetworkConfiguration { get; init; }

    public required List<TaskVolumeConfigurationShape>? VolumeConfigurations { get; init; }
}

/// <summary>Reads what is to be launched, its task definition found and its tags gathered.</summary>
internal sealed class TaskLaunches(TaskDefinitionLookup definitions, TaskNetworks networks, EcsQuotas quotas)
{
    private const int MostGroupLength = 255;
    private const int MostStartedByLength = 128;
    private const int MostReferenceIdLength = 1024;

    public async ValueTask<TaskLaunch> ReadAsync(TaskLaunchRequest request, LaunchTarget target, string cluster, RequestContext caller, CancellationToken cancellationToken)
    {
        CheckLabels(request);
        WireEnums.PropagateTags.Require(request.PropagateTags, "propagateTags");
        if (request.PropagateTags == "SERVICE")
        {
            throw AwsException.InvalidParameter("propagateTags SERVICE is only valid for services.");
        }

        var registered = await definitions.FindAsync(request.TaskDefinition, caller, cancellationToken).ConfigureAwait(false);
        var definition = registered.Definition;
        target.RequireCompatible(definition);
        var overrides = TaskOverrides.Read(request.Overrides, definition, target, quotas);
        if (request.EnableExecuteCommand == true && string.IsNullOrEmpty(overrides.TaskRoleArn ?? definition.TaskRoleArn))
        {
            throw AwsException.InvalidParameter("The task couldn't be run because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and try again.");
        }

        var network = await networks.ReadAsync(request.NetworkConfiguration, definition.NetworkMode, target.IsFargate, caller, cancellationToken).ConfigureAwait(false);
        return new()
        {
            Definition = definition,
            Overrides = overrides,
            Group = string.IsNullOrEmpty(request.Group) ? null : request.Group,
            StartedBy = string.IsNullOrEmpty(request.StartedBy) ? null : request.StartedBy,
            LaunchType = target.LaunchType ?? "EC2",
            PlatformVersion = target.PlatformVersion,
            NetworkConfiguration = network.Configuration,
            Subnets = network.Subnets,
            VolumeConfigurations = VolumeConfigurationRules.Read(request.VolumeConfigurations, definition),
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

        if (request.ReferenceId?.Length > MostReferenceIdLength)
        {
            throw AwsException.InvalidParameter($"referenceId can have at most {MostReferenceIdLength} characters.");
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
