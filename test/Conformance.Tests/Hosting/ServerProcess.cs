using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Berth.Clients;
using Berth.Host;
using Berth.Wire;

namespace Berth.Conformance.Tests;

/// <summary>
/// <c>berth server</c> as a process of its own, so that its life and its memory can be looked at from outside. It has a
/// port and a directory of its own, no agent and no balancer, admits any number of calls, and takes a task that runs for
/// healthy after a second.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int MostLinesKept = 400;
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly ConcurrentQueue<string> log = new();
    private readonly Installation installation;

    private ServerProcess(Installation installation, (string Name, string Value)[] environment)
    {
        this.installation = installation;
        var start = new ProcessStartInfo(
            "dotnet", [Product.Program, "server", "--data", installation.DataDirectory, "--port", installation.Settings.Port.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["BERTH_API_RATE_FACTOR"] = "0", ["BERTH_TASK_HEALTHY_AFTER"] = "1" },
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;    // Only a shell-executed document gives none.
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Endpoint => installation.Endpoint;

    public string DataDirectory => installation.DataDirectory;

    public AwsCredentials Root => installation.OpenCredentials().Credentials(CredentialsFile.RootProfile);

    public bool IsAlive => !process.HasExited;

    /// <summary>What it last had to say, but for the ordinary.</summary>
    public string Log => string.Join('\n', log);

    /// <param name="environment">Variables that differ from those above.</param>
    public static async Task<ServerProcess> StartAsync(params (string Name, string Value)[] environment)
    {
        var directory = Directory.CreateTempSubdirectory("berth-conformance-").FullName;
        var server = new ServerProcess(new(directory, new(Port: FreePort())), environment);
        try
        {
            await server.WaitAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The memory that is in use, in MiB: what the kernel has given it and not taken back.</summary>
    public double ResidentMiB()
    {
        process.Refresh();
        return process.WorkingSet64 / (1024.0 * 1024.0);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        Directory.Delete(installation.DataDirectory, recursive: true);
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data?.Contains(" info: ", StringComparison.Ordinal) == false)
        {
            log.Enqueue(line.Data);
            if (log.Count > MostLinesKept)
            {
                log.TryDequeue(out _);
            }
        }
    }

    private async Task WaitAsync()
    {
        using var api = new ApiClient(installation, TimeProvider.System);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(LongestStart);
        while (!await api.IsHealthyAsync(limit.Token))
        {
            process.HasExited.ShouldBeFalse(Log);
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
