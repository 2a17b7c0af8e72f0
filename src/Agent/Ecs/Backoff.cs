namespace Berth.Agent;

/// <summary>Growing, jittered waits between attempts. One owner; not safe for several threads.</summary>
/// <param name="first">The first wait.</param>
/// <param name="longest">The longest wait.</param>
/// <param name="factor">What each wait is longer than the one before.</param>
/// <param name="chance">Where the ±20 % come from.</param>
internal sealed class Backoff(TimeSpan first, TimeSpan longest, double factor, Random chance)
{
    private TimeSpan? next;

    /// <summary>Starts over, after a success.</summary>
    public void Reset() => next = null;

    public TimeSpan Next()
    {
        var wait = next ?? first;
        var grown = wait * factor;
        next = grown < longest ? grown : longest;
        return wait * (0.8 + (0.4 * chance.NextDouble()));
    }

    public Task WaitAsync(TimeProvider clock, CancellationToken cancellationToken) => Task.Delay(Next(), clock, cancellationToken);
}
