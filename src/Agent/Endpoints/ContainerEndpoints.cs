using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>What containers of this instance may ask for: their metadata, their role's credentials, task protection.</summary>
/// <remarks>
/// Bound to loopback for tasks in host mode, and to the gateway of Docker's bridge for all others.
/// </remarks>
internal sealed partial class ContainerEndpoints : IHttpApplication<HttpContext>, IAsyncDisposable
{
    internal const int MaxRequestBytes = 4096;

    /// <summary>
    /// On a request that another agent passes on: to be turned away with 421 where it is not about this agent's containers,
    /// and with <see cref="TooEarly"/> before this agent knows.
    /// </summary>
    internal const string OnlyIfKnownHeader = "X-Berth-Only-If-Known";

    internal const HttpStatusCode TooEarly = (HttpStatusCode)425;

    private readonly KestrelServer server;
    private readonly EndpointRate rate = new();
    private readonly string? gateway;
    private readonly int? introspectionPort;
    private KestrelServer? introspection;
    private string? advertised;
    private volatile ContainerRequests? requests;

    private ContainerEndpoints(KestrelServer server, int port, string? gateway, string? advertised, int? introspectionPort)
    {
        this.introspectionPort = introspectionPort;
        this.server = server;
        this.gateway = gateway;
        this.advertised = advertised;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Opens the endpoints on the configured port, else the one used before, else a free one.</summary>
    public static async Task<ContainerEndpoints> StartAsync(AgentOptions options, int lastPort, string? gateway, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var bridge = gateway is not null && IPAddress.TryParse(gateway, out var address) && CanBind(address) ? address : null;
        int[] ports = options.ContainerEndpointPort != 0 ? [options.ContainerEndpointPort] : [lastPort, 0];
        foreach (var port in ports.Distinct())
        {
            try
            {
                return await StartAsync(port == 0 ? FreePort(bridge) : port, bridge, options, loggers, cancellationToken).ConfigureAwait(false);
            }
            catch (IOException taken) when (port != 0)
            {
                LogPortTaken(loggers.CreateLogger<ContainerEndpoints>(), port, taken.Message);
            }
        }

        throw new AgentTerminalException($"Port {options.ContainerEndpointPort} for the container endpoints is taken.");
    }

    /// <summary>What a container in a network mode has to call; null where it can reach nothing.</summary>
    public string? AuthorityFor(string? networkMode) => networkMode switch
    {
        "none" => null,
        _ when advertised is not null => advertised,
        "host" => $"127.0.0.1:{Port}",
        _ => gateway is not null ? $"{gateway}:{Port}" : null,
    };

    /// <summary>Has containers told of another address from now on.</summary>
    public void AdvertiseAt(string authority) => advertised = authority;

    /// <summary>Whether a request is about a container of this agent.</summary>
    public bool Knows(HttpContext context) => requests?.Knows(context) == true;

    /// <summary>Begins to answer; before, callers are told to come again.</summary>
    public void Serve(ContainerRequests answering) => requests = answering;

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        if (context.Request.Headers.ContainsKey(OnlyIfKnownHeader) && !Knows(context))
        {
            context.Response.StatusCode = requests is null ? (int)TooEarly : StatusCodes.Status421MisdirectedRequest;
            return;
        }

        if (context.Connection.LocalPort != introspectionPort && !await rate.AdmitAsync(context).ConfigureAwait(false))
        {
            return;
        }

        if (requests is { } ready)
        {
            await ready.HandleAsync(context).ConfigureAwait(false);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // The server owns what the context is made of.
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync().ConfigureAwait(false);
        await server.StopAsync(now.Token).ConfigureAwait(false);
        server.Dispose();
        if (introspection is not null)
        {
            await introspection.StopAsync(now.Token).ConfigureAwait(false);
            introspection.Dispose();
        }

    }

    private static async Task<ContainerEndpoints> StartAsync(int port, IPAddress? bridge, AgentOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var server = BareKestrel.Create(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
            kestrel.Listen(IPAddress.Loopback, port);
            if (bridge is not null)
            {
                kestrel.Listen(bridge, port);
            }

        }, loggers);
        var endpoints = new ContainerEndpoints(server, port, bridge?.ToString(), options.MetadataAddress, options.IntrospectionPort);
        try
        {
            await server.StartAsync(endpoints, cancellationToken).ConfigureAwait(false);
            await endpoints.IntrospectAsync(loggers, cancellationToken).ConfigureAwait(false);
            return endpoints;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Opens the introspection port, which only one agent of a machine can have.</summary>
    private async Task IntrospectAsync(ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        if (introspectionPort is not { } port)
        {
            return;
        }

        var logger = loggers.CreateLogger<ContainerEndpoints>();
        var candidate = BareKestrel.Create(kestrel => kestrel.Listen(IPAddress.Loopback, port), loggers);
        try
        {
            await candidate.StartAsync(this, cancellationToken).ConfigureAwait(false);
            introspection = candidate;
        }
        catch (IOException)
        {
            candidate.Dispose();
            LogNoIntrospection(logger, port);
        }
    }

    /// <summary>A port free where it matters most; if the other address has it taken, the server's start says so.</summary>
    private static int FreePort(IPAddress? bridge)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(bridge ?? IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port; // Bound just now.
    }

    /// <summary>False where the gateway is not this machine's, as with an engine elsewhere.</summary>
    private static bool CanBind(IPAddress address)
    {
        try
        {
            using var probe = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Port {Port} is taken, most likely by another agent: this one offers no introspection.")]
    private static partial void LogNoIntrospection(ILogger logger, int port);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Port {Port} of the container endpoints is taken, so running containers lose theirs: {Reason}")]
    private static partial void LogPortTaken(ILogger logger, int port, string reason);
}
