namespace Berth.Agent;

/// <summary>
/// The time that signatures carry. A backend takes them only from within a quarter of an hour of its own time, so where
/// this machine's clock is off by more, the backend's answers tell by how much.
/// </summary>
internal sealed class SignatureClock(TimeProvider clock)
{
    /// <summary>Less than what a backend tolerates, more than an answer may have been under way.</summary>
    private static readonly TimeSpan Tolerated = TimeSpan.FromMinutes(4);

    private long offsetTicks;

    public DateTimeOffset Now => clock.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref offsetTicks));

    /// <summary>Takes the time from an answer that refused a signature.</summary>
    /// <param name="backendTime">The answer's <c>Date</c>; null where it has none.</param>
    /// <returns>Whether the clock was off, so that signing again is worth it.</returns>
    public bool Correct(DateTimeOffset? backendTime)
    {
        if (backendTime is not { } told || (told - Now).Duration() <= Tolerated)
        {
            return false;
        }

        Interlocked.Exchange(ref offsetTicks, (told - clock.GetUtcNow()).Ticks);
        return true;
    }
}
