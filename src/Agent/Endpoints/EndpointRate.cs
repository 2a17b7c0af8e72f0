using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace Berth.Agent;

/// <summary>How often each address may ask the container endpoints: 40 times a second, 60 at once. Source: the official agent.</summary>
/// <remarks>
/// A bucket is filled when it is asked. The library's own limiter of many addresses fills all of them from a timer that
/// rings ten times a second for ever, which was most of what an agent at rest did.
/// </remarks>
internal sealed class EndpointRate
{
    private const int PerSecond = 40;
    private const int Burst = 60;

    /// <summary>Beyond so many, buckets that are full again are forgotten. A machine has fewer containers.</summary>
    private const int MostAddresses = 1024;

    private readonly ConcurrentDictionary<IPAddress, TokenBucketRateLimiter> buckets = new();

    /// <summary>Counts a request and says so in its answer's headers; one too many is answered with 429.</summary>
    /// <returns>Whether it may go on.</returns>
    public async ValueTask<bool> AdmitAsync(HttpContext context)
    {
        var source = LinkLocalEndpoint.SourceOf(context) ?? IPAddress.None;
        var bucket = BucketOf(source);
        bucket.TryReplenish();
        using var lease = bucket.AttemptAcquire();
        context.Response.Headers["X-Rate-Limit-Limit"] = PerSecond.ToString("F2", CultureInfo.InvariantCulture);
        context.Response.Headers["X-Rate-Limit-Duration"] = "1";
        context.Response.Headers["X-Rate-Limit-Request-Remote-Addr"] = source.ToString();
        if (lease.IsAcquired)
        {
            return true;
        }

        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        await context.Response.WriteAsync("You have reached maximum request limit.", context.RequestAborted).ConfigureAwait(false);
        return false;
    }

    private TokenBucketRateLimiter BucketOf(IPAddress source)
    {
        if (buckets.TryGetValue(source, out var known))
        {
            return known;
        }

        if (buckets.Count >= MostAddresses)
        {
            foreach (var (address, bucket) in buckets)
            {
                bucket.TryReplenish();
                if (bucket.IdleDuration is not null)
                {
                    buckets.TryRemove(address, out _);
                }
            }
        }

        return buckets.GetOrAdd(source, static _ => new(new()
        {
            TokenLimit = Burst,
            TokensPerPeriod = PerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            AutoReplenishment = false,
        }));
    }
}
