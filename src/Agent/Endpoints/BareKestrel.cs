using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Berth.Agent;

/// <summary>A web server without a host around it: no configuration, no signal handlers, little memory.</summary>
internal static class BareKestrel
{
    /// <param name="configure">Sets limits and addresses.</param>
    /// <param name="loggers">Makes the server's loggers.</param>
    /// <param name="bind">Makes the bound socket to listen with; null makes one that shares its address with none.</param>
    public static KestrelServer Create(Action<KestrelServerOptions> configure, ILoggerFactory loggers, Func<EndPoint, Socket>? bind = null)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        configure(options);
        var sockets = new SocketTransportOptions();
        if (bind is not null)
        {
            sockets.CreateBoundListenSocket = bind;
        }

        return new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(sockets), loggers), loggers);
    }
}
