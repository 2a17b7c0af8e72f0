using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>What containers of this instance may ask for: their metadata, their role's credentials, task protection.</summary>
/// <remarks>Bound to loopback for tasks in host mode, and to the gateway of Docker's bridge for all others.</remarks>
internal sealed partial class ContainerEndpoints : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly string? gateway;
    private readonly string? advertised;
    private ContainerRequests? requests;

    private ContainerEndpoints(WebApplication server, int port, string? gateway, string? advertised)
    {
        this.server = server;
        this.gateway = gateway;
        this.advertised = advertised;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Opens the endpoints on the configured port, else the one used before, else a free one.</summary>
    public static async Task<ContainerEndpoints> StartAsync(AgentOptions options, int lastPort, string? gateway, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        int[] ports = options.ContainerEndpointPort != 0 ? [options.ContainerEndpointPort] : [lastPort, 0];
        foreach (var port in ports.Distinct())
        {
            try
            {
                return await StartAsync(port == 0 ? FreePort(gateway) : port, gateway, options, loggers, cancellationToken).ConfigureAwait(false);
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
        _ => $"{gateway ?? "127.0.0.1"}:{Port}",
    };

    /// <summary>Begins to answer; before, callers are told to come again.</summary>
    public void Serve(TaskEngine engine, RoleCredentialsStore roles, AgentSession session, SignedClient client, DockerEngine docker) =>
        requests = new ContainerRequests(engine, roles, session, client, docker);

    public async ValueTask DisposeAsync()
    {
        await server.StopAsync().ConfigureAwait(false);
        await server.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<ContainerEndpoints> StartAsync(int port, string? gateway, AgentOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port);
            if (gateway is not null && IPAddress.TryParse(gateway, out var address) && CanBind(address))
            {
                kestrel.Listen(address, port);
            }

            if (options.IntrospectionPort is { } introspection)
            {
                kestrel.Listen(IPAddress.Loopback, introspection);
            }
        });
        var server = builder.Build();
        var endpoints = new ContainerEndpoints(server, port, gateway, options.MetadataAddress);
        server.Run(endpoints.HandleAsync);
        try
        {
            await server.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return endpoints;
    }

    private Task HandleAsync(HttpContext context)
    {
        if (requests is { } ready)
        {
            return ready.HandleAsync(context);
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }

    /// <summary>A port free on both addresses.</summary>
    private static int FreePort(string? gateway)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var address = gateway is not null && IPAddress.TryParse(gateway, out var parsed) && CanBind(parsed) ? parsed : IPAddress.Loopback;
        probe.Bind(new IPEndPoint(address, 0));
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Port {Port} of the container endpoints is taken, so running containers lose theirs: {Reason}")]
    private static partial void LogPortTaken(ILogger logger, int port, string reason);
}
