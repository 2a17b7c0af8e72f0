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
        var passes = filter?.Over(state);
        var (arns, next) = page.Find(List, state.InstanceIds.After(page.After), id => id, id => Matches(state.ContainerInstances[id]), state.ContainerInstanceArn);
        return new() { ContainerInstanceArns = arns, NextToken = next };

        bool Matches(ContainerInstance instance) =>
            (request.Status is { } status ? ContainerInstanceAnswer.StatusName(instance.Status) == status : instance.Status != ContainerInstanceStatus.Inactive)
            && passes?.Invoke(instance) != false;
    }
}
