using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using Berth.Domain;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace Berth.LoadBalancer;

/// <summary>Takes every request through its listener's rules to a target, or to the answer the balancer gives itself.</summary>
/// <remarks>
/// A request goes to a second target only when no connection to the first could be made: then nothing of it was sent.
/// </remarks>
internal sealed partial class TrafficForwarder(IHttpForwarder forwarder, HttpMessageInvoker client, ILogger<TrafficForwarder> logger)
    : IHttpApplication<HttpContext>
{
    /// <summary>How many targets a request is offered to.</summary>
    public const int MostAttempts = 4;

    private const string OwnServerName = "awselb/2.0";

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        if (context.Features.Get<BoundListener>()?.Route is not { } route)
        {
            // The listener was deleted while the client kept its connection.
            context.Response.Headers.Connection = "close";
            await AnswerAsync(context, null, StatusCodes.Status503ServiceUnavailable).ConfigureAwait(false);
            return;
        }

        var rule = route.RuleFor(context);
        if (rule.Groups is { } groups)
        {
            await ForwardAsync(context, route, groups.Next()).ConfigureAwait(false);
        }
        else if (rule.Action.FixedResponse is { } answer)
        {
            await AnswerAsync(context, route, answer).ConfigureAwait(false);
        }
        else if (rule.Action.Redirect is { } redirect)
        {
            context.Response.Headers.Location = Location(redirect, context, route.Configuration.Port);
            await AnswerAsync(context, route, redirect.StatusCode).ConfigureAwait(false);
        }
    }

    private async Task ForwardAsync(HttpContext context, ListenerRoute route, TargetGroupRuntime? group)
    {
        ImmutableArray<TargetRuntime> tried = [];
        while (tried.Length < MostAttempts && group?.Enter(tried) is { } target)
        {
            try
            {
                var error = await forwarder.SendAsync(context, target.Prefix, client, route.Request, route.Headers, target.Removed).ConfigureAwait(false);
                if (error == ForwarderError.None)
                {
                    return;
                }

                var cause = context.Features.Get<IForwarderErrorFeature>()?.Exception;
                LogFailed(target.Prefix, error, cause);
                if (context.Response.HasStarted)
                {
                    // The forwarder has ended what it could not finish; nothing can be added to it.
                    return;
                }

                if (error != ForwarderError.Request || cause is not HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError })
                {
                    await AnswerAsync(context, route, StatusFor(error, target)).ConfigureAwait(false);
                    return;
                }

                tried = tried.Add(target);
                context.Response.Clear();    // The forwarder takes only untouched responses.
            }
            finally
            {
                target.Exit();
            }
        }

        await AnswerAsync(
            context, route, tried.IsEmpty ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status502BadGateway).ConfigureAwait(false);
    }

    private static int StatusFor(ForwarderError error, TargetRuntime target) => error switch
    {
        ForwarderError.RequestTimedOut or ForwarderError.UpgradeActivityTimeout => StatusCodes.Status504GatewayTimeout,
        _ when target.Removed.IsCancellationRequested => StatusCodes.Status502BadGateway,
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.UpgradeRequestCanceled => 460,    // ELB's own code for a client that went away.
        ForwarderError.RequestBodyClient => StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status502BadGateway,
    };

    private static async Task AnswerAsync(HttpContext context, ListenerRoute? route, FixedResponseAction answer)
    {
        context.Response.StatusCode = answer.StatusCode;
        context.Response.Headers.Server = OwnServerName;
        context.Response.ContentType = $"{answer.ContentType ?? "text/plain"}; charset=utf-8";
        route?.Headers.Finish(context.Response.Headers);
        await WriteAsync(context, answer.MessageBody ?? "").ConfigureAwait(false);
    }

    private static async Task AnswerAsync(HttpContext context, ListenerRoute? route, int status)
    {
        var title = $"{status.ToString(CultureInfo.InvariantCulture)} {(status == 460 ? "" : ReasonPhrases.GetReasonPhrase(status))}".TrimEnd();
        context.Response.StatusCode = status;
        context.Response.Headers.Server = OwnServerName;
        context.Response.ContentType = "text/html";
        route?.Headers.Finish(context.Response.Headers);
        await WriteAsync(context, $"<html>\r\n<head><title>{title}</title></head>\r\n<body><h1>{title}</h1></body>\r\n</html>\r\n").ConfigureAwait(false);
    }

    private static async Task WriteAsync(HttpContext context, string text)
    {
        var body = Encoding.UTF8.GetBytes(text);
        var hasBody = context.Response.StatusCode is >= 200 and not (204 or 205 or 304);
        if (hasBody)
        {
            context.Response.ContentLength = body.Length;
        }
        else
        {
            context.Response.Headers.ContentType = default;
        }

        if (hasBody && !HttpMethods.IsHead(context.Request.Method) && !context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.Body.WriteAsync(body, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static string Location(RedirectAction redirect, HttpContext context, int listenerPort)
    {
        var request = context.Request;
        var port = listenerPort.ToString(CultureInfo.InvariantCulture);
        string Filled(string template) => template
            .Replace("#{protocol}", "http", StringComparison.Ordinal)
            .Replace("#{host}", request.Host.Host, StringComparison.Ordinal)
            .Replace("#{port}", port, StringComparison.Ordinal)
            .Replace("#{path}", request.Path.ToUriComponent().TrimStart('/'), StringComparison.Ordinal)
            .Replace("#{query}", request.QueryString.ToUriComponent().TrimStart('?'), StringComparison.Ordinal);

        var protocol = Filled(redirect.Protocol).ToLowerInvariant();
        var target = $"{protocol}://{Filled(redirect.Host)}:{Filled(redirect.Port)}{Filled(redirect.Path)}";
        var query = Filled(redirect.Query);
        return query.Length == 0 ? target : $"{target}?{query}";
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Request to {Target} failed: {Error}")]
    private partial void LogFailed(string target, ForwarderError error, Exception? exception);
}

/// <summary>The connections to targets, shared by all listeners.</summary>
internal static class TargetConnections
{
    // Shorter than the keep-alive of common servers (Node 5 s, nginx 75 s): we close an idle connection before they do,
    // so a request rarely meets a connection that is being closed.
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    public static HttpMessageInvoker CreateClient() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionIdleTimeout = IdleTimeout,
        MaxResponseHeadersLength = 64,
    });
}
