using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace Berth.Agent;

/// <summary>How often each address may ask the container endpoints: 40 times a second, 60 at once. Source: the official agent.</summary>
internal sealed class EndpointRate : IDisposable
{
    private const int PerSecond = 40;
    private const int Burst = 60;

    private readonly PartitionedRateLimiter<IPAddress> limiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => RateLimitPartition.GetTokenBucketLimiter(address, _ => new()
    {
        TokenLimit = Burst,
        TokensPerPeriod = PerSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        AutoReplenishment = true,
    }));

    /// <summary>Counts a request and says so in its answer's headers; one too many is answered with 429.</summary>
    /// <returns>Whether it may go on.</returns>
    public async ValueTask<bool> AdmitAsync(HttpContext context)
    {
        var source = LinkLocalEndpoint.SourceOf(context) ?? IPAddress.None;
        using var lease = limiter.AttemptAcquire(source);
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

    public void Dispose() => limiter.Dispose();
}
