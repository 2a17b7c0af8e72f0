using System.Globalization;
using Berth.Wire;

namespace Berth.Logs;

/// <summary>Lists the streams of a group, by name or by the time of their last event.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html</remarks>
internal sealed class DescribeLogStreams(LogStore store) : IOperation<DescribeLogStreams.Request, DescribeLogStreams.Response>
{
    private const string LastEventTime = "LastEventTime";

    internal sealed record Request(
        string? LogGroupName,
        string? LogGroupIdentifier,
        string? LogStreamNamePrefix,
        string? OrderBy,
        bool? Descending,
        string? NextToken,
        int? Limit);

    internal sealed record Response(IReadOnlyList<LogStreamShape> LogStreams, string? NextToken);

    internal sealed record LogStreamShape(
        string LogStreamName,
        long CreationTime,
        long? FirstEventTimestamp,
        long? LastEventTimestamp,
        long? LastIngestionTime,
        string? UploadSequenceToken,
        string Arn,
        long StoredBytes)
    {
        public static LogStreamShape From(LogStream stream, LogGroup group) => new(
            stream.Name,
            stream.CreatedAt,
            stream.FirstTimestamp,
            stream.LastTimestamp,
            stream.LastIngestion,
            stream.HasEvents ? PutLogEvents.SequenceToken : null,
            $"{group.Id.Arn}:log-stream:{stream.Name}",
            StoredBytes: 0); // The service has answered 0 here since 2019.
    }

    public ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = LogGroupNames.ByNameOrIdentifier(request.LogGroupName, request.LogGroupIdentifier, context);
        var most = Constraints.Ranged(request.Limit, "limit", 1, Page.MostItems, Page.MostItems);
        var prefix = request.LogStreamNamePrefix is null ? "" : Constraints.LogStreamName(request.LogStreamNamePrefix, "logStreamNamePrefix");
        var isByTime = Constraints.OneOf(request.OrderBy, "orderBy", "LogStreamName", LastEventTime) == LastEventTime;
        if (isByTime && request.LogStreamNamePrefix is not null)
        {
            throw AwsException.InvalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
        }

        var group = store.Find(id);
        var order = new Order(isByTime, request.Descending ?? false);
        Place? after = request.NextToken is null ? null : Place.Parse(Page.Decode(request.NextToken));
        var (places, next) = Page.Cut(
            [.. group.Streams
                .Where(stream => stream.Name.StartsWith(prefix, StringComparison.Ordinal))
                .Select(stream => new Place(stream.LastTimestamp ?? 0, stream.Name, stream))
                .Where(place => after is not { } before || order.Compare(place, before) > 0)
                .Order(order)
                .Take(most + 1)],
            most,
            place => place.ToString());
        return ValueTask.FromResult(new Response(
            [.. places.Select(place => LogStreamShape.From(place.Stream!, group))],    // Places of streams, not of a token.
            next));
    }

    /// <summary>Where a stream stands in either order; without the stream when a token tells it.</summary>
    private readonly record struct Place(long LastTimestamp, string Name, LogStream? Stream)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{LastTimestamp}:{Name}");

        public static Place Parse(string? text) =>
            text?.Split(':', 2) is [var time, var name] && long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var timestamp)
                ? new(timestamp, name, null)
                : throw Page.InvalidToken();
    }

    private sealed class Order(bool isByTime, bool isDescending) : IComparer<Place>
    {
        public int Compare(Place left, Place right)
        {
            var order = isByTime ? left.LastTimestamp.CompareTo(right.LastTimestamp) : 0;
            order = order != 0 ? order : string.CompareOrdinal(left.Name, right.Name);
            return isDescending ? -order : order;
        }
    }
}
