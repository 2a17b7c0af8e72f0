namespace Berth.Wire;

/// <summary>
/// What one end has received of the other's numbered messages: gives them out once each, in order. Not safe for several threads.
/// </summary>
public sealed class IncomingStream
{
    /// <summary>How far ahead of its turn a message may come.</summary>
    public const int MostAhead = 64;

    private readonly Dictionary<long, AgentMessage> early = [];
    private long expected;

    /// <summary>Takes a message in.</summary>
    /// <param name="message">A message of the other end's stream.</param>
    /// <param name="inTurn">The messages whose turn has come.</param>
    /// <returns>
    /// Whether to acknowledge it. A message that came before is acknowledged again, for the first acknowledgement may be
    /// lost; one that is too far ahead is not, and comes again.
    /// </returns>
    public bool Receive(AgentMessage message, out IReadOnlyList<AgentMessage> inTurn)
    {
        ArgumentNullException.ThrowIfNull(message);
        inTurn = [];
        if (message.SequenceNumber < expected)
        {
            return message.SequenceNumber >= 0;
        }

        if (message.SequenceNumber - expected >= MostAhead)
        {
            return false;
        }

        if (message.SequenceNumber > expected)
        {
            early.TryAdd(message.SequenceNumber, message);
            return true;
        }

        List<AgentMessage> turn = [message];
        for (expected++; early.Remove(expected, out var waiting); expected++)
        {
            turn.Add(waiting);
        }

        inTurn = turn;
        return true;
    }
}
