using Berth.Domain;

namespace Berth.Api;

/// <summary>What an answer tells of things that could not be done, beside those that could.</summary>
internal static class Failures
{
    public static FailureShape Show(ClusterState state, PlacementFailure failure) => new()
    {
        Arn = failure.ContainerInstanceId.Length > 0 ? EcsIdentifiers.ArnOf(failure.ContainerInstanceId, state.ContainerInstanceArn) : null,
        Reason = failure.Reason,
        Detail = failure.Detail,
    };
}
