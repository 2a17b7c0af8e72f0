namespace Berth.Logs;

/// <summary>
/// Reads the events of many blocks as one sequence ordered by position, upwards or downwards. A block is opened only
/// when an event of it may be next, so that memory is bounded by the blocks that overlap in time.
/// </summary>
internal sealed class EventMerge
{
    private static readonly Comparer<Position> Downwards = Comparer<Position>.Create((left, right) => right.CompareTo(left));

    private readonly bool isDescending;
    private readonly Func<Segment, Block, List<StoredEvent>> open;
    private readonly (Segment Segment, Block Block)[] blocks;
    private readonly PriorityQueue<(List<StoredEvent> Events, int At), Position> heads;
    private int next;

    /// <param name="blocks">The blocks, in any order.</param>
    /// <param name="isDescending">Newest first.</param>
    /// <param name="open">The events wanted of a block, upwards.</param>
    public EventMerge(IEnumerable<(Segment Segment, Block Block)> blocks, bool isDescending, Func<Segment, Block, List<StoredEvent>> open)
    {
        this.isDescending = isDescending;
        this.open = open;
        this.blocks = isDescending
            ? [.. blocks.OrderByDescending(item => item.Block.LastTimestamp)]
            : [.. blocks.OrderBy(item => item.Block.FirstTimestamp)];
        heads = new(isDescending ? Downwards : Comparer<Position>.Default);
    }

    /// <summary>The size of what was opened so far.</summary>
    public long OpenedBytes { get; private set; }

    /// <summary>
    /// While the next event may be in a block not yet opened: a position that all events behind it have been read up
    /// to, and none beyond. Null when the next event is known, or there is none.
    /// </summary>
    public Position? Frontier
    {
        get
        {
            if (next == blocks.Length)
            {
                return null;
            }

            var block = blocks[next].Block;
            var hasHead = heads.TryPeek(out _, out var head);
            return isDescending
                ? hasHead && head.Timestamp > block.LastTimestamp ? null : new(block.LastTimestamp, long.MaxValue)
                : hasHead && head.Timestamp < block.FirstTimestamp ? null : new(block.FirstTimestamp, 0);
        }
    }

    /// <summary>Opens the next block.</summary>
    public void Open()
    {
        var (segment, block) = blocks[next++];
        OpenedBytes += block.RawBytes;
        var events = open(segment, block);
        if (events.Count > 0)
        {
            var at = isDescending ? events.Count - 1 : 0;
            heads.Enqueue((events, at), events[at].Position);
        }
    }

    /// <summary>The next event. Only to be asked while <see cref="Frontier"/> is null.</summary>
    public bool TryPeek(out StoredEvent found)
    {
        found = default;
        if (!heads.TryPeek(out var head, out _))
        {
            return false;
        }

        found = head.Events[head.At];
        return true;
    }

    /// <summary>Passes over the event last peeked at.</summary>
    public void Advance()
    {
        var (events, at) = heads.Dequeue();
        at += isDescending ? -1 : 1;
        if (at >= 0 && at < events.Count)
        {
            heads.Enqueue((events, at), events[at].Position);
        }
    }

    /// <summary>Every event to the end, opening what is needed.</summary>
    public IEnumerable<StoredEvent> ReadAll()
    {
        while (true)
        {
            while (Frontier is not null)
            {
                Open();
            }

            if (!TryPeek(out var found))
            {
                yield break;
            }

            yield return found;
            Advance();
        }
    }
}
