using System.Globalization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record ListDaemonTaskDefinitionsRequest
{
    public string? FamilyPrefix { get; set; }

    public string? Family { get; set; }

    public string? Revision { get; set; }

    public string? Status { get; set; }

    public string? Sort { get; set; }

    public string? NextToken { get; set; }

    public int? MaxResults { get; set; }
}

internal sealed record ListDaemonTaskDefinitionsResponse
{
    public List<DaemonTaskDefinitionSummaryShape>? DaemonTaskDefinitions { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>Lists daemon task definitions by family and number.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListDaemonTaskDefinitions.html</remarks>
internal sealed class ListDaemonTaskDefinitions(AccountStreams account) : IOperation<ListDaemonTaskDefinitionsRequest, ListDaemonTaskDefinitionsResponse>
{
    private const string List = nameof(ListDaemonTaskDefinitions);

    public async ValueTask<ListDaemonTaskDefinitionsResponse> HandleAsync(ListDaemonTaskDefinitionsRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        WireEnums.DaemonTaskDefinitionStatusFilter.Require(request.Status, "status");
        WireEnums.DaemonTaskDefinitionRevisionFilter.Require(request.Revision, "revision");
        WireEnums.SortOrder.Require(request.Sort, "sort");
        if (!string.IsNullOrEmpty(request.Family) && !string.IsNullOrEmpty(request.FamilyPrefix))
        {
            throw AwsException.InvalidParameter("family and familyPrefix can not be specified together.");
        }

        var page = Page.Of(List, request.NextToken, request.MaxResults);
        if (request.Status == "DELETE_IN_PROGRESS")
        {
            return new() { DaemonTaskDefinitions = [] };    // A deletion is over at once.
        }

        var query = new ListDaemonTaskDefinitionsQuery(
            request.Status == "ALL" ? null : DaemonTaskDefinitionStatus.Active,
            string.IsNullOrEmpty(request.Family) ? null : request.Family,
            request.FamilyPrefix ?? "",
            LastRegistered: request.Revision == "LAST_REGISTERED",
            Descending: request.Sort == "DESC",
            page.After is { } after ? Key(after) : null,
            page.Size);
        var found = await account.QueryAsync(context, query, cancellationToken).ConfigureAwait(false);
        var (shown, next) = page.Cut(
            List, found, definition => $"{definition.Family}:{definition.Revision}", definition => DaemonTaskDefinitionAnswer.Summary(definition, context));
        return new() { DaemonTaskDefinitions = shown, NextToken = next };
    }

    private static TaskDefinitionKey Key(string text) =>
        text.Split(':') is [var family, var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? new(family, revision)
            : throw AwsException.InvalidParameter("Invalid token");
}
