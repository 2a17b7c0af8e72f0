using System.Net.Sockets;
using System.Text.Json;

namespace Berth.Host;

/// <summary>
/// The containers of an installation's tasks, without any of its processes: those that Docker has by the label of a
/// container instance whose identity lies in the data directory.
/// </summary>
internal sealed class TaskContainers : IDisposable
{
    private const string InstanceLabel = "com.amazonaws.ecs.container-instance-arn";
    private const string SubnetLabel = "berth.subnet";
    private const string InstanceArn = ":container-instance/";
    private const string ApiVersion = "v1.41";
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly Installation installation;
    private readonly HttpClient docker;

    internal TaskContainers(Installation installation, string dockerHost)
    {
        this.installation = installation;
        docker = Connect(dockerHost);
    }

    /// <summary>The engine's address: <c>DOCKER_HOST</c>, else the usual socket.</summary>
    internal static string DockerHost =>
        Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host ? host : "unix:///var/run/docker.sock";

    /// <summary>The machine's size as the engine sees it; null when it does not answer.</summary>
    internal static async Task<(int CpuUnits, int MemoryMiB)?> MachineAsync(string dockerHost, CancellationToken cancellationToken)
    {
        using var docker = Connect(dockerHost);
        try
        {
            var info = await GetAsync(docker, "info", cancellationToken).ConfigureAwait(false);
            return (info.GetProperty("NCPU").GetInt32() * 1024, (int)(info.GetProperty("MemTotal").GetInt64() / (1024 * 1024)));
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Stops those that run, as <c>docker stop</c> does, and returns how many.</summary>
    internal Task<int> StopAsync(CancellationToken cancellationToken) => ForEachAsync(
        "", id => docker.PostAsync(new Uri($"containers/{id}/stop?t={Grace.TotalSeconds}", UriKind.Relative), null, cancellationToken), cancellationToken);

    /// <summary>Removes all of them, with their anonymous volumes and the networks that nobody uses then, and returns how many.</summary>
    internal async Task<int> RemoveAsync(CancellationToken cancellationToken)
    {
        var removed = await ForEachAsync(
            "all=1&", id => docker.DeleteAsync(new Uri($"containers/{id}?force=1&v=1", UriKind.Relative), cancellationToken), cancellationToken).ConfigureAwait(false);
        if (removed > 0)
        {
            await RemoveNetworksAsync(cancellationToken).ConfigureAwait(false);
        }

        return removed;
    }

    public void Dispose() => docker.Dispose();

    /// <summary>The subnets' networks belong to all installations of a machine; Docker keeps those that are in use.</summary>
    private async Task RemoveNetworksAsync(CancellationToken cancellationToken)
    {
        var filters = Uri.EscapeDataString($$"""{"label":["{{SubnetLabel}}"]}""");
        foreach (var network in (await GetAsync(docker, $"networks?filters={filters}", cancellationToken).ConfigureAwait(false)).EnumerateArray())
        {
            using var answer = await docker.DeleteAsync(new Uri($"networks/{network.GetProperty("Id").GetString()}", UriKind.Relative), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<int> ForEachAsync(string which, Func<string, Task<HttpResponseMessage>> act, CancellationToken cancellationToken)
    {
        List<string> ids = [];
        try
        {
            foreach (var instance in Instances())
            {
                var filters = Uri.EscapeDataString($$"""{"label":["{{InstanceLabel}}={{instance}}"]}""");
                var found = await GetAsync(docker, $"containers/json?{which}filters={filters}", cancellationToken).ConfigureAwait(false);
                ids.AddRange(found.EnumerateArray().Select(container => container.GetProperty("Id").GetString()!));     // Every container has one.
            }

            await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken }, async (id, _) =>
            {
                using var answer = await act(id).ConfigureAwait(false);
            }).ConfigureAwait(false);
            return ids.Count;
        }
        catch (HttpRequestException exception)
        {
            throw new CommandException($"The tasks' containers cannot be reached, because Docker does not answer: {exception.Message}");
        }
    }

    /// <summary>The container instances that agents over this data directory have registered.</summary>
    private List<string> Instances()
    {
        var agents = Path.Combine(installation.DataDirectory, "agent");
        if (!Directory.Exists(agents))
        {
            return [];
        }

        List<string> arns = [];
        foreach (var file in Directory.EnumerateFiles(agents, "agent.json", SearchOption.AllDirectories))
        {
            try
            {
                arns.AddRange(JsonElement.Parse(File.ReadAllText(file)).EnumerateObject()
                    .Where(member => member.Value.ValueKind == JsonValueKind.String)
                    .Select(member => member.Value.GetString()!)     // It is a string.
                    .Where(text => text.StartsWith("arn:", StringComparison.Ordinal) && text.Contains(InstanceArn, StringComparison.Ordinal)));
            }
            catch (JsonException)
            {
                // An agent that never got to write its identity has no containers either.
            }
        }

        return arns;
    }

    private static async Task<JsonElement> GetAsync(HttpClient docker, string path, CancellationToken cancellationToken) =>
        JsonElement.Parse(await docker.GetByteArrayAsync(new Uri(path, UriKind.Relative), cancellationToken).ConfigureAwait(false));

    private static HttpClient Connect(string dockerHost)
    {
        var host = new Uri(dockerHost);
        if (host.Scheme != "unix")
        {
            return new() { BaseAddress = new Uri($"http://{host.Authority}/{ApiVersion}/"), Timeout = TimeSpan.FromSeconds(60) };
        }

        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(host.AbsolutePath), cancellationToken).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return new(handler) { BaseAddress = new Uri($"http://docker/{ApiVersion}/"), Timeout = TimeSpan.FromSeconds(60) };
    }
}
