using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>
/// The container endpoints at 169.254.170.2, port 80: the one plain address from which AWS SDKs take credentials. The
/// address is the machine's own, so containers reach it over whatever gateway they have.
/// </summary>
/// <remarks>
/// Several agents of a machine share the address: all of them listen, and the kernel gives each connection to one
/// (<c>SO_REUSEPORT</c>). That one answers for its own containers and passes what concerns another's on to that agent's
/// port, which each leaves in <see cref="Neighbours"/>. When one ends, the others are there already. Needs root; elsewhere
/// there is none, and containers are told of the bridge's gateway.
/// </remarks>
internal sealed partial class LinkLocalEndpoint : IHttpApplication<HttpContext>, IAsyncDisposable
{
    public const string Address = "169.254.170.2";

    /// <summary>Where agents of this machine leave files named after their ports.</summary>
    private const string Neighbours = "/run/berth/endpoints";

    private const int Port = 80;

    /// <summary>The source of a request that an agent passes on.</summary>
    private const string SourceHeader = "X-Berth-Source";

    /// <summary>How long another agent may take to answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How long requests under way may take when the agent ends.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly ContainerEndpoints own;
    private readonly TimeProvider clock;
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
    private readonly KestrelServer server;

    private LinkLocalEndpoint(ContainerEndpoints own, ILoggerFactory loggers, TimeProvider clock)
    {
        (this.own, this.clock) = (own, clock);
        server = BareKestrel.Create(options =>
        {
            options.Limits.MaxRequestBodySize = ContainerEndpoints.MaxRequestBytes;
            options.Listen(IPAddress.Parse(Address), Port);
        }, loggers, BindBesideOthers);
    }

    /// <summary>Listens at the address.</summary>
    /// <returns>Null where the address cannot be had on this machine.</returns>
    public static async Task<LinkLocalEndpoint?> OpenAsync(ContainerEndpoints own, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        var logger = loggers.CreateLogger<LinkLocalEndpoint>();
        if (!await MachineAddress.EnsureAsync(Address, cancellationToken).ConfigureAwait(false))
        {
            LogNoAddress(logger, Address);
            return null;
        }

        var endpoint = new LinkLocalEndpoint(own, loggers, clock);
        try
        {
            Directory.CreateDirectory(Neighbours);
            await File.WriteAllTextAsync(endpoint.OwnFile, "", cancellationToken).ConfigureAwait(false);
            await endpoint.server.StartAsync(endpoint, cancellationToken).ConfigureAwait(false);
            return endpoint;
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            LogPortTaken(logger, Address, Port);
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException or SocketException)
        {
            LogRefused(logger, Address, refused.Message);
        }

        await endpoint.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    /// <summary>The address a request came from: the caller's own, also of one that another agent has passed on.</summary>
    public static IPAddress? SourceOf(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } caller && IPAddress.IsLoopback(caller) && IPAddress.TryParse(context.Request.Headers[SourceHeader].ToString(), out var source)
            ? source
            : context.Connection.RemoteIpAddress;

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        if (own.Knows(context))
        {
            await own.ProcessRequestAsync(context).ConfigureAwait(false);
            return;
        }

        var mayBeKnown = false;
        foreach (var port in NeighbouringPorts())
        {
            switch (await PassOnAsync(context, port).ConfigureAwait(false))
            {
                case Reply.Given:
                    return;
                case Reply.None:
                    mayBeKnown = true;
                    break;
            }
        }

        if (mayBeKnown)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;    // SDKs ask again.
            return;
        }

        // Nobody's: the refusal is as good from here.
        await own.ProcessRequestAsync(context).ConfigureAwait(false);
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // The server owns what the context is made of.
    }

    public async ValueTask DisposeAsync()
    {
        File.Delete(OwnFile);
        using var farewell = new CancellationTokenSource(Farewell, clock);
        await server.StopAsync(farewell.Token).ConfigureAwait(false);
        server.Dispose();
        http.Dispose();
    }

    private string OwnFile => Path.Combine(Neighbours, own.Port.ToString(CultureInfo.InvariantCulture));

    private static Socket BindBesideOthers(EndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);    // By which .NET means SO_REUSEPORT here.
            socket.Bind(endpoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private ImmutableArray<int> NeighbouringPorts() =>
        [.. Directory.EnumerateFiles(Neighbours).Select(file => int.TryParse(Path.GetFileName(file), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : own.Port).Where(port => port != own.Port)];

    /// <summary>Asks another agent, and gives its answer where the request is about a container of its own.</summary>
    private async Task<Reply> PassOnAsync(HttpContext context, int port)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), $"http://127.0.0.1:{port}{context.Request.Path}{context.Request.QueryString}");
        request.Headers.Add(SourceHeader, context.Connection.RemoteIpAddress?.ToString());
        request.Headers.Add(ContainerEndpoints.OnlyIfKnownHeader, "1");
        if (context.Request.ContentLength > 0)
        {
            context.Request.EnableBuffering();
            request.Content = new StreamContent(context.Request.Body);
        }

        try
        {
            using var answer = await http.SendAsync(request, context.RequestAborted).ConfigureAwait(false);
            if (answer.StatusCode is HttpStatusCode.MisdirectedRequest or ContainerEndpoints.TooEarly)
            {
                if (context.Request.Body.CanSeek)
                {
                    context.Request.Body.Position = 0;
                }

                return answer.StatusCode == ContainerEndpoints.TooEarly ? Reply.None : Reply.NotTheirs;
            }

            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
            return Reply.Given;
        }
        catch (TaskCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return Reply.None;
        }
        catch (HttpRequestException)
        {
            // Its agent has gone without a word.
            File.Delete(Path.Combine(Neighbours, port.ToString(CultureInfo.InvariantCulture)));
            return Reply.None;
        }
    }

    /// <summary>What another agent says of a request.</summary>
    private enum Reply
    {
        /// <summary>Its answer, which the container has.</summary>
        Given,

        /// <summary>That it is about none of its containers.</summary>
        NotTheirs,

        /// <summary>Nothing: it has not begun to answer, hangs, or is gone. The request may be about its containers.</summary>
        None,
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Containers are told of the bridge's gateway in place of {Address}, which needs root and the ip command: AWS SDKs in them do not find their role's credentials by themselves.")]
    private static partial void LogNoAddress(ILogger logger, string address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Something else listens at {Address}:{Port}, so containers are told of the bridge's gateway.")]
    private static partial void LogPortTaken(ILogger logger, string address, int port);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The container endpoints cannot be offered at {Address}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string address, string reason);
}
