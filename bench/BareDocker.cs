using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Berth.Bench;

/// <summary>The Docker Engine without anything before it: the floor of a start.</summary>
internal sealed class BareDocker : IDisposable
{
    private const string ApiVersion = "v1.41";
    private const string Label = "berth.bench";

    private readonly HttpClient http = Connect(Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host ? host : "unix:///var/run/docker.sock");
    private readonly string mark = Guid.NewGuid().ToString("N");

    /// <summary>Describes a container.</summary>
    internal async Task<JsonElement> InspectAsync(string id, CancellationToken cancellationToken) =>
        JsonElement.Parse(await http.GetByteArrayAsync(new Uri($"containers/{id}/json", UriKind.Relative), cancellationToken).ConfigureAwait(false));

    /// <summary>An image's name by digest, under which nobody asks a registry for it; null where it never came from one.</summary>
    internal async Task<string?> DigestOfAsync(string image, CancellationToken cancellationToken)
    {
        var described = JsonElement.Parse(await http.GetByteArrayAsync(new Uri($"images/{image}/json", UriKind.Relative), cancellationToken).ConfigureAwait(false));
        var repository = image[..image.LastIndexOf(':')];
        return described.GetProperty("RepoDigests").EnumerateArray().Select(digest => digest.GetString()!)     // They are strings.
            .FirstOrDefault(digest => digest.StartsWith(repository + "@", StringComparison.Ordinal));
    }

    /// <summary>What creates another container like one there is: the same configuration and host configuration, under a label of ours.</summary>
    internal byte[] LikenessOf(JsonElement container)
    {
        var body = JsonObject.Create(container.GetProperty("Config"))!;     // It is an object.
        body.Remove("Hostname");     // The engine gives every container its own.
        body["Labels"] = new JsonObject { [Label] = mark };
        var host = JsonObject.Create(container.GetProperty("HostConfig"))!;     // It is an object.
        if (host["NetworkMode"]?.ToString().StartsWith("container:", StringComparison.Ordinal) == true)
        {
            host["NetworkMode"] = "bridge";     // As its definition has it; Berth had one ready.
        }

        body["HostConfig"] = host;
        return Encoding.UTF8.GetBytes(body.ToJsonString());
    }

    /// <summary>Creates, starts and inspects, which is what there is to a running container; returns its description.</summary>
    internal async Task<JsonElement> RunAsync(byte[] likeness, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(likeness);
        content.Headers.ContentType = new("application/json");
        using var created = await http.PostAsync(new Uri("containers/create", UriKind.Relative), content, cancellationToken).ConfigureAwait(false);
        var answer = JsonElement.Parse(await created.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
        var id = answer.GetProperty("Id").GetString()!;     // What was created has an id.
        using var started = await http.PostAsync(new Uri($"containers/{id}/start", UriKind.Relative), null, cancellationToken).ConfigureAwait(false);
        started.EnsureSuccessStatusCode();
        var container = await InspectAsync(id, cancellationToken).ConfigureAwait(false);
        return container.GetProperty("State").GetProperty("Running").GetBoolean() ? container : throw new IOException($"Container {id} does not run.");
    }

    /// <summary>
    /// Listens for containers that the engine starts: done, with each one's labels told, when the engine has started one that
    /// is waited for. Asks nothing meanwhile, so that what starts has the machine to itself.
    /// </summary>
    internal async Task<StartedContainers> ListenAsync(CancellationToken cancellationToken)
    {
        var filters = Uri.EscapeDataString("""{"type":["container"],"event":["start","die"]}""");
        var response = await http.GetAsync(new Uri($"events?filters={filters}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        return new(response, await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Removes a container, running or not.</summary>
    internal async Task RemoveAsync(string id, CancellationToken cancellationToken) =>
        (await http.DeleteAsync(new Uri($"containers/{id}?force=1&v=1", UriKind.Relative), cancellationToken).ConfigureAwait(false)).Dispose();

    /// <summary>Removes whatever containers of ours are left, and an image.</summary>
    internal async Task CleanUpAsync(IEnumerable<string> images)
    {
        var filters = Uri.EscapeDataString($$"""{"label":["{{Label}}={{mark}}"]}""");
        var left = JsonElement.Parse(await http.GetByteArrayAsync(new Uri($"containers/json?all=1&filters={filters}", UriKind.Relative)).ConfigureAwait(false));
        foreach (var container in left.EnumerateArray())
        {
            await RemoveAsync(container.GetProperty("Id").GetString()!, CancellationToken.None).ConfigureAwait(false);     // It has one.
        }

        foreach (var image in images)
        {
            (await http.DeleteAsync(new Uri($"images/{image}", UriKind.Relative)).ConfigureAwait(false)).Dispose();
        }
    }

    public void Dispose() => http.Dispose();

    private static HttpClient Connect(string host)
    {
        var address = new Uri(host);
        if (address.Scheme != "unix")
        {
            return new() { BaseAddress = new($"http://{address.Authority}/{ApiVersion}/") };
        }

        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(address.AbsolutePath), cancellationToken).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return new(handler) { BaseAddress = new($"http://docker/{ApiVersion}/") };
    }
}
