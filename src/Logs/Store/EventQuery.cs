namespace Berth.Logs;

/// <summary>One page of reading: which events, from which position on, in which direction, and how many.</summary>
internal sealed record EventQuery
{
    /// <summary>The streams, or null for all of the group.</summary>
    public required IReadOnlyCollection<LogStream>? Streams { get; init; }

    /// <summary>The earliest timestamp wanted, in milliseconds since the epoch.</summary>
    public long From { get; init; }

    /// <summary>The earliest timestamp no longer wanted.</summary>
    public long Until { get; init; } = long.MaxValue;

    /// <summary>Newest first.</summary>
    public bool IsDescending { get; init; }

    /// <summary>Where reading begins: upwards the events behind it, downwards those up to it.</summary>
    public required Position At { get; init; }

    public FilterPattern Pattern { get; init; } = FilterPattern.All;

    public required int MostEvents { get; init; }

    /// <summary>The most that the events may count, unless the first alone counts more.</summary>
    public int MostBytes { get; init; } = 1_048_576;
}

/// <summary>The events of one page, in the direction of reading.</summary>
/// <param name="Events">The events.</param>
/// <param name="End">Where reading stopped: the next page in the same direction begins there.</param>
/// <param name="HasMore">Whether there are, or may be, more events in the same direction.</param>
internal sealed record EventPage(IReadOnlyList<StoredEvent> Events, Position End, bool HasMore);
