using Berth.Wire;

namespace Berth.Logs;

/// <summary>Lists log groups in order of their names.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html</remarks>
internal sealed class DescribeLogGroups(LogStore store) : IOperation<DescribeLogGroups.Request, DescribeLogGroups.Response>
{
    internal sealed record Request(
        IReadOnlyList<string>? AccountIdentifiers,
        string? LogGroupNamePrefix,
        string? LogGroupNamePattern,
        string? NextToken,
        int? Limit,
        bool? IncludeLinkedAccounts,
        string? LogGroupClass,
        IReadOnlyList<string>? LogGroupIdentifiers);

    internal sealed record Response(IReadOnlyList<LogGroupShape> LogGroups, string? NextToken);

    internal sealed record LogGroupShape(
        string LogGroupName,
        long CreationTime,
        int? RetentionInDays,
        int MetricFilterCount,
        string Arn,
        long StoredBytes,
        string? KmsKeyId,
        string LogGroupClass,
        string LogGroupArn,
        bool DeletionProtectionEnabled)
    {
        public static LogGroupShape From(LogGroup group) => new(
            group.Id.Name,
            group.Settings.CreatedAt,
            group.Settings.RetentionInDays,
            MetricFilterCount: 0,
            $"{group.Id.Arn}:*",
            group.StoredBytes,
            group.Settings.KmsKeyId,
            group.Settings.LogGroupClass,
            group.Id.Arn,
            group.Settings.IsDeletionProtected);
    }

    public ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var most = Constraints.Ranged(request.Limit, "limit", 1, Page.MostItems, Page.MostItems);
        var prefix = request.LogGroupNamePrefix is null ? "" : Constraints.LogGroupName(request.LogGroupNamePrefix, "logGroupNamePrefix");
        var pattern = request.LogGroupNamePattern ?? "";
        if (request.LogGroupNamePrefix is not null && request.LogGroupNamePattern is not null)
        {
            throw AwsException.InvalidParameter("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
        }

        Constraints.OneOf(request.LogGroupClass, "logGroupClass", "STANDARD", "INFREQUENT_ACCESS", "DELIVERY");
        var wanted = request.LogGroupIdentifiers?.Select(identifier => LogGroupNames.ByIdentifier(identifier, context)).ToHashSet();
        var after = Page.Decode(request.NextToken);
        var (groups, next) = Page.Cut(
            [.. store.List(context.AccountId, context.Region)
                .Where(group => group.Id.Name.StartsWith(prefix, StringComparison.Ordinal)
                    && group.Id.Name.Contains(pattern, StringComparison.Ordinal)
                    && (request.LogGroupClass is null || group.Settings.LogGroupClass == request.LogGroupClass)
                    && (wanted is null || wanted.Contains(group.Id))
                    && (after is null || string.CompareOrdinal(group.Id.Name, after) > 0))
                .Take(most + 1)],
            most,
            group => group.Id.Name);
        return ValueTask.FromResult(new Response([.. groups.Select(LogGroupShape.From)], next));
    }
}
