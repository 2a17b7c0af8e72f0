using System.Net;
using Berth.Domain;
using Berth.Engine;
using Berth.Journal;
using Berth.Objects;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host;

/// <summary>The server's process: what every module needs, the modules, and the listener.</summary>
internal static class ServerRole
{
    private static readonly TimeSpan DrainGrace = TimeSpan.FromSeconds(5);

    internal static async Task RunAsync(Installation installation, TimeProvider clock, CancellationToken cancellationToken)
    {
        // An empty builder reads no files and watches none: it starts fast, and nothing but the command line decides.
        var builder = WebApplication.CreateEmptyBuilder(new());
        RoleLog.AddTo(builder.Logging);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => server.Listen(IPAddress.Loopback, installation.Settings.Port));
        builder.Services
            .AddRoutingCore()
            .AddSingleton(clock)
            .AddSingleton<IIdSource, RandomIdSource>()
            .AddSingleton<IJournal>(SqliteJournal.Open(new(installation.DataDirectory)));     // Closed with the container.
        ServerModules.Add(builder.Services, installation);

        await using var app = builder.Build();
        app.UseWebSockets();
        app.UseObjects();
        app.UseRouting();
        ServerModules.Map(app);
        await app.StartAsync(cancellationToken).ConfigureAwait(false);
        await StopSignals.UntilAsync(cancellationToken).ConfigureAwait(false);
        using var grace = new CancellationTokenSource(DrainGrace, clock);
        await app.StopAsync(grace.Token).ConfigureAwait(false);
    }
}
