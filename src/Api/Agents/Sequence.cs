namespace Berth.Api;

/// <summary>
/// Numbers for messages to agents that only rise, also over restarts: an agent drops a manifest whose number is not above
/// every one it has seen.
/// </summary>
internal sealed class Sequence(TimeProvider clock)
{
    private long last;

    /// <summary>Milliseconds since the epoch, or one more than the last number when that is larger.</summary>
    public long Next()
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        while (true)
        {
            var seen = Volatile.Read(ref last);
            var next = Math.Max(now, seen + 1);
            if (Interlocked.CompareExchange(ref last, next, seen) == seen)
            {
                return next;
            }
        }
    }
}
