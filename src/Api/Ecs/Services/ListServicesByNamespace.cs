using System.Text.Json;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record ListServicesByNamespaceRequest
{
    public string? Namespace { get; set; }

    public string? NextToken { get; set; }

    public int? MaxResults { get; set; }
}

internal sealed record ListServicesByNamespaceResponse
{
    public List<string>? ServiceArns { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>
/// Lists ARNs of the services, of all clusters, that Service Connect has brought into a Cloud Map namespace. A namespace is
/// known here by the clusters whose default it is and the services that name it.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServicesByNamespace.html</remarks>
internal sealed class ListServicesByNamespace(AccountStreams account, ClusterStreams clusters) : IOperation<ListServicesByNamespaceRequest, ListServicesByNamespaceResponse>
{
    private const string List = nameof(ListServicesByNamespace);
    private const int UsualResults = 10;

    public async ValueTask<ListServicesByNamespaceResponse> HandleAsync(ListServicesByNamespaceRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.Namespace))
        {
            throw AwsException.InvalidParameter("namespace can not be blank.");
        }

        var page = Page.Of(List, request.NextToken, request.MaxResults, UsualResults);
        var isKnown = false;
        var arns = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var name in await account.QueryAsync(context, new ListClustersQuery(null, int.MaxValue - 1), cancellationToken).ConfigureAwait(false))
        {
            if (await clusters.FindAsync(context, name, cancellationToken).ConfigureAwait(false) is { Status: ClusterStatus.Active } state)
            {
                isKnown |= NameIn(state.ServiceConnectDefaults) == request.Namespace;
                arns.UnionWith(In(state, request.Namespace));
            }
        }

        if (!isKnown && arns.Count == 0)
        {
            throw new AwsException("NamespaceNotFoundException", 400, $"The namespace {request.Namespace} was not found.");
        }

        var found = arns.Where(arn => page.After is null || string.CompareOrdinal(arn, page.After) > 0).Take(page.Size + 1);
        var (shown, next) = page.Cut(List, [.. found], arn => arn, arn => arn);
        return new() { ServiceArns = shown, NextToken = next };
    }

    private static IEnumerable<string> In(ClusterState state, string wanted) => state.Services.Values
        .Where(service => service.Status != ServiceStatus.Inactive
            && service.Settings.ServiceConnectConfiguration is { } connect
            && connect.TryGetProperty("enabled", out var enabled) && enabled.ValueKind == JsonValueKind.True
            && (NameIn(connect) ?? NameIn(state.ServiceConnectDefaults)) == wanted)
        .Select(service => state.ServiceArn(service.Name));

    private static string? NameIn(JsonElement? connect) =>
        connect is { } members && members.TryGetProperty("namespace", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
}
