using System.Net;
using System.Text;
using System.Text.Json;
using Berth.Wire;

namespace Berth.Conformance.Tests;

/// <summary>Calls ECS, or another service, over HTTP, signed, in one region; also calls that no client would make.</summary>
internal sealed class SignedCalls(Uri endpoint, AwsCredentials credentials, string region, string service = "ecs") : IDisposable
{
    public const string JsonType = "application/x-amz-json-1.1";

    /// <summary>No call is so hard that it may take longer, on a busy machine.</summary>
    public static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(20);

    private const string Prefix = "AmazonEC2ContainerServiceV20141113.";

    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = LongestCall };

    public Uri Endpoint => endpoint;

    public AwsCredentials Credentials => credentials;

    public string Region => region;

    /// <summary>The header that names an ECS operation.</summary>
    public static string TargetOf(string operation) => Prefix + operation;

    /// <summary>The answer of a call that must succeed.</summary>
    public async Task<JsonElement> AskAsync(string operation, string body)
    {
        var answer = await SendAsync(TargetOf(operation), JsonType, Encoding.UTF8.GetBytes(body));
        answer.Status.ShouldBe(HttpStatusCode.OK, $"{operation} {body}\n{answer.Text}");
        return JsonElement.Parse(answer.Body);
    }

    /// <summary>Sends these bytes as they are.</summary>
    /// <param name="target">The <c>X-Amz-Target</c>; null for none.</param>
    /// <param name="contentType">The <c>Content-Type</c>; null for none.</param>
    /// <param name="body">The body, which the signature covers.</param>
    public async Task<RawAnswer> SendAsync(string? target, string? contentType, byte[] body)
    {
        KeyValuePair<string, string>[] headers = target is null ? [] : [new("x-amz-target", target)];
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(body) };
        if (contentType is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        foreach (var (name, value) in headers.Concat(
            SigV4.SignHeaders(credentials, region, service, "POST", endpoint, headers, body, TimeProvider.System.GetUtcNow())))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return new(answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    public void Dispose() => http.Dispose();
}

/// <summary>An answer as it came.</summary>
internal sealed record RawAnswer(HttpStatusCode Status, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);
}
