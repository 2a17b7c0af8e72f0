using Berth.Wire;

namespace Berth.Logs;

/// <summary>Lists log groups in short, chosen by parts of their names.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListLogGroups.html</remarks>
internal sealed class ListLogGroups(LogStore store) : IOperation<ListLogGroups.Request, ListLogGroups.Response>
{
    internal sealed record Request(
        string? LogGroupNamePattern,
        string? LogGroupClass,
        bool? IncludeLinkedAccounts,
        IReadOnlyList<string>? AccountIdentifiers,
        string? NextToken,
        int? Limit);

    internal sealed record Response(IReadOnlyList<LogGroupSummary> LogGroups, string? NextToken);

    internal sealed record LogGroupSummary(string LogGroupName, string LogGroupArn, string LogGroupClass);

    public ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var most = Constraints.Ranged(request.Limit, "limit", 1, Page.MostItems, Page.MostItems);
        Constraints.OneOf(request.LogGroupClass, "logGroupClass", "STANDARD", "INFREQUENT_ACCESS", "DELIVERY");
        var alternatives = request.LogGroupNamePattern?.Split('|') ?? [];
        var after = Page.Decode(request.NextToken);
        var (groups, next) = Page.Cut(
            [.. store.List(context.AccountId, context.Region)
                .Where(group => (alternatives.Length == 0 || alternatives.Any(alternative => Matches(group.Id.Name, alternative)))
                    && (request.LogGroupClass is null || group.Settings.LogGroupClass == request.LogGroupClass)
                    && (after is null || string.CompareOrdinal(group.Id.Name, after) > 0))
                .Take(most + 1)],
            most,
            group => group.Id.Name);
        return ValueTask.FromResult(new Response(
            [.. groups.Select(group => new LogGroupSummary(group.Id.Name, group.Id.Arn, group.Settings.LogGroupClass))],
            next));
    }

    /// <summary>An alternative is a part of the name, or its beginning after <c>^</c>.</summary>
    private static bool Matches(string name, string alternative) => alternative is ['^', .. var beginning]
        ? name.StartsWith(beginning, StringComparison.Ordinal)
        : name.Contains(alternative, StringComparison.Ordinal);
}
