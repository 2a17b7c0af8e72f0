using Berth.Wire;

namespace Berth.Logs;

/// <summary>
/// Searches the streams of a group, merged by time. A page ends when it is full or has looked through enough, so it may
/// be empty and still have a token; without a token the search is finished.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html</remarks>
internal sealed class FilterLogEvents(LogStore store) : IOperation<FilterLogEvents.Request, FilterLogEvents.Response>
{
    public const int MostStreamNames = 100;

    internal sealed record Request(
        string? LogGroupName,
        string? LogGroupIdentifier,
        IReadOnlyList<string>? LogStreamNames,
        string? LogStreamNamePrefix,
        long? StartTime,
        long? EndTime,
        string? FilterPattern,
        string? NextToken,
        int? Limit,
        bool? StartFromHead,
        bool? Interleaved,
        bool? Unmask);

    internal sealed record Response(IReadOnlyList<FilteredLogEvent> Events, IReadOnlyList<SearchedLogStream> SearchedLogStreams, string? NextToken);

    internal sealed record FilteredLogEvent(string LogStreamName, long Timestamp, string Message, long IngestionTime, string EventId);

    /// <summary>The service has answered an empty list of these since 2019.</summary>
    internal sealed record SearchedLogStream(string LogStreamName, bool SearchedCompletely);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = LogGroupNames.ByNameOrIdentifier(request.LogGroupName, request.LogGroupIdentifier, context);
        var most = Constraints.Ranged(request.Limit, "limit", 1, GetLogEvents.MostEvents, GetLogEvents.MostEvents);
        Constraints.NotNegative(request.StartTime, "startTime");
        Constraints.NotNegative(request.EndTime, "endTime");
        var pattern = FilterPattern.Parse(Constraints.Sized(request.FilterPattern ?? "", "filterPattern", 0, FilterPattern.MostCharacters));
        var token = request.NextToken is null ? null : EventToken.Parse(request.NextToken);
        var isDescending = token?.IsBackward ?? !(request.StartFromHead ?? true);
        var group = store.Find(id);
        var query = new EventQuery
        {
            Streams = Streams(request, group),
            From = request.StartTime ?? 0,
            Until = request.EndTime is { } last and < long.MaxValue ? last + 1 : long.MaxValue, // Here the end is included.
            IsDescending = isDescending,
            At = token?.At ?? (isDescending ? Position.End : Position.Start),
            Pattern = pattern,
            MostEvents = most,
        };

        var page = await store.SearchAsync(group, query, cancellationToken).ConfigureAwait(false);
        var events = new List<FilteredLogEvent>(page.Events.Count);
        foreach (var found in page.Events)
        {
            // The stream may have been deleted meanwhile.
            if (group.FindStream(found.StreamId) is { } stream)
            {
                events.Add(new(stream.Name, found.Position.Timestamp, found.Text, found.IngestedAt, found.Position.ToString()));
            }
        }

        return new(
            events,
            [],
            page.HasMore ? new EventToken(isDescending, page.End).ToString() : null);
    }

    private static IReadOnlyCollection<LogStream>? Streams(Request request, LogGroup group)
    {
        switch (request.LogStreamNames, request.LogStreamNamePrefix)
        {
            case (null, null):
                return null;
            case (null, { } prefix):
                Constraints.LogStreamName(prefix, "logStreamNamePrefix");
                return [.. group.Streams.Where(stream => stream.Name.StartsWith(prefix, StringComparison.Ordinal))];
            case ({ Count: > 0 and <= MostStreamNames } names, null):
                return [.. names.Distinct(StringComparer.Ordinal).Select(name => group.FindStream(Constraints.LogStreamName(name, "logStreamNames")))];
            case (not null, null):
                throw Constraints.Refused("'[]'", "logStreamNames", $"Member must have length between 1 and {MostStreamNames}");
            default:
                throw AwsException.InvalidParameter("logStreamNames and logStreamNamePrefix are mutually exclusive parameters.");
        }
    }
}
