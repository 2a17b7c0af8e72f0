using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Berth.LoadBalancer;

/// <summary>One bound address and port. Its connections carry it as a feature, so a request finds its route without a search.</summary>
internal sealed class BoundListener(IPEndPoint endPoint)
{
    private ListenerRoute? route;

    public IPEndPoint EndPoint { get; } = endPoint;

    /// <summary>What is done with its requests; null when the listener is gone.</summary>
    public ListenerRoute? Route
    {
        get => Volatile.Read(ref route);
        set => Volatile.Write(ref route, value);
    }
}

/// <summary>
/// Any number of listening sockets behind the one transport a Kestrel server has, so that listeners come and go without
/// a restart, without touching each other, and at the price of a socket each.
/// </summary>
internal sealed partial class ListenerSockets(ILoggerFactory loggers, TimeProvider clock) : IConnectionListenerFactory, IConnectionListener
{
    /// <summary>How many accepted connections may wait for the server to take them.</summary>
    public const int MostWaitingConnections = 256;

    private const int Backlog = 512;
    private static readonly TimeSpan AcceptRetry = TimeSpan.FromMilliseconds(100);

    private readonly SocketConnectionContextFactory connections = new(new SocketConnectionFactoryOptions(), loggers.CreateLogger<ListenerSockets>());
    private readonly ILogger logger = loggers.CreateLogger<ListenerSockets>();
    private readonly Dictionary<IPEndPoint, (BoundListener Listener, Socket Socket, Task Accepting)> bound = [];
    private readonly CancellationTokenSource ending = new();
    private readonly Channel<ConnectionContext> accepted = Channel.CreateBounded<ConnectionContext>(MostWaitingConnections);

    /// <summary>A name only: what is really bound is told by <see cref="Set"/>.</summary>
    public EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 0);

    /// <summary>
    /// Binds what is wanted and not bound, and closes what is bound and not wanted; connections that are open go on.
    /// Answers why endpoints could not be bound. One caller at a time.
    /// </summary>
    public ImmutableDictionary<IPEndPoint, string> Set(IReadOnlyDictionary<IPEndPoint, ListenerRoute> wanted)
    {
        foreach (var endPoint in bound.Keys.Where(endPoint => !wanted.ContainsKey(endPoint)).ToList())
        {
            var (listener, socket, _) = bound[endPoint];
            bound.Remove(endPoint);
            listener.Route = null;
            socket.Dispose();
            LogClosed(endPoint);
        }

        var failures = ImmutableDictionary.CreateBuilder<IPEndPoint, string>();
        foreach (var (endPoint, route) in wanted)
        {
            if (bound.TryGetValue(endPoint, out var present))
            {
                present.Listener.Route = route;
                continue;
            }

            try
            {
                Bind(endPoint, route);
            }
            catch (SocketException failure)
            {
                failures[endPoint] = failure.Message;
                LogBindFailed(endPoint, failure.Message);
            }
        }

        return failures.ToImmutable();
    }

    ValueTask<IConnectionListener> IConnectionListenerFactory.BindAsync(EndPoint endpoint, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IConnectionListener>(this);

    async ValueTask<ConnectionContext?> IConnectionListener.AcceptAsync(CancellationToken cancellationToken)
    {
        while (await accepted.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (accepted.Reader.TryRead(out var connection))
            {
                return connection;
            }
        }

        return null;
    }

    async ValueTask IConnectionListener.UnbindAsync(CancellationToken cancellationToken)
    {
        await ending.CancelAsync().ConfigureAwait(false);
        foreach (var (_, socket, accepting) in bound.Values)
        {
            socket.Dispose();
            await accepting.ConfigureAwait(false);
        }

        accepted.Writer.TryComplete();
    }

    ValueTask IAsyncDisposable.DisposeAsync()
    {
        connections.Dispose();
        ending.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Bind(IPEndPoint endPoint, ListenerRoute route)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endPoint);
            socket.Listen(Backlog);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }

        var listener = new BoundListener(endPoint) { Route = route };
        bound[endPoint] = (listener, socket, AcceptAsync(listener, socket));
        LogListening(endPoint);
    }

    private async Task AcceptAsync(BoundListener listener, Socket socket)
    {
        while (true)
        {
            try
            {
                var client = await socket.AcceptAsync(ending.Token).ConfigureAwait(false);
                client.NoDelay = true;
                var connection = connections.Create(client);
                connection.Features.Set(listener);
                await accepted.Writer.WriteAsync(connection, ending.Token).ConfigureAwait(false);
            }
            catch (Exception closing) when (closing is ObjectDisposedException or OperationCanceledException or ChannelClosedException
                || closing is SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return;
            }
            catch (SocketException failure)
            {
                // The client is gone already, or the process has no file handle left: neither ends the listener.
                LogAcceptFailed(listener.EndPoint, failure.Message);
                await Task.Delay(AcceptRetry, clock, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Listening on {EndPoint}")]
    private partial void LogListening(IPEndPoint endPoint);

    [LoggerMessage(Level = LogLevel.Information, Message = "Closed {EndPoint}")]
    private partial void LogClosed(IPEndPoint endPoint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cannot listen on {EndPoint}: {Reason}")]
    private partial void LogBindFailed(IPEndPoint endPoint, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Cannot accept on {EndPoint}: {Reason}")]
    private partial void LogAcceptFailed(IPEndPoint endPoint, string reason);
}
