using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Xml;
using System.Xml.Linq;
using Berth.Wire;

namespace Berth.Agent;

/// <summary>An AWS service answered with an error.</summary>
internal sealed class AwsCallException(string code, HttpStatusCode status, string message) : Exception($"{code}: {message}")
{
    /// <summary>The error's shape name, <c>UnknownError</c> where the answer named none.</summary>
    public string Code { get; } = code;

    public HttpStatusCode Status { get; } = status;

    /// <summary>True where the same call may succeed later.</summary>
    public bool IsTransient => (int)Status >= 500 || Status == HttpStatusCode.TooManyRequests || Code is "ThrottlingException" or "Throttling" or "ServerException";
}

/// <summary>JSON 1.1 calls signed with the agent's key (or another).</summary>
internal sealed class SignedClient : IDisposable
{
    /// <summary>What a call may take before it counts as failed.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    /// <summary>What a call under way may still take when the agent ends.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>The largest answer read.</summary>
    private const int MaxAnswerBytes = 1 << 20;

    private readonly HttpClient http = new(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60), UseProxy = false, AutomaticDecompression = DecompressionMethods.GZip })
    {
        Timeout = CallTimeout,
        MaxResponseContentBufferSize = MaxAnswerBytes,
    };

    private readonly AgentOptions options;
    private readonly SignatureClock clock;

    public SignedClient(AgentOptions options, SignatureClock clock)
    {
        this.options = options;
        this.clock = clock;
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("berth-agent", AgentBuild.Version));
    }

    /// <summary>Calls one operation.</summary>
    /// <param name="target">The value of <c>X-Amz-Target</c>.</param>
    /// <param name="service">The service's name in the signature's scope.</param>
    /// <param name="request">The request.</param>
    /// <param name="requestType">How it is written.</param>
    /// <param name="responseType">How the answer is read; an empty answer gives null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="at">Another endpoint than the configured one.</param>
    /// <param name="region">Another region than the configured one.</param>
    /// <param name="credentials">Another key than the agent's own.</param>
    /// <exception cref="AwsCallException">The service answered with an error.</exception>
    /// <exception cref="HttpRequestException">No answer came.</exception>
    public async Task<TResponse?> CallAsync<TRequest, TResponse>(
        string target,
        string service,
        TRequest request,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TResponse> responseType,
        CancellationToken cancellationToken,
        Uri? at = null,
        string? region = null,
        AwsCredentials? credentials = null)
        where TResponse : class
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(request, requestType);
        var endpoint = at ?? options.Endpoint;
        var answer = await SendAsync(target, service, body, endpoint, region, credentials, correctsClock: true, cancellationToken).ConfigureAwait(false)
            ?? await SendAsync(target, service, body, endpoint, region, credentials, correctsClock: false, cancellationToken).ConfigureAwait(false);
        try
        {
            return answer is null or [] ? null : JsonSerializer.Deserialize(answer, responseType);
        }
        catch (JsonException malformed)
        {
            throw new HttpRequestException($"{target} was answered with what is not JSON.", malformed);
        }
    }

    public void Dispose() => http.Dispose();

    /// <returns>The answer's body; null where the clock was off and has been corrected, so that it is worth sending again.</returns>
    private async Task<byte[]?> SendAsync(
        string target, string service, byte[] body, Uri endpoint, string? region, AwsCredentials? credentials, bool correctsClock, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        message.Headers.Add("X-Amz-Target", target);
        KeyValuePair<string, string>[] signed = [new("content-type", "application/x-amz-json-1.1"), new("x-amz-target", target)];
        foreach (var (name, value) in SigV4.SignHeaders(credentials ?? options.Credentials, region ?? options.Region, service, "POST", endpoint, signed, body, clock.Now))
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        // A call once sent is given a moment to be answered, for cutting it off would leave its outcome unknown.
        cancellationToken.ThrowIfCancellationRequested();
        using var graceful = new CancellationTokenSource();
        await using var ending = cancellationToken.Register(() => graceful.CancelAfter(Grace)).ConfigureAwait(false);
        try
        {
            using var response = await http.SendAsync(message, graceful.Token).ConfigureAwait(false);
            var answer = await response.Content.ReadAsByteArrayAsync(graceful.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? answer
                : correctsClock && clock.Correct(response.Headers.Date) ? null
                : throw Error(response, answer);
        }
        catch (TaskCanceledException timeout) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"{target} was not answered within {CallTimeout.TotalSeconds:0} s.", timeout);
        }
    }

    /// <summary>Reads an object of S3, of a mebibyte at most.</summary>
    /// <exception cref="AwsCallException">The service answered with an error, or with more than that.</exception>
    /// <exception cref="HttpRequestException">No answer came.</exception>
    public async Task<byte[]> GetObjectAsync(string bucket, string key, AwsCredentials credentials, CancellationToken cancellationToken)
    {
        var uri = ObjectUri(bucket, key);
        using var message = new HttpRequestMessage(HttpMethod.Get, uri);
        KeyValuePair<string, string>[] signed = [new("x-amz-content-sha256", SigV4.EmptyBodyHash)];
        foreach (var (name, value) in signed.Concat(SigV4.SignHeaders(credentials, options.Region, "s3", "GET", uri, signed, [], clock.Now)))
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode && !(response.Content.Headers.ContentLength <= MaxAnswerBytes))
            {
                throw new AwsCallException("EntityTooLarge", response.StatusCode, $"The object is larger than {MaxAnswerBytes} bytes.");
            }

            var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? answer
                : clock.Correct(response.Headers.Date) ? throw new HttpRequestException("The agent's clock was off.")
                : throw ObjectError(response, answer);
        }
        catch (TaskCanceledException timeout) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"The object was not sent within {CallTimeout.TotalSeconds:0} s.", timeout);
        }
    }

    /// <summary>Writes an object of S3.</summary>
    /// <exception cref="AwsCallException">The service answered with an error.</exception>
    /// <exception cref="HttpRequestException">No answer came.</exception>
    public async Task PutObjectAsync(string bucket, string key, byte[] content, AwsCredentials credentials, CancellationToken cancellationToken)
    {
        var uri = ObjectUri(bucket, key);
        using var message = new HttpRequestMessage(HttpMethod.Put, uri) { Content = new ByteArrayContent(content) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        KeyValuePair<string, string>[] signed = [new("x-amz-content-sha256", Convert.ToHexStringLower(SHA256.HashData(content)))];
        foreach (var (name, value) in signed.Concat(SigV4.SignHeaders(credentials, options.Region, "s3", "PUT", uri, signed, content, clock.Now)))
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var response = await http.SendAsync(message, cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw clock.Correct(response.Headers.Date) ? new HttpRequestException("The agent's clock was off.")
                    : ObjectError(response, await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
            }
        }
        catch (TaskCanceledException timeout) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"The object was not taken within {CallTimeout.TotalSeconds:0} s.", timeout);
        }
    }

    private Uri ObjectUri(string bucket, string key) => new(options.Endpoint, $"/{Uri.EscapeDataString(bucket)}/{string.Join('/', key.Split('/').Select(Uri.EscapeDataString))}");

    private static AwsCallException ObjectError(HttpResponseMessage response, byte[] answer)
    {
        try
        {
            var error = XElement.Load(new MemoryStream(answer));
            return new(error.Element("Code")?.Value ?? "UnknownError", response.StatusCode, error.Element("Message")?.Value ?? "");
        }
        catch (XmlException)
        {
            return new("UnknownError", response.StatusCode, response.ReasonPhrase ?? "");
        }
    }

    private static AwsCallException Error(HttpResponseMessage response, byte[] answer)
    {
        string? code = null;
        string? message = null;
        try
        {
            using var document = JsonDocument.Parse(answer);
            foreach (var member in document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.EnumerateObject() : default)
            {
                if (member.NameEquals("__type"))
                {
                    code = member.Value.GetString();
                }
                else if (member.Name.Equals("message", StringComparison.OrdinalIgnoreCase))
                {
                    message = member.Value.GetString();
                }
            }
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // The status has to do.
        }

        if (code is null && response.Headers.TryGetValues("x-amzn-ErrorType", out var values))
        {
            code = values.FirstOrDefault()?.Split(':')[0];
        }

        code = code?[(code.LastIndexOf('#') + 1)..];
        return new AwsCallException(code ?? "UnknownError", response.StatusCode, message ?? response.ReasonPhrase ?? "");
    }
}
