using System.Globalization;
using System.Text;
using Berth.Wire;

namespace Berth.Logs;

/// <summary>
/// Appends a batch of events to a stream. Answers when they are on the disk. Events outside the times that are taken
/// are dropped and told of, the others kept. Sequence tokens are taken and ignored.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html</remarks>
internal sealed class PutLogEvents(LogStore store, TimeProvider clock) : IOperation<PutLogEvents.Request, PutLogEvents.Response>
{
    public const int MostEvents = 10_000;
    public const int MostBatchBytes = 1_048_576;

    /// <summary>What is answered as the next token: clients send it back, and nobody looks at it.</summary>
    public const string SequenceToken = "49039859600000000000000000000000000000000000000000000000";

    private static readonly TimeSpan MostAhead = TimeSpan.FromHours(2);
    private static readonly TimeSpan MostBehind = TimeSpan.FromDays(14);
    private static readonly TimeSpan MostSpan = TimeSpan.FromHours(24);

    internal sealed record Request(
        string? LogGroupName,
        string? LogStreamName,
        IReadOnlyList<InputLogEvent>? LogEvents,
        string? SequenceToken,
        EntityShape? Entity);

    internal sealed record InputLogEvent(long? Timestamp, string? Message);

    /// <summary>Taken and not kept.</summary>
    internal sealed record EntityShape(Dictionary<string, string>? KeyAttributes, Dictionary<string, string>? Attributes);

    internal sealed record Response(string NextSequenceToken, RejectedInfo? RejectedLogEventsInfo);

    /// <summary>Positions in the batch: the start is the first rejected, the ends are behind the last.</summary>
    internal sealed record RejectedInfo(int? TooNewLogEventStartIndex, int? TooOldLogEventEndIndex, int? ExpiredLogEventEndIndex);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = LogGroupNames.ByName(request.LogGroupName, context);
        var streamName = Constraints.LogStreamName(request.LogStreamName);
        var batch = Validate(request.LogEvents);
        var group = store.Find(id);
        var stream = group.FindStream(streamName);

        // The batch is ordered, so what is too old is at its start and what is too new at its end.
        var now = clock.GetUtcNow();
        var tooOld = CountBefore(batch, (now - MostBehind).ToUnixTimeMilliseconds());
        var expired = CountBefore(batch, group.ExpiredBefore);
        var end = CountBefore(batch, (now + MostAhead).ToUnixTimeMilliseconds() + 1);
        var start = Math.Min(end, Math.Max(tooOld, expired));
        if (end > start && batch[end - 1].Timestamp - batch[start].Timestamp > (long)MostSpan.TotalMilliseconds)
        {
            throw AwsException.InvalidParameter("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
        }

        if (end > start)
        {
            using var events = Encode(batch, start, end, now.ToUnixTimeMilliseconds());
            await group.AppendAsync(stream, events).ConfigureAwait(false);
        }

        return new(SequenceToken, start == 0 && end == batch.Count ? null : new(
            end < batch.Count ? end : null,
            tooOld > 0 ? tooOld : null,
            expired > tooOld ? expired : null));
    }

    private static IReadOnlyList<InputLogEvent> Validate(IReadOnlyList<InputLogEvent>? batch)
    {
        Constraints.Required(batch, "logEvents");
        if (batch.Count is 0 or > MostEvents)
        {
            throw Constraints.Refused(
                "'[]'",
                "logEvents",
                batch.Count == 0 ? "Member must have length greater than or equal to 1" : $"Member must have length less than or equal to {MostEvents}");
        }

        var bytes = 0L;
        long previous = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            var member = string.Create(CultureInfo.InvariantCulture, $"logEvents.{i + 1}.member");
            Constraints.Required(batch[i], member);
            Constraints.Required(batch[i].Timestamp, $"{member}.timestamp");
            Constraints.Required(batch[i].Message, $"{member}.message");
            Constraints.NotNegative(batch[i].Timestamp, $"{member}.timestamp");
            if (batch[i].Message is "")
            {
                throw Constraints.Refused("''", $"{member}.message", "Member must have length greater than or equal to 1");
            }

            if (batch[i].Timestamp < previous)
            {
                throw AwsException.InvalidParameter("Log events in a single PutLogEvents request must be in chronological order.");
            }

            previous = batch[i].Timestamp ?? 0;
            bytes += Encoding.UTF8.GetByteCount(batch[i].Message ?? "") + StoredEvent.OverheadBytes;
        }

        return bytes <= MostBatchBytes
            ? batch
            : throw AwsException.InvalidParameter($"Upload too large: {bytes} bytes exceeds limit of {MostBatchBytes}");
    }

    /// <summary>How many events of an ordered batch are earlier.</summary>
    private static int CountBefore(IReadOnlyList<InputLogEvent> batch, long timestamp)
    {
        int low = 0, high = batch.Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (batch[middle].Timestamp < timestamp)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private static BlockBuilder Encode(IReadOnlyList<InputLogEvent> batch, int start, int end, long ingestedAt)
    {
        var events = new BlockBuilder();
        for (var i = start; i < end; i++)
        {
            var message = batch[i].Message ?? "";
            var room = events.Add(new(batch[i].Timestamp ?? 0, i - start), ingestedAt, Encoding.UTF8.GetByteCount(message));
            Encoding.UTF8.GetBytes(message, room);
        }

        return events;
    }
}
