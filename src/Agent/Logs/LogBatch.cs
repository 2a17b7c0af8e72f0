using System.Text;

namespace Berth.Agent;

/// <summary>Events that go out in one call, within the limits of PutLogEvents.</summary>
internal sealed class LogBatch
{
    private readonly List<InputLogEvent> events = [];
    private int bytes;
    private DateTimeOffset? first;
    private string? lastTime;
    private int countAtLastTime;

    public IReadOnlyList<InputLogEvent> Events => events;

    /// <returns>False where the event has to wait for the next batch.</returns>
    public bool TryAdd(LogEvent next, TimeSpan longestSpan)
    {
        var at = new LogLine(next.Time, "").At;
        var size = Encoding.UTF8.GetByteCount(next.Text) + ContainerLog.EventOverheadBytes;
        if (events.Count > 0 && (events.Count == ContainerLog.MaxBatchEvents || bytes + size > ContainerLog.MaxBatchBytes || (at - first).GetValueOrDefault().Duration() > longestSpan))
        {
            return false;
        }

        if (next.Text.Length > 0)
        {
            // An empty line is no event for the service, but it is a line to have come past.
            events.Add(new InputLogEvent(at.ToUnixTimeMilliseconds(), next.Text));
            bytes += size;
            first ??= at;
        }

        // Docker writes times with nine digits, so their order is that of the text. The two streams may overtake each
        // other by a hair; the position is the latest time.
        var order = string.CompareOrdinal(next.LastTime, lastTime);
        (lastTime, countAtLastTime) = order > 0 ? (next.LastTime, next.CountAtLastTime) : (lastTime, countAtLastTime + (order == 0 ? next.CountAtLastTime : 0));
        return true;
    }

    /// <summary>Where shipping stands after this batch, which began at <paramref name="before"/>.</summary>
    public LogPosition PositionAfter(LogPosition before) =>
        lastTime is null ? before
        : string.CompareOrdinal(lastTime, before.Time) switch
        {
            < 0 => before,
            0 => before with { Count = before.Count + countAtLastTime },
            _ => new LogPosition(lastTime, countAtLastTime),
        };

    public void Clear()
    {
        events.Clear();
        bytes = 0;
        first = null;
        lastTime = null;
        countAtLastTime = 0;
    }
}
