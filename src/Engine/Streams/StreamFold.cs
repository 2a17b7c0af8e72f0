using System.Runtime.CompilerServices;
using Berth.Domain;

namespace Berth.Engine;

/// <summary>What a stream's snapshot and the facts after it come to.</summary>
/// <param name="Aggregate">The aggregate after all of them.</param>
/// <param name="Seq">The last fact's sequence number.</param>
/// <param name="Snapshot">The snapshot's sequence number and size.</param>
/// <param name="CharactersSince">How long the text of the facts after it is.</param>
internal sealed record FoldedStream<TAggregate>(TAggregate Aggregate, long Seq, (long Seq, long Bytes) Snapshot, long CharactersSince);

/// <summary>Makes an aggregate of what the journal has of its stream.</summary>
internal static class StreamFold
{
    // Facts decoded at a time, and how many such portions may be under way.
    private const int PortionFacts = 1_024;
    private const int PortionsAhead = 4;

    public static async Task<FoldedStream<TAggregate>> FoldAsync<TAggregate, TState, TEvent>(
        StreamId id, StreamDefinition<TAggregate, TState, TEvent> definition, IJournal journal, CancellationToken cancellationToken)
        where TAggregate : Aggregate<TState, TEvent>
        where TState : class
        where TEvent : class
    {
        var folded = definition.Create(id);
        var kept = (Seq: 0L, Bytes: 0L);
        if (await journal.ReadSnapshotAsync(id, cancellationToken).ConfigureAwait(false) is { } snapshot)
        {
            folded.BeginReplay(definition.Codec.DecodeState(snapshot.Parts));
            kept = (snapshot.Seq, snapshot.Parts.Sum(part => (long)part.Length));
        }
        else
        {
            folded.BeginReplay(null);
        }

        var (seq, characters) = (kept.Seq, 0L);
        await foreach (var portion in DecodedAheadAsync(id, definition.Codec, journal, seq, cancellationToken).ConfigureAwait(false))
        {
            foreach (var fact in portion.Facts)
            {
                folded.Replay(fact);
            }

            seq = portion.LastSeq;
            characters += portion.Characters;
        }

        folded.EndReplay();
        return new(folded, seq, kept, characters);
    }

    /// <summary>The stream's facts after a sequence number. The next portions are read and decoded while one is applied.</summary>
    private static async IAsyncEnumerable<Portion<TEvent>> DecodedAheadAsync<TState, TEvent>(
        StreamId id, IStreamCodec<TState, TEvent> codec, IJournal journal, long afterSeq, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ahead = new Queue<Task<Portion<TEvent>>>();
        var portion = new List<JournalEvent>(PortionFacts);
        await foreach (var stored in journal.ReadAsync(id, afterSeq, cancellationToken).ConfigureAwait(false))
        {
            portion.Add(stored);
            if (portion.Count == PortionFacts)
            {
                var full = portion;
                portion = new(PortionFacts);
                ahead.Enqueue(Task.Run(() => Decode(codec, full), cancellationToken));
                if (ahead.Count == PortionsAhead)
                {
                    yield return await ahead.Dequeue().ConfigureAwait(false);
                }
            }
        }

        while (ahead.TryDequeue(out var decoded))
        {
            yield return await decoded.ConfigureAwait(false);
        }

        if (portion.Count > 0)
        {
            yield return Decode(codec, portion);
        }
    }

    private static Portion<TEvent> Decode<TState, TEvent>(IStreamCodec<TState, TEvent> codec, List<JournalEvent> stored)
    {
        var facts = new TEvent[stored.Count];
        var characters = 0L;
        for (var at = 0; at < facts.Length; at++)
        {
            facts[at] = codec.Decode(stored[at].Type, stored[at].Payload);
            characters += stored[at].Payload.Length;
        }

        return new(facts, stored[^1].Seq, characters);
    }

    /// <summary>Facts read from the journal.</summary>
    private sealed record Portion<TEvent>(TEvent[] Facts, long LastSeq, long Characters);
}
