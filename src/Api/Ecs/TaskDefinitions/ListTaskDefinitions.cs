using System.Globalization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record ListTaskDefinitionsRequest
{
    public string? FamilyPrefix { get; set; }

    public string? Status { get; set; }

    public string? Sort { get; set; }

    public string? NextToken { get; set; }

    public int? MaxResults { get; set; }
}

internal sealed record ListTaskDefinitionsResponse
{
    public List<string>? TaskDefinitionArns { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>Lists ARNs of revisions by family and number.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitions.html</remarks>
internal sealed class ListTaskDefinitions(AccountStreams account) : IOperation<ListTaskDefinitionsRequest, ListTaskDefinitionsResponse>
{
    private const string List = nameof(ListTaskDefinitions);

    public async ValueTask<ListTaskDefinitionsResponse> HandleAsync(ListTaskDefinitionsRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        WireEnums.TaskDefinitionStatus.Require(request.Status, "status");
        WireEnums.SortOrder.Require(request.Sort, "sort");
        var page = Page.Of(List, request.NextToken, request.MaxResults);
        var query = new ListTaskDefinitionsQuery(
            TaskDefinitionAnswer.Status(request.Status),
            string.IsNullOrEmpty(request.FamilyPrefix) ? null : request.FamilyPrefix,
            request.Sort == "DESC",
            page.After is { } after ? Key(after) : null,
            page.Size);
        var found = await account.QueryAsync(context, query, cancellationToken).ConfigureAwait(false);
        var (arns, next) = page.Cut(
            List,
            found,
            key => $"{key.Family}:{key.Revision}",
            key => $"arn:aws:ecs:{context.Region}:{context.AccountId}:task-definition/{key.Family}:{key.Revision}");
        return new() { TaskDefinitionArns = arns, NextToken = next };
    }

    private static TaskDefinitionKey Key(string text) =>
        text.Split(':') is [var family, var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? new(family, revision)
            : throw AwsException.InvalidParameter("Invalid token");
}
