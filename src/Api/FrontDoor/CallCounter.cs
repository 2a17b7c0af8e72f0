using System.Diagnostics;

namespace Berth.Api;

/// <summary>What is counted of one operation since the start. Thread safe.</summary>
internal sealed class CallCounter(string service, string operation)
{
    private long answered;
    private long refused;
    private long failed;
    private long ticks;

    public string Service { get; } = service;

    public string Operation { get; } = operation;

    public long Answered => Volatile.Read(ref answered);

    public long Refused => Volatile.Read(ref refused);

    public long Failed => Volatile.Read(ref failed);

    public double Seconds => (double)Volatile.Read(ref ticks) / Stopwatch.Frequency;

    /// <summary>Counts one call.</summary>
    /// <param name="status">The answer's HTTP status.</param>
    /// <param name="elapsed">How long it took, in <see cref="Stopwatch"/> ticks.</param>
    public void Add(int status, long elapsed)
    {
        Interlocked.Increment(ref status < 400 ? ref answered : ref status < 500 ? ref refused : ref failed);
        Interlocked.Add(ref ticks, elapsed);
    }
}
