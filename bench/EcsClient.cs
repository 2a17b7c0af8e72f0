using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Berth.Wire;

namespace Berth.Bench;

/// <summary>Calls the ECS API as an SDK does: signed, over connections that are kept.</summary>
internal sealed class EcsClient(Uri endpoint, AwsCredentials credentials) : IDisposable
{
    internal const string Region = "us-east-1";

    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>Calls an operation and reads the answer.</summary>
    internal async Task<JsonElement> CallAsync(string operation, string body, CancellationToken cancellationToken) =>
        JsonElement.Parse(await SendAsync(endpoint, operation, Encoding.UTF8.GetBytes(body), cancellationToken).ConfigureAwait(false));

    /// <summary>Calls an operation, there or at the address of something that stands in for it.</summary>
    /// <exception cref="HttpRequestException">It was refused.</exception>
    internal async Task<byte[]> SendAsync(Uri address, string operation, byte[] body, CancellationToken cancellationToken)
    {
        KeyValuePair<string, string>[] headers = [new("x-amz-target", $"AmazonEC2ContainerServiceV20141113.{operation}")];
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        foreach (var (name, value) in headers.Concat(
            SigV4.SignHeaders(credentials, Region, "ecs", "POST", address, headers, body, TimeProvider.System.GetUtcNow())))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var bytes = await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        return answer.IsSuccessStatusCode
            ? bytes
            : throw new HttpRequestException($"{operation} was answered {(int)answer.StatusCode}: {Encoding.UTF8.GetString(bytes)}");
    }

    public void Dispose() => http.Dispose();
}
