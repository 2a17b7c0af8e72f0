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
    // bind: how a socket to listen at is made; null makes one that shares its address with none.
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
