using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record DeleteDaemonRequest
{
    public string? DaemonArn { get; set; }
}

internal sealed record DeleteDaemonResponse
{
    public string? DaemonArn { get; set; }

    public string? Status { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    public DateTimeOffset? UpdatedAt { get; set; }

    public string? DeploymentArn { get; set; }
}

/// <summary>Deletes a daemon: its tasks stop, and with the last of them it is gone.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteDaemon.html</remarks>
internal sealed class DeleteDaemon(ClusterStreams clusters) : IOperation<DeleteDaemonRequest, DeleteDaemonResponse>
{
    public async ValueTask<DeleteDaemonResponse> HandleAsync(DeleteDaemonRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var (cluster, name) = DaemonArns.Read(request.DaemonArn, context);
        var state = await clusters.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        var daemon = await clusters.ExecuteAsync(context, cluster, new DeleteDaemonCommand(name), cancellationToken).ConfigureAwait(false);
        return new()
        {
            DaemonArn = state.DaemonArn(name),
            Status = DaemonAnswer.DeleteInProgress,
            CreatedAt = daemon.CreatedAt,
            UpdatedAt = daemon.UpdatedAt,
            DeploymentArn = state.DaemonDeploymentArn(name, daemon.Deployments[0].Id),
        };
    }
}
