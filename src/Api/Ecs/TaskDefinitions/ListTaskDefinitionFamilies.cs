using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record ListTaskDefinitionFamiliesRequest
{
    public string? FamilyPrefix { get; set; }

    public string? Status { get; set; }

    public string? NextToken { get; set; }

    public int? MaxResults { get; set; }
}

internal sealed record ListTaskDefinitionFamiliesResponse
{
    public List<string>? Families { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>Lists names of families in order.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitionFamilies.html</remarks>
internal sealed class ListTaskDefinitionFamilies(AccountStreams account) : IOperation<ListTaskDefinitionFamiliesRequest, ListTaskDefinitionFamiliesResponse>
{
    private const string List = nameof(ListTaskDefinitionFamilies);

    public async ValueTask<ListTaskDefinitionFamiliesResponse> HandleAsync(ListTaskDefinitionFamiliesRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        WireEnums.TaskDefinitionFamilyStatus.Require(request.Status, "status");
        var page = Page.Of(List, request.NextToken, request.MaxResults);
        bool? active = request.Status switch { "ACTIVE" => true, "INACTIVE" => false, _ => null };
        var found = await account.QueryAsync(
            context, new ListFamiliesQuery(active, request.FamilyPrefix ?? "", page.After, page.Size), cancellationToken).ConfigureAwait(false);
        var (families, next) = page.Cut(List, found, family => family, family => family);
        return new() { Families = families, NextToken = next };
    }
}
