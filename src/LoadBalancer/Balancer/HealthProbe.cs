using System.Globalization;
using System.Net;
using Berth.Domain;

namespace Berth.LoadBalancer;

/// <summary>One health check of one target: a connection of its own, a GET, and a look at the status.</summary>
internal sealed class HealthProbe(TimeProvider clock) : IDisposable
{
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly HttpMessageInvoker client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        PooledConnectionLifetime = TimeSpan.Zero,
    });

    /// <summary>Healthy, or what is wrong.</summary>
    public async ValueTask<TargetHealth> CheckAsync(TargetRuntime target, TargetGroupHealthCheck settings, CancellationToken cancellationToken)
    {
        var port = settings.Port == TargetGroupHealthCheck.TrafficPort ? target.Key.Port : int.Parse(settings.Port, CultureInfo.InvariantCulture);
        var host = target.Address.Contains(':', StringComparison.Ordinal) ? $"[{target.Address}]" : target.Address;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{host}:{port}{settings.Path}", in AsWritten))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.ConnectionClose = true;
        request.Headers.TryAddWithoutValidation("User-Agent", "ELB-HealthChecker/2.0");
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(settings.TimeoutSeconds), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await client.SendAsync(request, either.Token).ConfigureAwait(false);
            var code = (int)response.StatusCode;
            return HealthCheckMatcher.Parse(settings.Matcher)?.Matches(code) == true ? TargetHealth.Healthy : TargetHealth.CodeMismatch(code);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return TargetHealth.TimedOut;
        }
        catch (HttpRequestException)
        {
            return TargetHealth.FailedHealthChecks;
        }
    }

    public void Dispose() => client.Dispose();
}
