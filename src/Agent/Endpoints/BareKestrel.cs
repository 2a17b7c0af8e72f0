using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Berth.Agent;

/// <summary>A web server without a host around it: no configuration, no signal handlers, little memory.</summary>
internal static class BareKestrel
{
    public static KestrelServer Create(Action<KestrelServerOptions> configure, ILoggerFactory loggers)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        configure(options);
        return new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers), loggers);
    }
}
