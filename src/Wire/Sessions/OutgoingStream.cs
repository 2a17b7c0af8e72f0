namespace Berth.Wire;

/// <summary>
/// What one end has sent of its numbered messages: each is kept until it is acknowledged, and the oldest is sent again when that
/// takes longer than it should. Knows nothing of sockets and clocks; not safe for several threads.
/// </summary>
/// <param name="type"><see cref="AgentMessageType.InputStreamData"/> or <see cref="AgentMessageType.OutputStreamData"/>.</param>
public sealed class OutgoingStream(string type)
{
    /// <summary>Messages that may be on their way; whoever has more waits.</summary>
    public const int MostUnacknowledged = 128;

    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(50), LongestTimeout = TimeSpan.FromSeconds(1);

    private readonly Dictionary<long, Sent> unacknowledged = [];
    private long next, oldest;
    private TimeSpan roundTrip = TimeSpan.FromMilliseconds(100), variation = TimeSpan.FromMilliseconds(25);

    private sealed record Sent(AgentMessage Message, TimeSpan FirstAt, TimeSpan LastAt, bool Again);

    /// <summary>Whether another message must wait.</summary>
    public bool IsFull => unacknowledged.Count >= MostUnacknowledged;

    /// <summary>Whether all has arrived.</summary>
    public bool IsEmpty => unacknowledged.Count == 0;

    /// <summary>How long the oldest message may stay without acknowledgement before it is sent again.</summary>
    public TimeSpan Timeout { get; private set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the oldest message has been on its way; zero when none is.</summary>
    public TimeSpan OldestAge(TimeSpan now) => IsEmpty ? TimeSpan.Zero : now - unacknowledged[oldest].FirstAt;

    /// <summary>Makes the next message. Not to be called when <see cref="IsFull"/>.</summary>
    /// <param name="payloadType">What it carries.</param>
    /// <param name="payload">The payload; the memory is the message's from now on.</param>
    /// <param name="id">Its id.</param>
    /// <param name="date">The time of day.</param>
    /// <param name="now">The time on a clock that only goes forward.</param>
    public AgentMessage Send(PayloadType payloadType, ReadOnlyMemory<byte> payload, Guid id, DateTimeOffset date, TimeSpan now)
    {
        if (IsFull)
        {
            throw new InvalidOperationException("Too many messages are on their way.");
        }

        var message = new AgentMessage
        {
            Type = type,
            CreatedMilliseconds = date.ToUnixTimeMilliseconds(),
            SequenceNumber = next,
            Flags = next == 0 ? 1 : 0,
            Id = id,
            PayloadType = payloadType,
            Payload = payload,
        };
        unacknowledged.Add(next++, new(message, now, now, Again: false));
        return message;
    }

    /// <summary>Takes an acknowledgement in.</summary>
    /// <returns>False for one of a message that is not on its way, which changes nothing.</returns>
    public bool Acknowledge(long sequenceNumber, TimeSpan now)
    {
        if (!unacknowledged.Remove(sequenceNumber, out var sent))
        {
            return false;
        }

        while (oldest < next && !unacknowledged.ContainsKey(oldest))
        {
            oldest++;
        }

        if (!sent.Again)    // Of one sent twice, nobody knows which of the two was acknowledged.
        {
            var took = now - sent.LastAt;
            variation = (variation * 0.75) + ((roundTrip - took).Duration() * 0.25);
            roundTrip = (roundTrip * 0.875) + (took * 0.125);
            var timeout = roundTrip + (variation * 4);
            Timeout = timeout < ShortestTimeout ? ShortestTimeout : timeout > LongestTimeout ? LongestTimeout : timeout;
        }

        return true;
    }

    /// <summary>The message to send again now; null when none is due. Only the oldest ever is: the others wait behind it anyhow.</summary>
    public AgentMessage? Due(TimeSpan now)
    {
        if (IsEmpty || now - unacknowledged[oldest].LastAt < Timeout)
        {
            return null;
        }

        var sent = unacknowledged[oldest] with { LastAt = now, Again = true };
        unacknowledged[oldest] = sent;
        return sent.Message;
    }
}
