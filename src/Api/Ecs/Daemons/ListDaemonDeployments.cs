using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record ListDaemonDeploymentsRequest
{
    public string? DaemonArn { get; set; }

    public List<string>? Status { get; set; }

    public CreatedAtShape? CreatedAt { get; set; }

    public int? MaxResults { get; set; }

    public string? NextToken { get; set; }
}

internal sealed record ListDaemonDeploymentsResponse
{
    public string? NextToken { get; set; }

    public List<DaemonDeploymentSummaryShape>? DaemonDeployments { get; set; }
}

/// <summary>Lists the rollouts of a daemon, newest first.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListDaemonDeployments.html</remarks>
internal sealed class ListDaemonDeployments(ClusterStreams clusters) : IOperation<ListDaemonDeploymentsRequest, ListDaemonDeploymentsResponse>
{
    private const string List = nameof(ListDaemonDeployments);
    private const int UsualResults = 20;

    public async ValueTask<ListDaemonDeploymentsResponse> HandleAsync(ListDaemonDeploymentsRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        WireEnums.DaemonDeploymentStatus.Require(request.Status, "status");
        var page = Page.Of(List, request.NextToken, request.MaxResults, UsualResults);
        var (cluster, name) = DaemonArns.Read(request.DaemonArn, context);
        var state = await clusters.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        var daemon = state.Daemons.GetValueOrDefault(name) ?? throw AwsException.InvalidParameter("The specified daemon was not found.");

        // A daemon keeps a bounded number of them. The token names the last one shown by its time as well, so that a page
        // follows also when that one is no longer kept.
        var found = daemon.Deployments
            .Where(rollout => request.Status is not { Count: > 0 } statuses || statuses.Contains(WireName<DaemonDeploymentStatus>.Of(rollout.Status)))
            .Where(rollout => !(rollout.CreatedAt <= request.CreatedAt?.After) && !(rollout.CreatedAt >= request.CreatedAt?.Before))
            .OrderByDescending(KeyOf, StringComparer.Ordinal)
            .Where(rollout => page.After is null || string.CompareOrdinal(KeyOf(rollout), page.After) < 0)
            .Take(page.Size + 1);
        var (shown, next) = page.Cut(List, [.. found], KeyOf, rollout => DaemonDeploymentAnswer.Summary(state, daemon, rollout));
        return new() { DaemonDeployments = shown, NextToken = next };
    }

    private static string KeyOf(DaemonDeployment rollout) => $"{rollout.CreatedAt.UtcTicks:d19} {rollout.Id}";
}
