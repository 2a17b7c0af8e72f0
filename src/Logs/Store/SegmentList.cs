using System.Collections.Immutable;

namespace Berth.Logs;

/// <summary>The segments of a group in order of their first sequence; the last is the log being written.</summary>
internal sealed class SegmentList(ImmutableArray<Segment> segments)
{
    private readonly Lock gate = new();
    private ImmutableArray<Segment> current = segments;

    public ImmutableArray<Segment> All
    {
        get
        {
            lock (gate)
            {
                return current;
            }
        }
    }

    public Segment Active => All[^1];

    public void Add(Segment segment)
    {
        lock (gate)
        {
            current = current.Add(segment);
        }
    }

    /// <summary>Puts a segment's replacement in its place, or takes it out, and deletes its file when the last reader leaves.</summary>
    public void Replace(Segment old, Segment? replacement)
    {
        lock (gate)
        {
            current = replacement is null ? current.Remove(old) : current.Replace(old, replacement);
        }

        old.Doom();
    }

    /// <summary>All segments, kept on the disk until the lease is disposed of.</summary>
    public Lease Acquire()
    {
        lock (gate)
        {
            // Under the gate nothing in the list is doomed yet: Replace dooms only what it took out.
            foreach (var segment in current)
            {
                segment.Acquire();
            }

            return new Lease(current);
        }
    }

    public readonly struct Lease(ImmutableArray<Segment> segments) : IDisposable
    {
        public ImmutableArray<Segment> Segments { get; } = segments;

        public void Dispose()
        {
            foreach (var segment in Segments)
            {
                segment.Release();
            }
        }
    }
}
