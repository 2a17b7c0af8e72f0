using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>A daemon as the API tells it. No task of it runs anywhere, and the counts say so.</summary>
internal static class DaemonAnswer
{
    public const string Active = "ACTIVE";
    public const string DeleteInProgress = "DELETE_IN_PROGRESS";

    public static DaemonDetailShape Of(ClusterState state, Daemon daemon, RequestContext caller) => new()
    {
        DaemonArn = state.DaemonArn(daemon.Name),
        ClusterArn = state.Arn,
        Status = Active,
        CurrentRevisions =
        [
            new()
            {
                Arn = state.DaemonRevisionArn(daemon.Name, daemon.Current.Id),
                CapacityProviders = [.. daemon.Current.CapacityProviders.Select(name => new DaemonCapacityProviderShape
                {
                    Arn = CapacityProviderAnswer.Arn(name, caller),
                    RunningCount = 0,
                })],
                TotalRunningCount = 0,
            },
        ],
        DeploymentArn = state.DaemonDeploymentArn(daemon.Name, daemon.Deployments[0].Id),
        CreatedAt = daemon.CreatedAt,
        UpdatedAt = daemon.UpdatedAt,
    };

    public static DaemonSummaryShape Summary(ClusterState state, Daemon daemon) => new()
    {
        DaemonArn = state.DaemonArn(daemon.Name),
        Status = Active,
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

    public static AwsException NotFound() => new("DaemonNotFoundException", 400, "The specified daemon was not found.");
}
