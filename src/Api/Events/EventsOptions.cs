namespace Berth.Api;

/// <summary>The form in which events are posted to a webhook.</summary>
public enum EventsFormat
{
    /// <summary>EventBridge's envelope, as a Lambda function or an API destination would get it.</summary>
    EventBridge,

    /// <summary>CloudEvents 1.0 in its structured mode.</summary>
    CloudEvents,
}

/// <summary>Where state change events are kept, for how long, and where they are sent.</summary>
public sealed record EventsOptions
{
    /// <summary>The directory of the store, made when missing: <c>DATA/events</c>.</summary>
    public required string Directory { get; init; }

    /// <summary>The size at which a segment file is closed and a new one begun.</summary>
    public long MostSegmentBytes { get; init; } = 8 << 20;

    /// <summary>How many bytes an account's events may take; the oldest segments go.</summary>
    public long MostBytes { get; init; } = 256 << 20;

    /// <summary>How old an event may become; whole segments go.</summary>
    public TimeSpan MostAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How many facts may wait to be turned into events. What is more is read again from the journal.</summary>
    public int MostQueuedFacts { get; init; } = 8_192;

    /// <summary>How often the positions are kept while there is something new: what a crash makes the server derive again.</summary>
    public TimeSpan SaveEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many facts before the position are folded when no snapshot leads there; beyond, events are lost.</summary>
    public long MostFolded { get; init; } = 100_000;

    /// <summary>Where every event is posted to; null for nowhere.</summary>
    public Uri? Webhook { get; init; }

    /// <summary>In what form.</summary>
    public EventsFormat Format { get; init; }

    /// <summary>How old an event may be and still be posted: EventBridge's 24 hours.</summary>
    public TimeSpan MostDeliveryAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long one post may take.</summary>
    public TimeSpan DeliveryTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The pause after a failed post; it doubles up to <see cref="RetryMost"/>.</summary>
    public TimeSpan RetryFirst { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest such pause.</summary>
    public TimeSpan RetryMost { get; init; } = TimeSpan.FromMinutes(1);
}
