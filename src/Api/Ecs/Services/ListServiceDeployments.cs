using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record ListServiceDeploymentsRequest
{
    public string? Service { get; set; }

    public string? Cluster { get; set; }

    public List<string>? Status { get; set; }

    public CreatedAtShape? CreatedAt { get; set; }

    public string? NextToken { get; set; }

    public int? MaxResults { get; set; }
}

internal sealed record ListServiceDeploymentsResponse
{
    public List<ServiceDeploymentBriefShape>? ServiceDeployments { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>Lists the rollouts of a service, newest first.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServiceDeployments.html</remarks>
internal sealed class ListServiceDeployments(ClusterStreams clusters) : IOperation<ListServiceDeploymentsRequest, ListServiceDeploymentsResponse>
{
    private const string List = nameof(ListServiceDeployments);
    private const int UsualResults = 20;

    public async ValueTask<ListServiceDeploymentsResponse> HandleAsync(ListServiceDeploymentsRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        WireEnums.ServiceDeploymentStatus.Require(request.Status, "status");
        var page = Page.Of(List, request.NextToken, request.MaxResults, UsualResults);
        var cluster = EcsIdentifiers.Cluster(request.Cluster, context);
        var name = EcsIdentifiers.Service(request.Service, cluster, context);
        var state = await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false);
        var service = state.Services.GetValueOrDefault(name) ?? throw new AwsException("ServiceNotFoundException", 400, "Service not found.");

        // A service keeps a bounded number of them. The token names the last one shown by its time as well, so that a
        // page follows also when that one is no longer kept.
        var found = service.ServiceDeployments
            .Where(rollout => request.Status is not { Count: > 0 } statuses || statuses.Contains(WireName<ServiceDeploymentStatus>.Of(rollout.Status)))
            .Where(rollout => !(rollout.CreatedAt <= request.CreatedAt?.After) && !(rollout.CreatedAt >= request.CreatedAt?.Before))
            .OrderByDescending(KeyOf, StringComparer.Ordinal)
            .Where(rollout => page.After is null || string.CompareOrdinal(KeyOf(rollout), page.After) < 0)
            .Take(page.Size + 1);
        var (shown, next) = page.Cut(List, [.. found], KeyOf, rollout => ServiceDeploymentAnswer.Brief(state, service, rollout));
        return new() { ServiceDeployments = shown, NextToken = next };
    }

    private static string KeyOf(ServiceDeployment rollout) => $"{rollout.CreatedAt.UtcTicks:d19} {rollout.Id}";
}
