using System.Net;
using System.Net.Sockets;
using Berth.Host;
using Berth.Wire;

namespace Berth.Conformance.Tests;

/// <summary>The whole server role in this process, on a port and over a directory of its own. No agent and no balancer.</summary>
internal sealed class BerthServer : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource stop;
    private readonly Task running;
    private readonly Installation installation;

    private BerthServer(Installation installation, Task running, CancellationTokenSource stop) =>
        (this.installation, this.running, this.stop) = (installation, running, stop);

    public Uri Endpoint => installation.Endpoint;

    public AwsCredentials Root => installation.OpenCredentials().Credentials(CredentialsFile.RootProfile);

    public static async Task<BerthServer> StartAsync()
    {
        var directory = Directory.CreateTempSubdirectory("berth-conformance-").FullName;
        var installation = new Installation(directory, new(Port: FreePort()));
        var stop = new CancellationTokenSource();
        var server = new BerthServer(installation, ServerRole.RunAsync(installation, TimeProvider.System, stop.Token), stop);
        await server.WaitAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
        Directory.Delete(installation.DataDirectory, recursive: true);
    }

    private async Task WaitAsync()
    {
        using var api = new ApiClient(installation, TimeProvider.System);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(LongestStart);
        while (!await api.IsHealthyAsync(limit.Token))
        {
            if (running.IsCompleted)
            {
                await running;
            }

            await Task.Delay(20, limit.Token);
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
