using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Berth.Wire;

namespace Berth.Host;

/// <summary>Calls the installation's own front door, signed as the account's root.</summary>
internal sealed class ApiClient : IDisposable
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(100) };
    private readonly Installation installation;
    private readonly TimeProvider clock;
    private readonly AwsCredentials credentials;

    internal ApiClient(Installation installation, TimeProvider clock)
    {
        (this.installation, this.clock) = (installation, clock);
        credentials = installation.OpenCredentials().Credentials(CredentialsFile.RootProfile);
    }

    /// <summary>Whether the front door answers.</summary>
    internal async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(installation.Endpoint, "/healthz"), cancellationToken).ConfigureAwait(false);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Calls an ECS operation.</summary>
    /// <exception cref="CommandException">It was refused, or the server does not answer.</exception>
    internal Task<JsonElement> CallEcsAsync(string operation, string body, CancellationToken cancellationToken) =>
        PostAsync("/", "ecs", [new("x-amz-target", $"AmazonEC2ContainerServiceV20141113.{operation}")], body, cancellationToken);

    /// <summary>Removes everything of the account.</summary>
    /// <exception cref="CommandException">It was refused, or the server does not answer.</exception>
    internal Task ResetAsync(CancellationToken cancellationToken) => PostAsync("/_berth/reset", "berth", [], "", cancellationToken);

    public void Dispose() => http.Dispose();

    private async Task<JsonElement> PostAsync(
        string path, string service, KeyValuePair<string, string>[] headers, string body, CancellationToken cancellationToken)
    {
        var address = new Uri(installation.Endpoint, path);
        var bytes = Encoding.UTF8.GetBytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        foreach (var (name, value) in headers.Concat(
            SigV4.SignHeaders(credentials, Installation.DefaultRegion, service, "POST", address, headers, bytes, clock.GetUtcNow())))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var answer = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            return answer.IsSuccessStatusCode
                ? text.Length == 0 ? default : JsonElement.Parse(text)
                : throw new CommandException($"The server answered {(int)answer.StatusCode}: {text.Trim()}");
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException)
        {
            throw new CommandException($"The server at {installation.Endpoint.OriginalString} does not answer as it should: {exception.Message}");
        }
    }
}
