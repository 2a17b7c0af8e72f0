using System.Collections.Immutable;
using System.Text.Json;
using Berth.Domain;

namespace Berth.Api;

/// <summary>
/// Version consistency: once a task of a revision has told what its images turned out to be, later tasks of the revision
/// run the same, whatever the tags mean by then.
/// </summary>
/// <remarks>Source: developer guide, "Container image resolution".</remarks>
internal static class PinnedImages
{
    /// <summary>The image a container is to run: by its digest where that is known, as in the definition otherwise.</summary>
    public static string Of(ClusterState state, EcsTask task, JsonElement container)
    {
        var name = container.GetProperty("name").GetString();
        var image = container.GetProperty("image").GetString()!;
        var isOff = container.TryGetProperty("versionConsistency", out var consistency) && consistency.GetString() == "disabled";
        return isOff || image.Contains('@', StringComparison.Ordinal) || RevisionImages(state, task).FirstOrDefault(known => known.ContainerName == name)?.Digest is not { } digest
            ? image
            : $"{WithoutTag(image)}@{digest}";
    }

    private static ImmutableArray<RevisionImage> RevisionImages(ClusterState state, EcsTask task) =>
        task.DaemonName is { } daemon ? state.Daemons.GetValueOrDefault(daemon)?.Revisions.FirstOrDefault(known => known.StartedBy == task.StartedBy)?.Images ?? []
        : task.ServiceName is { } name && state.Services.GetValueOrDefault(name) is { } service
            ? service.Revision(service.Deployments.FirstOrDefault(deployment => deployment.Id == task.StartedBy)?.RevisionId)?.Images ?? []
        : [];

    /// <summary>A tag follows the last slash; a colon before it is of a registry's port.</summary>
    private static string WithoutTag(string image)
    {
        var colon = image.LastIndexOf(':');
        return colon > image.LastIndexOf('/') ? image[..colon] : image;
    }
}
