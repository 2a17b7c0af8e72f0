using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Berth.Wire;

namespace Berth.Agent;

/// <summary>A WebSocket upgrade was refused.</summary>
/// <param name="type">The refusal's type, such as <c>InactiveInstanceException</c>.</param>
/// <param name="message">What the backend said.</param>
internal sealed class UpgradeRefusedException(string type, string message) : Exception($"{type}: {message}")
{
    public string Type { get; } = type;
}

/// <summary>Opens WebSockets whose upgrade request is signed.</summary>
/// <remarks>The framework's own client hides the body of a refused upgrade, and that is where the reason is.</remarks>
internal sealed class SignedWebSocket : IDisposable
{
    private const int MaxRefusalBytes = 1024;
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(30);

    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero });

    /// <exception cref="UpgradeRefusedException">The backend answered, but not with 101.</exception>
    /// <exception cref="HttpRequestException">There was no answer.</exception>
    public async Task<WebSocket> ConnectAsync(Uri address, AwsCredentials credentials, string region, SignatureClock clock, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(HandshakeTimeout);
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new ProductHeaderValue("websocket"));
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", nonce);
        foreach (var (name, value) in SigV4.SignHeaders(credentials, region, "ecs", "GET", address, [], [], clock.Now))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"The upgrade was not answered within {HandshakeTimeout.TotalSeconds:0} s.");
        }

        if (response.StatusCode != HttpStatusCode.SwitchingProtocols)
        {
            using (response)
            {
                clock.Correct(response.Headers.Date);    // The next attempt is signed with the right time.
                throw await RefusalAsync(response, limit.Token).ConfigureAwait(false);
            }
        }

        if (!response.Headers.TryGetValues("Sec-WebSocket-Accept", out var accepts) || accepts.FirstOrDefault() != Accept(nonce))
        {
            response.Dispose();
            throw new HttpRequestException("The upgrade was answered by something that does not speak WebSocket.");
        }

        // Pings count for nothing on these channels; the sessions have a liveness rule of their own.
        return WebSocket.CreateFromStream(
            await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false),
            new WebSocketCreationOptions { IsServer = false, KeepAliveInterval = TimeSpan.Zero });
    }

    public void Dispose() => http.Dispose();

    /// <summary>A query string as the official agent writes it: sorted by name, blanks as plus signs.</summary>
    public static Uri Address(string endpoint, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var query = string.Join('&', parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value).Replace("%20", "+", StringComparison.Ordinal)}"));
        return new Uri($"{endpoint.TrimEnd('/')}/ws?{query}");
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "RFC 6455 names SHA-1; nothing is kept secret by it.")]
    private static string Accept(string nonce) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(nonce + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));

    /// <summary>Reads <c>{"TYPE":"text"}</c> or <c>{"type":"TYPE","message":{"message":"text"}}</c>.</summary>
    private static async Task<UpgradeRefusedException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxRefusalBytes];
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        try
        {
            using var document = JsonDocument.Parse(buffer.AsMemory(0, length));
            var root = document.RootElement;
            if (root.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String)
            {
                return new UpgradeRefusedException(type.GetString()!, root.TryGetProperty("message", out var message) ? message.ToString() : "");
            }

            var only = root.EnumerateObject().First();
            return new UpgradeRefusedException(only.Name, only.Value.ToString());
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return new UpgradeRefusedException("UnknownError", $"{(int)response.StatusCode} {response.ReasonPhrase}");
        }
    }
}
