using System.Net;
using System.Threading.Channels;
using Berth.Wire;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace Berth.LoadBalancer;

/// <summary>What a balancer must be told.</summary>
public sealed class BalancerOptions
{
    /// <summary>The front door: <c>http://127.0.0.1:8383</c>.</summary>
    public required Uri Server { get; set; }

    /// <summary>The key the channel is signed with: the profile <c>balancer</c>.</summary>
    public required AwsCredentials Credentials { get; set; }

    /// <summary>Where <c>configuration.json</c> is kept: <c>DATA/balancer</c>.</summary>
    public required string Directory { get; set; }

    /// <summary>The region of the signature's scope; a balancer serves all regions.</summary>
    public string Region { get; set; } = "us-east-1";
}

/// <summary>The balancer's process: serves from the last configuration at once, and from the server's as soon as it has it.</summary>
public static class BalancerHost
{
    /// <summary>The most connections of clients at once, WebSockets included.</summary>
    public const int MostConnections = 65_536;

    private static readonly TimeSpan ShortestWritePause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BindRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ClientIdleTimeout = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan ShutdownGrace = TimeSpan.FromSeconds(5);

    /// <summary>Runs until cancelled. A server that is away, or a port that is taken, ends nothing.</summary>
    public static async Task RunAsync(BalancerOptions options, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var forwarding = new ServiceCollection().AddSingleton(loggers).AddLogging().AddHttpForwarder().BuildServiceProvider();
        using var client = TargetConnections.CreateClient();
        using var probe = new HealthProbe(clock);
        var outbox = new ReportOutbox();
        var sockets = new ListenerSockets(loggers, clock);
        using var state = new TrafficState(sockets, outbox);
        var file = new ConfigurationFile(options.Directory, loggers.CreateLogger<ConfigurationFile>());
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        var unbound = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

        void Apply(BalancerConfiguration configuration)
        {
            if (!state.Apply(configuration))
            {
                unbound.Writer.TryWrite(true);
            }

            changes.Writer.TryWrite(true);
        }

        var checker = new HealthChecker(
            probe.CheckAsync,
            target =>
            {
                outbox.AddHealth(target);
                changes.Writer.TryWrite(true);
            },
            clock,
            loggers.CreateLogger<HealthChecker>());
        state.OnTargets = checker.Set;

        using var server = new KestrelServer(Options.Create(Serve(forwarding)), sockets, loggers);
        await server.StartAsync(
            new TrafficForwarder(forwarding.GetRequiredService<IHttpForwarder>(), client, loggers.CreateLogger<TrafficForwarder>()),
            cancellationToken).ConfigureAwait(false);
        if (file.Read() is { } kept)
        {
            Apply(kept);
        }

        var channel = new ServerChannel(options, outbox, Apply, clock, loggers.CreateLogger<ServerChannel>());
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] loops =
        [
            checker.RunAsync(ending.Token),
            channel.RunAsync(ending.Token),
            KeepAsync(changes.Reader, () => file.Write(state.Current()), clock, ending.Token),
            BindAsync(unbound, state, clock, ending.Token),
        ];
        var first = await Task.WhenAny(loops).ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using (var grace = new CancellationTokenSource(ShutdownGrace, clock))
        {
            await server.StopAsync(grace.Token).ConfigureAwait(false);
        }

        file.Write(state.Current());
        if (!first.IsCanceled)
        {
            await first.ConfigureAwait(false);    // A loop ended by a defect: the process must not go on half alive.
        }
    }

    private static KestrelServerOptions Serve(IServiceProvider services)
    {
        var server = new KestrelServerOptions { AddServerHeader = false, ApplicationServices = services };
        server.Limits.MaxConcurrentConnections = MostConnections;
        server.Limits.MaxConcurrentUpgradedConnections = MostConnections;
        server.Limits.MaxRequestBodySize = null;           // As ELB: bodies of any length pass through.
        server.Limits.MinRequestBodyDataRate = null;       // The idle timeout of the load balancer decides instead.
        server.Limits.MinResponseDataRate = null;
        server.Limits.MaxRequestLineSize = 16 * 1024;
        server.Limits.MaxRequestHeadersTotalSize = 64 * 1024;
        server.Limits.KeepAliveTimeout = ClientIdleTimeout;
        server.Listen(new IPEndPoint(IPAddress.Loopback, 0), listen => listen.Protocols = HttpProtocols.Http1);
        return server;
    }

    // Keeps what changed, at most once a pause: a burst of health changes costs one write.
    private static async Task KeepAsync(ChannelReader<bool> changes, Action write, TimeProvider clock, CancellationToken cancellationToken)
    {
        while (true)
        {
            await changes.ReadAsync(cancellationToken).ConfigureAwait(false);
            write();
            await Task.Delay(ShortestWritePause, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task BindAsync(Channel<bool> unbound, TrafficState state, TimeProvider clock, CancellationToken cancellationToken)
    {
        while (true)
        {
            await unbound.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            await Task.Delay(BindRetry, clock, cancellationToken).ConfigureAwait(false);
            if (!state.Bind())
            {
                unbound.Writer.TryWrite(true);
            }
        }
    }
}
