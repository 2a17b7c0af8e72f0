using Berth.Wire;

namespace Berth.Logs;

/// <summary>
/// Reads one stream page by page, in either direction. Both tokens are always answered; a page at an end of the stream
/// answers the token it was asked with, which tells a reader to stop, or to ask again later for more.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html</remarks>
internal sealed class GetLogEvents(LogStore store) : IOperation<GetLogEvents.Request, GetLogEvents.Response>
{
    public const int MostEvents = 10_000;

    internal sealed record Request(
        string? LogGroupName,
        string? LogGroupIdentifier,
        string? LogStreamName,
        long? StartTime,
        long? EndTime,
        string? NextToken,
        int? Limit,
        bool? StartFromHead,
        bool? Unmask);

    internal sealed record Response(IReadOnlyList<OutputLogEvent> Events, string NextForwardToken, string NextBackwardToken);

    internal sealed record OutputLogEvent(long Timestamp, string Message, long IngestionTime);

    public ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = LogGroupNames.ByNameOrIdentifier(request.LogGroupName, request.LogGroupIdentifier, context);
        var name = Constraints.LogStreamName(request.LogStreamName);
        var most = Constraints.Ranged(request.Limit, "limit", 1, MostEvents, MostEvents);
        Constraints.NotNegative(request.StartTime, "startTime");
        Constraints.NotNegative(request.EndTime, "endTime");
        var token = request.NextToken is null ? null : EventToken.Parse(request.NextToken);
        var isDescending = token?.IsBackward ?? !(request.StartFromHead ?? false);
        var head = Position.Start with { Timestamp = request.StartTime ?? 0 };
        var group = store.Find(id);
        var page = group.Read(new EventQuery
        {
            Streams = [group.FindStream(name)],
            From = request.StartTime ?? 0,
            Until = request.EndTime ?? long.MaxValue,
            IsDescending = isDescending,
            At = token?.At ?? (isDescending ? Position.End : head),
            MostEvents = most,
        });

        // The two ends of the page, upwards. A first page without events stands where the first event will be.
        (Position Low, Position High) ends = (page.Events, isDescending) switch
        {
            ([], _) when token is null => (head, head),
            ([], _) => (page.End, page.End),
            ([var newest, ..], true) => (page.End, newest.Position),
            ([var oldest, ..], false) => (oldest.Position with { Sequence = oldest.Position.Sequence - 1 }, page.End),
        };
        var events = page.Events.Select(found => new OutputLogEvent(found.Position.Timestamp, found.Text, found.IngestedAt));
        return ValueTask.FromResult(new Response(
            [.. isDescending ? events.Reverse() : events],
            new EventToken(IsBackward: false, ends.High).ToString(),
            new EventToken(IsBackward: true, ends.Low).ToString()));
    }
}

/// <summary>A place in a stream and the direction to read on in: <c>f/DIGITS/s</c> or <c>b/DIGITS/s</c>.</summary>
internal sealed record EventToken(bool IsBackward, Position At)
{
    public override string ToString() => $"{(IsBackward ? 'b' : 'f')}/{At}/s";

    public static EventToken Parse(string text) =>
        text is ['f' or 'b', '/', .. var digits, '/', 's'] && Position.TryParse(digits, out var at)
            ? new(text[0] == 'b', at)
            : throw Page.InvalidToken();
}
