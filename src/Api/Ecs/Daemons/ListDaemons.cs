using Berth.Wire;

namespace Berth.Api;

internal sealed record ListDaemonsRequest
{
    public string? ClusterArn { get; set; }

    public List<string>? CapacityProviderArns { get; set; }

    public int? MaxResults { get; set; }

    public string? NextToken { get; set; }
}

internal sealed record ListDaemonsResponse
{
    public List<DaemonSummaryShape>? DaemonSummariesList { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>Lists the daemons of a cluster by name.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListDaemons.html</remarks>
internal sealed class ListDaemons(ClusterStreams clusters) : IOperation<ListDaemonsRequest, ListDaemonsResponse>
{
    private const string List = nameof(ListDaemons);

    public async ValueTask<ListDaemonsResponse> HandleAsync(ListDaemonsRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var page = Page.Of(List, request.NextToken, request.MaxResults);
        var wanted = (request.CapacityProviderArns ?? []).ConvertAll(arn => DaemonRules.CapacityProvider(arn, context));
        var state = await clusters.ReadAsync(context, request.ClusterArn, cancellationToken).ConfigureAwait(false);

        // A cluster has few daemons.
        var found = state.Daemons.Values
            .Where(daemon => daemon.IsTold && (page.After is null || string.CompareOrdinal(daemon.Name, page.After) > 0))
            .Where(daemon => wanted.Count == 0 || wanted.Exists(name => daemon.Current.CapacityProviders.Contains(name)))
            .Take(page.Size + 1);
        var (shown, next) = page.Cut(List, [.. found], daemon => daemon.Name, daemon => DaemonAnswer.Summary(state, daemon));
        return new() { DaemonSummariesList = shown, NextToken = next };
    }
}
