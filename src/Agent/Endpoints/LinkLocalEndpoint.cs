using System.Globalization;
using System.Net;
using System.Net.Sockets;
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
/// Several agents of a machine share the address. One of them listens; it answers for its own containers and passes what
/// concerns another's on to that agent's port, which each leaves in <see cref="Neighbours"/>. When it ends, the next takes
/// its place. Needs root; elsewhere there is none, and containers are told of the bridge's gateway.
/// </remarks>
internal sealed partial class LinkLocalEndpoint : IHttpApplication<HttpContext>, IAsyncDisposable
{
    public const string Address = "169.254.170.2";

    /// <summary>Where agents of this machine leave files named after their ports.</summary>
    private const string Neighbours = "/run/berth/endpoints";

    private const int Port = 80;

    /// <summary>By this an agent finds out whether it is another that listens.</summary>
    private const string GreetingPath = "/berth/agent";

    /// <summary>The source of a request that an agent passes on.</summary>
    private const string SourceHeader = "X-Berth-Source";

    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ContainerEndpoints own;
    private readonly ILoggerFactory loggers;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource ending = new();
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
    private KestrelServer? server;
    private Task taking = Task.CompletedTask;

    private LinkLocalEndpoint(ContainerEndpoints own, ILoggerFactory loggers, TimeProvider clock) => (this.own, this.loggers, this.clock) = (own, loggers, clock);

    /// <summary>Listens at the address, or stands ready to where another agent does.</summary>
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
            if (await endpoint.TryListenAsync(cancellationToken).ConfigureAwait(false) || await endpoint.IsANeighboursAsync(cancellationToken).ConfigureAwait(false))
            {
                endpoint.taking = endpoint.TakeOverAsync();
                return endpoint;
            }

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
        if (context.Request.Path == GreetingPath)
        {
            return;    // 200.
        }

        if (own.Knows(context))
        {
            await own.ProcessRequestAsync(context).ConfigureAwait(false);
            return;
        }

        foreach (var port in NeighbouringPorts())
        {
            if (await PassOnAsync(context, port).ConfigureAwait(false))
            {
                return;
            }
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
        await ending.CancelAsync().ConfigureAwait(false);
        await taking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        File.Delete(OwnFile);
        if (server is not null)
        {
            await server.StopAsync(ending.Token).ConfigureAwait(false);
            server.Dispose();
        }

        http.Dispose();
        ending.Dispose();
    }

    private string OwnFile => Path.Combine(Neighbours, own.Port.ToString(CultureInfo.InvariantCulture));

    private async Task TakeOverAsync()
    {
        while (server is null)
        {
            await Task.Delay(BetweenTries, clock, ending.Token).ConfigureAwait(false);
            await TryListenAsync(ending.Token).ConfigureAwait(false);
        }
    }

    private async Task<bool> TryListenAsync(CancellationToken cancellationToken)
    {
        if (IsTaken())
        {
            return false;
        }

        var candidate = BareKestrel.Create(options =>
        {
            options.Limits.MaxRequestBodySize = ContainerEndpoints.MaxRequestBytes;
            options.Listen(IPAddress.Parse(Address), Port);
        }, loggers);
        try
        {
            await candidate.StartAsync(this, cancellationToken).ConfigureAwait(false);
            server = candidate;
            return true;
        }
        catch (Exception taken) when (taken is IOException { InnerException: not null })
        {
            candidate.Dispose();
            return false;
        }
        catch
        {
            candidate.Dispose();
            throw;
        }
    }

    /// <summary>Whether somebody listens there. Asked each second for as long as another agent does, so it is asked of a bare socket.</summary>
    private static bool IsTaken()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Parse(Address), Port));
            return false;
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode == SocketError.AddressAlreadyInUse;    // What else is wrong, the server says.
        }
    }

    /// <summary>Whether it is an agent like this that listens there.</summary>
    private async Task<bool> IsANeighboursAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://{Address}{GreetingPath}"), cancellationToken).ConfigureAwait(false);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return !cancellationToken.IsCancellationRequested && !NeighbouringPorts().IsDefaultOrEmpty;    // It may be ending just now.
        }
    }

    private System.Collections.Immutable.ImmutableArray<int> NeighbouringPorts() =>
        [.. Directory.EnumerateFiles(Neighbours).Select(file => int.TryParse(Path.GetFileName(file), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : own.Port).Where(port => port != own.Port)];

    /// <summary>Asks another agent; false where the request is none of its own either.</summary>
    private async Task<bool> PassOnAsync(HttpContext context, int port)
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
            if (answer.StatusCode == HttpStatusCode.MisdirectedRequest)
            {
                if (context.Request.Body.CanSeek)
                {
                    context.Request.Body.Position = 0;
                }

                return false;
            }

            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
            return true;
        }
        catch (HttpRequestException)
        {
            // Its agent has gone without a word.
            File.Delete(Path.Combine(Neighbours, port.ToString(CultureInfo.InvariantCulture)));
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Containers are told of the bridge's gateway in place of {Address}, which needs root and the ip command: AWS SDKs in them do not find their role's credentials by themselves.")]
    private static partial void LogNoAddress(ILogger logger, string address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Something else listens at {Address}:{Port}, so containers are told of the bridge's gateway.")]
    private static partial void LogPortTaken(ILogger logger, string address, int port);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The container endpoints cannot be offered at {Address}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string address, string reason);
}
