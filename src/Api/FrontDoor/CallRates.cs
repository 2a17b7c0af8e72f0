using System.Collections.Concurrent;
using Berth.Wire;

namespace Berth.Api;

/// <summary>
/// A bucket of tokens an account, region and class of operations. A call that is admitted costs a look-up and one
/// exchange, and allocates nothing.
/// </summary>
/// <remarks>
/// A bucket is one number: the moment at which it would be full again. A token moves that moment on by the time one takes
/// to come back; where it would lie further ahead than a whole bucket takes to fill, the bucket is empty.
/// </remarks>
internal sealed class CallRates(FrontDoorOptions options, TimeProvider clock)
{
    // Buckets come to be by verified calls only, so keys bound them; the limit is for whoever makes up regions.
    private const int MostBuckets = 100_000;

    private readonly ConcurrentDictionary<(string Account, string Region, CallRate Rate), Bucket> buckets = new(new SameBucket());
    private readonly long start = clock.GetTimestamp();

    /// <summary>Takes a token; false when there is none.</summary>
    public bool Admit(string accountId, string region, CallRate? rate)
    {
        if (rate is null || options.RateFactor <= 0)
        {
            return true;
        }

        if (!buckets.TryGetValue((accountId, region, rate), out var bucket))
        {
            if (buckets.Count >= MostBuckets)
            {
                buckets.Clear();
            }

            bucket = buckets.GetOrAdd((accountId, region, rate), new Bucket(rate, options.RateFactor));
        }

        return bucket.Take(clock.GetElapsedTime(start).Ticks);
    }

    private sealed class Bucket(CallRate rate, double factor)
    {
        private readonly long ticksPerToken = Math.Max(1, (long)(TimeSpan.TicksPerSecond / (rate.PerSecond * factor)));
        private readonly long mostTicks = Math.Max(1, (long)(TimeSpan.TicksPerSecond * (double)rate.Burst / rate.PerSecond));
        private long fullAt;

        public bool Take(long now)
        {
            var seen = Volatile.Read(ref fullAt);
            while (true)
            {
                var next = Math.Max(seen, now) + ticksPerToken;
                if (next - now > mostTicks)
                {
                    return false;
                }

                var before = Interlocked.CompareExchange(ref fullAt, next, seen);
                if (before == seen)
                {
                    return true;
                }

                seen = before;
            }
        }
    }

    /// <summary>Rates are told apart by identity, which is faster and as good: each is made once.</summary>
    private sealed class SameBucket : IEqualityComparer<(string Account, string Region, CallRate Rate)>
    {
        public bool Equals((string Account, string Region, CallRate Rate) one, (string Account, string Region, CallRate Rate) other) =>
            ReferenceEquals(one.Rate, other.Rate)
            && string.Equals(one.Account, other.Account, StringComparison.Ordinal)
            && string.Equals(one.Region, other.Region, StringComparison.Ordinal);

        public int GetHashCode((string Account, string Region, CallRate Rate) key) => HashCode.Combine(
            string.GetHashCode(key.Account, StringComparison.Ordinal),
            string.GetHashCode(key.Region, StringComparison.Ordinal),
            System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(key.Rate));
    }
}
