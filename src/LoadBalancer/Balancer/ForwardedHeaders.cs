using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Berth.LoadBalancer;

/// <summary>
/// What a request gets on its way to a target: the headers an application load balancer adds, the path and query exactly
/// as the client sent them, and the client's Host.
/// </summary>
internal sealed class ForwardedHeaders(ListenerConfiguration listener) : HttpTransformer
{
    private static readonly UriCreationOptions AsSent = new() { DangerousDisablePathAndQueryCanonicalization = true };
    private readonly string port = listener.Port.ToString(CultureInfo.InvariantCulture);

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken).ConfigureAwait(false);
        if (httpContext.Features.Get<IHttpRequestFeature>()?.RawTarget is ['/', ..] target)
        {
            proxyRequest.RequestUri = new Uri(destinationPrefix + target, in AsSent);
        }

        var incoming = httpContext.Request.Headers;
        SetForwardedFor(proxyRequest, incoming, httpContext.Connection);
        Set(proxyRequest, "X-Forwarded-Proto", "http");
        Set(proxyRequest, "X-Forwarded-Port", port);
        Set(proxyRequest, "X-Amzn-Trace-Id", TraceId(incoming["X-Amzn-Trace-Id"].ToString()));
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        var copyBody = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken).ConfigureAwait(false);
        Finish(httpContext.Response.Headers);
        return copyBody;
    }

    /// <summary>Sets the headers the listener gives every answer.</summary>
    public void Finish(IHeaderDictionary headers)
    {
        foreach (var (name, value) in listener.Settings.ResponseHeaders)
        {
            headers[name] = value;
        }

        if (!listener.Settings.KeepServerHeader)
        {
            headers.Remove("Server");
        }
    }

    // Root is the moment in hexadecimal seconds and 96 random bits; a trace that has begun gets a Self of ours before it.
    private static string TraceId(string given)
    {
        var id = ActivityTraceId.CreateRandom().ToHexString();
        var root = $"1-{id[..8]}-{id[8..]}";
        return given.Length == 0 ? $"Root={root}"
            : given.Contains("Self=", StringComparison.OrdinalIgnoreCase) ? given
            : given.Contains("Root=", StringComparison.OrdinalIgnoreCase) ? $"Self={root};{given}"
            : $"Root={root};{given}";
    }

    private static void Set(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }

    private void SetForwardedFor(HttpRequestMessage request, IHeaderDictionary incoming, ConnectionInfo connection)
    {
        if (listener.Settings.ForwardedForMode == "preserve")
        {
            return;
        }

        request.Headers.Remove("X-Forwarded-For");
        if (listener.Settings.ForwardedForMode == "append")
        {
            var client = Client(connection);
            var before = incoming["X-Forwarded-For"].ToString();
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", before.Length == 0 ? client : $"{before}, {client}");
        }
    }

    private string Client(ConnectionInfo connection) =>
        connection.RemoteIpAddress is not { } address ? "unknown"
        : !listener.Settings.ForwardedForClientPort ? address.ToString()
        : new IPEndPoint(address, connection.RemotePort).ToString();
}
