using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>A daemon as the API tells it.</summary>
internal static class DaemonAnswer
{
    public const string Active = "ACTIVE";
    public const string DeleteInProgress = "DELETE_IN_PROGRESS";

    public static DaemonDetailShape Of(ClusterState state, Daemon daemon, RequestContext caller)
    {
        var counts = DaemonCounts.Of(state, daemon);
        return new()
        {
            DaemonArn = state.DaemonArn(daemon.Name),
            ClusterArn = state.Arn,
            Status = StatusOf(daemon),
            CurrentRevisions =
            [
                .. daemon.Revisions.Where(revision => (daemon.IsActive && revision.Id == daemon.Current.Id) || counts.IsAnywhere(revision)).Select(revision => new DaemonRevisionDetailShape
                {
                    Arn = state.DaemonRevisionArn(daemon.Name, revision.Id),
                    CapacityProviders = [.. revision.CapacityProviders.Select(name => new DaemonCapacityProviderShape
                    {
                        Arn = CapacityProviderAnswer.Arn(name, caller),
                        RunningCount = counts.Running(revision, name),
                    })],
                    TotalRunningCount = revision.CapacityProviders.Sum(name => counts.Running(revision, name)),
                }),
            ],
            DeploymentArn = state.DaemonDeploymentArn(daemon.Name, daemon.Rollout.Id),
            CreatedAt = daemon.CreatedAt,
            UpdatedAt = daemon.UpdatedAt,
        };
    }

    public static DaemonSummaryShape Summary(ClusterState state, Daemon daemon) => new()
    {
        DaemonArn = state.DaemonArn(daemon.Name),
        Status = StatusOf(daemon),
        CreatedAt = daemon.CreatedAt,
        UpdatedAt = daemon.UpdatedAt,
    };

    public static DaemonRevisionShape Revision(ClusterState state, Daemon daemon, DaemonRevision revision) => new()
    {
        DaemonRevisionArn = state.DaemonRevisionArn(daemon.Name, revision.Id),
        ClusterArn = state.Arn,
        DaemonArn = state.DaemonArn(daemon.Name),
        DaemonTaskDefinitionArn = revision.TaskDefinitionArn,
        CreatedAt = revision.CreatedAt,
        ContainerImages = [.. revision.Images.Select(image => new DaemonContainerImageShape { ContainerName = image.ContainerName, Image = image.Image, ImageDigest = image.Digest })],
        PropagateTags = revision.PropagateTags,
        EnableECSManagedTags = revision.EnableEcsManagedTags,
        EnableExecuteCommand = revision.EnableExecuteCommand,
    };

    private static string StatusOf(Daemon daemon) => daemon.IsActive ? Active : DeleteInProgress;

    public static AwsException NotFound() => new("DaemonNotFoundException", 400, "The specified daemon was not found.");
}
