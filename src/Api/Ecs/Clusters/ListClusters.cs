using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record ListClustersRequest
{
    public string? NextToken { get; set; }

    public int? MaxResults { get; set; }
}

internal sealed record ListClustersResponse
{
    public List<string>? ClusterArns { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>Lists ARNs of the clusters that are not deleted.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListClusters.html</remarks>
internal sealed class ListClusters(AccountStreams account) : IOperation<ListClustersRequest, ListClustersResponse>
{
    private const string List = nameof(ListClusters);

    public async ValueTask<ListClustersResponse> HandleAsync(ListClustersRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var page = Page.Of(List, request.NextToken, request.MaxResults);
        var found = await account.QueryAsync(context, new ListClustersQuery(page.After, page.Size), cancellationToken).ConfigureAwait(false);
        var (arns, next) = page.Cut(List, found, name => name, name => $"arn:aws:ecs:{context.Region}:{context.AccountId}:cluster/{name}");
        return new() { ClusterArns = arns, NextToken = next };
    }
}
