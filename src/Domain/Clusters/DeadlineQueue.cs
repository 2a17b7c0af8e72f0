namespace Berth.Domain;

/// <summary>
/// Deadlines, the earliest first. Those of one moment come in their own order and not in that of their entry: a state
/// that was restored from a snapshot meets them as one does that was folded from facts.
/// </summary>
internal sealed class DeadlineQueue<T>
    where T : IComparable<T>
{
    private static readonly Comparer<(DateTimeOffset At, T What)> Order = Comparer<(DateTimeOffset At, T What)>.Create((a, b) =>
        a.At != b.At ? a.At.CompareTo(b.At) : a.What.CompareTo(b.What));

    private readonly PriorityQueue<T, (DateTimeOffset At, T What)> queue = new(Order);

    public void Enqueue(T what, DateTimeOffset at) => queue.Enqueue(what, (at, what));

    public void Dequeue() => queue.Dequeue();

    public void Clear() => queue.Clear();

    /// <summary>The next deadline, which stays.</summary>
    public bool TryPeek([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T what, out DateTimeOffset at)
    {
        var found = queue.TryPeek(out what, out var due);
        at = due.At;
        return found;
    }
}
