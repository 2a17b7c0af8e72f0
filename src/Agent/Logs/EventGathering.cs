using System.Text;
using System.Text.RegularExpressions;

namespace Berth.Agent;

/// <summary>What becomes one event of a log stream.</summary>
/// <param name="Time">Docker's time of its first line.</param>
/// <param name="Text">Its text.</param>
/// <param name="LastTime">The latest time of its lines.</param>
/// <param name="CountAtLastTime">How many of them are of that time.</param>
internal readonly record struct LogEvent(string Time, string Text, string LastTime, int CountAtLastTime);

/// <summary>Gathers lines to events: one that matches begins the next, the others go on with the one before.</summary>
/// <param name="begins">What the first line of an event matches; null makes each line an event.</param>
internal sealed class EventGathering(Regex? begins)
{
    private readonly StringBuilder text = new();
    private string? time;
    private string lastTime = "";
    private int countAtLastTime;
    private int bytes;

    /// <summary>Whether there is an event to which lines may yet come.</summary>
    public bool IsOpen => time is not null;

    /// <returns>The event that is whole by this line: of those before it, or of itself. Null where there is none.</returns>
    public LogEvent? Add(LogLine line)
    {
        if (begins is null)
        {
            return new(line.Time, line.Text, line.Time, 1);
        }

        var size = Encoding.UTF8.GetByteCount(line.Text) + 1;    // With the end of the line, which such events keep.
        var whole = IsOpen && (bytes + size > DockerLogReader.MaxLineBytes || begins.IsMatch(line.Text)) ? Close() : null;
        time ??= line.Time;
        text.Append(line.Text);
        bytes += size;
        if (bytes <= DockerLogReader.MaxLineBytes)
        {
            text.Append('\n');
        }

        var order = string.CompareOrdinal(line.Time, lastTime);
        (lastTime, countAtLastTime) = order > 0 ? (line.Time, 1) : (lastTime, countAtLastTime + (order == 0 ? 1 : 0));
        return whole;
    }

    /// <summary>Ends the open event: no more lines come, or not soon.</summary>
    public LogEvent? Close()
    {
        if (time is null)
        {
            return null;
        }

        var whole = new LogEvent(time, text.ToString(), lastTime, countAtLastTime);
        text.Clear();
        (time, lastTime, countAtLastTime, bytes) = (null, "", 0, 0);
        return whole;
    }
}
