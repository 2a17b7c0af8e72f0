using System.Collections.Immutable;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record ListContainerInstancesRequest
{
    public string? Cluster { get; set; }

    public string? Filter { get; set; }

    public string? NextToken { get; set; }

    public int? MaxResults { get; set; }

    public string? Status { get; set; }
}

internal sealed record ListContainerInstancesResponse
{
    public List<string>? ContainerInstanceArns { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>Lists ARNs of the container instances that are not deregistered.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListContainerInstances.html</remarks>
internal sealed class ListContainerInstances(ClusterStreams clusters) : IOperation<ListContainerInstancesRequest, ListContainerInstancesResponse>
{
    private const string List = nameof(ListContainerInstances);

    public async ValueTask<ListContainerInstancesResponse> HandleAsync(ListContainerInstancesRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        WireEnums.ContainerInstanceStatus.Require(request.Status, "status");
        var filter = string.IsNullOrEmpty(request.Filter) ? null : PlacementRules.Query(request.Filter);
        var page = Page.Of(List, request.NextToken, request.MaxResults);
        var state = await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false);
        ImmutableArray<string> found =
        [
            .. state.ContainerInstances.Values
                .Where(instance => page.After is null || string.CompareOrdinal(instance.Id, page.After) > 0)
                .Where(instance => request.Status is { } status ? ContainerInstanceAnswer.StatusName(instance.Status) == status : instance.Status != ContainerInstanceStatus.Inactive)
                .Where(Filter(filter, state))
                .Select(instance => instance.Id)
                .Take(page.Size + 1),
        ];
        var (arns, next) = page.Cut(List, found, id => id, state.ContainerInstanceArn);
        return new() { ContainerInstanceArns = arns, NextToken = next };
    }

    private static Func<ContainerInstance, bool> Filter(ClusterQuery? query, ClusterState state) =>
        query is null ? _ => true : query.Over(state);
}
