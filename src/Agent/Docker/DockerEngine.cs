using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Berth.Agent;

/// <summary>The Docker Engine's HTTP API, as far as an agent needs it.</summary>
/// <remarks>
/// Container definitions arrive in Docker's own JSON and go through untouched, so a client with typed requests,
/// which knows only the members of its own day, would lose some.
/// </remarks>
internal sealed partial class DockerEngine : IDisposable
{
    /// <summary>The version spoken wherever the engine still has it; otherwise the engine's oldest.</summary>
    private const string PreferredApiVersion = "1.41";

    /// <summary>How long a question that changes nothing may go unanswered.</summary>
    internal static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient http;
    private readonly Uri address;
    private string apiVersion = PreferredApiVersion;

    /// <param name="address"><c>unix:///path</c> or <c>tcp://host:port</c>.</param>
    public DockerEngine(string address)
    {
        var uri = this.address = new Uri(address);
        var handler = new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30), UseProxy = false };
        if (uri.Scheme == "unix")
        {
            var endpoint = new UnixDomainSocketEndPoint(uri.AbsolutePath);
            handler.ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }

        http = new HttpClient(handler)
        {
            BaseAddress = uri.Scheme == "unix" ? new Uri("http://docker/") : new Uri($"http://{uri.Authority}/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Agrees on an API version; to be called once the engine answers, before anything else.</summary>
    public async Task<DockerVersion> NegotiateAsync(CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, "/version", null, null, cancellationToken).ConfigureAwait(false);
        var version = await ReadAsync(response, DockerJson.Default.DockerVersion, cancellationToken).ConfigureAwait(false);
        apiVersion = version.MinApiVersion is { } oldest && Version.Parse(oldest) > Version.Parse(PreferredApiVersion) ? oldest : PreferredApiVersion;
        return version;
    }

    public Task<DockerInfo> InfoAsync(CancellationToken cancellationToken) => GetAsync("info", DockerJson.Default.DockerInfo, cancellationToken);

    public Task<DockerNetwork> NetworkAsync(string name, CancellationToken cancellationToken) =>
        GetAsync($"networks/{Uri.EscapeDataString(name)}", DockerJson.Default.DockerNetwork, cancellationToken);

    /// <summary>All networks that carry a label, whatever its value.</summary>
    public Task<IReadOnlyList<DockerNetwork>> ListNetworksAsync(string label, CancellationToken cancellationToken) =>
        GetAsync($"networks?filters={LabelFilter(label)}", DockerJson.Default.IReadOnlyListDockerNetwork, cancellationToken);

    public async Task CreateNetworkAsync(DockerNetworkRequest network, CancellationToken cancellationToken) =>
        (await SendAsync(HttpMethod.Post, "networks/create", Json(JsonSerializer.Serialize(network, DockerJson.Default.DockerNetworkRequest)), null, cancellationToken).ConfigureAwait(false)).Dispose();

    public async Task RemoveNetworkAsync(string name, CancellationToken cancellationToken) =>
        (await SendAsync(HttpMethod.Delete, $"networks/{Uri.EscapeDataString(name)}", null, null, cancellationToken).ConfigureAwait(false)).Dispose();

    /// <summary>Creates a container, or finds the one an earlier call with the same name made.</summary>
    /// <returns>The container's id.</returns>
    public async Task<string> CreateContainerAsync(string name, JsonObject body, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendAsync(HttpMethod.Post, $"containers/create?name={name}", Json(body.ToJsonString()), null, cancellationToken).ConfigureAwait(false);
            return (await ReadAsync(response, DockerJson.Default.DockerCreated, cancellationToken).ConfigureAwait(false)).Id;
        }
        catch (DockerException conflict) when (conflict.Status == HttpStatusCode.Conflict)
        {
            // Names carry 80 random bits, so the holder is ours: its creation was cut off before the answer came.
            if (await InspectContainerAsync(name, cancellationToken).ConfigureAwait(false) is { } made)
            {
                return made.Id;
            }

            throw;
        }
    }

    public async Task StartContainerAsync(string id, CancellationToken cancellationToken) =>
        (await SendAsync(HttpMethod.Post, $"containers/{id}/start", null, null, cancellationToken).ConfigureAwait(false)).Dispose();

    /// <summary>SIGTERM (or the image's stop signal), then SIGKILL; returns when the container has stopped.</summary>
    public async Task StopContainerAsync(string id, TimeSpan patience, CancellationToken cancellationToken) =>
        (await SendAsync(HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"containers/{id}/stop?t={(int)patience.TotalSeconds}"), null, null, cancellationToken).ConfigureAwait(false)).Dispose();

    /// <summary>Removes a container with its anonymous volumes; one that is not there counts as removed.</summary>
    public async Task RemoveContainerAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            (await SendAsync(HttpMethod.Delete, $"containers/{id}?v=1&force=1", null, null, cancellationToken).ConfigureAwait(false)).Dispose();
        }
        catch (DockerException gone) when (gone.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            // Removed already, or being removed by another caller.
        }
    }

    /// <returns>Null where there is no such container.</returns>
    public async Task<DockerContainer?> InspectContainerAsync(string idOrName, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync($"containers/{idOrName}/json", DockerJson.Default.DockerContainer, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerException gone) when (gone.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>All containers, stopped ones too, that carry the label <c>NAME=VALUE</c>.</summary>
    public Task<IReadOnlyList<DockerContainerSummary>> ListContainersAsync(string label, CancellationToken cancellationToken) =>
        GetAsync($"containers/json?all=1&filters={LabelFilter(label)}", DockerJson.Default.IReadOnlyListDockerContainerSummary, cancellationToken);

    /// <returns>Null where the engine does not have the image.</returns>
    public async Task<DockerImage?> InspectImageAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync($"images/{image}/json", DockerJson.Default.DockerImage, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerException gone) when (gone.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Pulls an image; throws <see cref="DockerException"/> with the engine's words where that fails.</summary>
    /// <param name="name">Registry and repository.</param>
    /// <param name="reference">The tag or digest.</param>
    /// <param name="auth">Who asks the registry; null for anybody.</param>
    /// <param name="told">Is given each line the engine says.</param>
    /// <param name="cancellationToken">Ends the pull, in the engine as well.</param>
    /// <returns>The manifest's digest, where the engine told it.</returns>
    public async Task<string?> PullImageAsync(string name, string reference, DockerAuth? auth, Action<DockerPullLine> told, CancellationToken cancellationToken)
    {
        var path = $"images/create?fromImage={Uri.EscapeDataString(name)}&tag={Uri.EscapeDataString(reference)}";
        using var response = await SendAsync(HttpMethod.Post, path, null, auth, cancellationToken).ConfigureAwait(false);
        string? digest = null;
        await foreach (var line in LinesAsync(response, DockerJson.Default.DockerPullLine, cancellationToken).ConfigureAwait(false))
        {
            told(line);
            if (line.Error is { } error)
            {
                throw new DockerException(HttpStatusCode.InternalServerError, error);
            }

            if (line.Status is { } status && status.StartsWith("Digest: ", StringComparison.Ordinal))
            {
                digest = status["Digest: ".Length..];
            }
        }

        return digest;
    }

    /// <summary>Removes an image by one of its names, unless a container needs it.</summary>
    public async Task RemoveImageAsync(string image, CancellationToken cancellationToken) =>
        (await SendAsync(HttpMethod.Delete, $"images/{image}", null, null, cancellationToken).ConfigureAwait(false)).Dispose();

    /// <summary>Makes an image of a root directory.</summary>
    /// <param name="repository">The image's name.</param>
    /// <param name="tag">The image's tag.</param>
    /// <param name="archive">The directory as a tar archive.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task ImportImageAsync(string repository, string tag, byte[] archive, CancellationToken cancellationToken)
    {
        var content = new ByteArrayContent(archive) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-tar") } };
        using var response = await SendAsync(HttpMethod.Post, $"images/create?fromSrc=-&repo={Uri.EscapeDataString(repository)}&tag={tag}", content, null, cancellationToken).ConfigureAwait(false);
        await foreach (var line in LinesAsync(response, DockerJson.Default.DockerPullLine, cancellationToken).ConfigureAwait(false))
        {
            if (line.Error is { } error)
            {
                throw new DockerException(HttpStatusCode.InternalServerError, error);
            }
        }
    }

    public async Task CreateVolumeAsync(DockerVolumeRequest volume, CancellationToken cancellationToken) =>
        (await SendAsync(HttpMethod.Post, "volumes/create", Json(JsonSerializer.Serialize(volume, DockerJson.Default.DockerVolumeRequest)), null, cancellationToken).ConfigureAwait(false)).Dispose();

    public async Task RemoveVolumeAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            (await SendAsync(HttpMethod.Delete, $"volumes/{Uri.EscapeDataString(name)}?force=1", null, null, cancellationToken).ConfigureAwait(false)).Dispose();
        }
        catch (DockerException gone) when (gone.Status == HttpStatusCode.NotFound)
        {
            // Nothing to remove.
        }
    }

    /// <summary>One sample of a running container's use, taken without the engine's usual wait for a second one.</summary>
    public Task<DockerStats> StatsAsync(string id, CancellationToken cancellationToken) =>
        GetAsync($"containers/{id}/stats?stream=0&one-shot=1", DockerJson.Default.DockerStats, cancellationToken);

    /// <summary>The engine's own statistics document.</summary>
    public async Task<string> RawStatsAsync(string id, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, $"containers/{id}/stats?stream=0&one-shot=1", null, null, cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Container events of one label, from when <paramref name="subscribed"/> is called: the engine is listening by
    /// then, so what happens later is not missed. Ends when the engine goes away.
    /// </summary>
    public async IAsyncEnumerable<DockerEvent> EventsAsync(string label, Func<Task> subscribed, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filters = $$"""{"type":["container"],"label":["{{label}}"],"event":["start","die","oom","destroy","health_status"]}""";
        using var response = await SendAsync(HttpMethod.Get, $"events?filters={Uri.EscapeDataString(filters)}", null, null, cancellationToken).ConfigureAwait(false);
        await subscribed().ConfigureAwait(false);
        await foreach (var @event in LinesAsync(response, DockerJson.Default.DockerEvent, cancellationToken).ConfigureAwait(false))
        {
            yield return @event;
        }
    }

    /// <summary>A container's output from a moment on, that moment included, with timestamps; follows while it runs.</summary>
    public async Task<Stream> LogsAsync(string id, DateTimeOffset? since, long sinceNanoseconds, CancellationToken cancellationToken)
    {
        var from = since is { } moment ? string.Create(CultureInfo.InvariantCulture, $"&since={moment.ToUnixTimeSeconds()}.{sinceNanoseconds:D9}") : "";
        var response = await SendAsync(HttpMethod.Get, $"containers/{id}/logs?follow=1&stdout=1&stderr=1&timestamps=1{from}", null, null, cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => http.Dispose();

    private static string LabelFilter(string label) => Uri.EscapeDataString($$"""{"label":["{{label}}"]}""");

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    /// <summary>Asks; an engine that is silent for long counts as away.</summary>
    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(AnswerTimeout);
        try
        {
            using var response = await SendAsync(HttpMethod.Get, path, null, null, patience.Token).ConfigureAwait(false);
            return await ReadAsync(response, type, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException silent) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DockerUnreachableException(silent);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, DockerAuth? auth, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith('/') ? path : $"/v{apiVersion}/{path}") { Content = content };
        if (auth is not null)
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(auth, DockerJson.Default.DockerAuth);
            request.Headers.Add("X-Registry-Auth", Convert.ToBase64String(json).Replace('+', '-').Replace('/', '_'));
        }

        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotModified)
            {
                return response;
            }
        }
        catch (HttpRequestException failure)
        {
            throw new DockerUnreachableException(failure);
        }

        using (response)
        {
            throw new DockerException(response.StatusCode, await ErrorAsync(response, cancellationToken).ConfigureAwait(false));
        }
    }

    private static async Task<string> ErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            return response.Content.Headers.ContentType is MediaTypeHeaderValue { MediaType: "application/json" }
                ? JsonSerializer.Deserialize(text, DockerJson.Default.DockerErrorBody)?.Message ?? text
                : text.Trim();
        }
        catch (Exception unreadable) when (unreadable is JsonException or HttpRequestException or IOException)
        {
            return response.ReasonPhrase ?? "unknown";
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return await JsonSerializer.DeserializeAsync(body, type, cancellationToken).ConfigureAwait(false)
                ?? throw new DockerException(response.StatusCode, "an empty answer");
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException or JsonException)
        {
            throw new DockerUnreachableException(failure);
        }
    }

    private static async IAsyncEnumerable<T> LinesAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var values = JsonSerializer.DeserializeAsyncEnumerable(body, type, topLevelValues: true, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await values.MoveNextAsync().ConfigureAwait(false))
                {
                    yield break;
                }
            }
            catch (Exception failure) when (failure is IOException or HttpRequestException or JsonException)
            {
                throw new DockerUnreachableException(failure);
            }

            if (values.Current is { } value)
            {
                yield return value;
            }
        }
    }
}
