using System.Globalization;

namespace Berth.Logs;

/// <summary>
/// A place in a group's order of events: just after the event with this timestamp and sequence. Sequences are unique in
/// a group and begin at 1, so a position also names the event before it, and <c>(t, 0)</c> stands before all events of
/// time t.
/// </summary>
internal readonly record struct Position(long Timestamp, long Sequence) : IComparable<Position>
{
    /// <summary>The digits of <see cref="ToString"/>, as many as an event id of the real service has.</summary>
    public const int TextDigits = TimestampDigits + SequenceDigits;

    private const int TimestampDigits = 20;
    private const int SequenceDigits = 36;

    /// <summary>Before every event.</summary>
    public static Position Start { get; } = new(0, 0);

    /// <summary>After every event.</summary>
    public static Position End { get; } = new(long.MaxValue, long.MaxValue);

    public static bool operator <(Position left, Position right) => left.CompareTo(right) < 0;

    public static bool operator >(Position left, Position right) => left.CompareTo(right) > 0;

    public static bool operator <=(Position left, Position right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Position left, Position right) => left.CompareTo(right) >= 0;

    public int CompareTo(Position other) =>
        Timestamp != other.Timestamp ? Timestamp.CompareTo(other.Timestamp) : Sequence.CompareTo(other.Sequence);

    /// <summary>56 decimal digits that sort as the positions do: the event's id on the wire.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Timestamp:D20}{Sequence:D36}");

    public static bool TryParse(ReadOnlySpan<char> text, out Position position)
    {
        position = default;
        if (text.Length != TextDigits
            || !long.TryParse(text[..TimestampDigits], NumberStyles.None, CultureInfo.InvariantCulture, out var timestamp)
            || !long.TryParse(text[TimestampDigits..], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
        {
            return false;
        }

        position = new(timestamp, sequence);
        return true;
    }
}
