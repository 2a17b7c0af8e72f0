using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Berth.Wire;

namespace Berth.Host;

/// <summary>Calls the installation's own front door, signed as the account's root.</summary>
internal sealed class ApiClient : IDisposable
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(100) };
    private readonly Installation installation;
    private readonly TimeProvider clock;
    private readonly string region;
    private readonly AwsCredentials credentials;

    /// <param name="installation">The installation.</param>
    /// <param name="clock">The time.</param>
    /// <param name="region">The region that is asked; null for the one where nothing else is said.</param>
    internal ApiClient(Installation installation, TimeProvider clock, string? region = null)
    {
        (this.installation, this.clock, this.region) = (installation, clock, region ?? Installation.DefaultRegion);
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

    /// <summary>Calls an operation of a JSON 1.1 service, named as in <c>X-Amz-Target</c>.</summary>
    /// <exception cref="CommandException">It was refused, or the server does not answer.</exception>
    internal Task<JsonElement> CallAsync(string service, string target, JsonObject body, CancellationToken cancellationToken) =>
        PostAsync("/", service, [new("x-amz-target", target)], body.ToJsonString(), cancellationToken);

    /// <summary>Calls an operation of a Query service.</summary>
    /// <exception cref="CommandException">It was refused, or the server does not answer.</exception>
    internal async Task<XDocument> QueryAsync(
        string service, string version, string action, IEnumerable<KeyValuePair<string, string>> parameters, CancellationToken cancellationToken)
    {
        var form = parameters.Prepend(new("Version", version)).Prepend(new("Action", action))
            .Select(parameter => $"{SigV4.Encode(parameter.Key)}={SigV4.Encode(parameter.Value)}");
        var text = await SendAsync("/", service, [], "application/x-www-form-urlencoded", string.Join('&', form), cancellationToken).ConfigureAwait(false);
        return XDocument.Parse(text);
    }

    /// <summary>Has the server put the sample's image into its repository.</summary>
    /// <exception cref="CommandException">It was refused, or the server does not answer.</exception>
    internal Task PutSampleImageAsync(CancellationToken cancellationToken) => PostAsync(SampleImage.Path, "berth", [], "", cancellationToken);

    /// <summary>Removes everything of the account.</summary>
    /// <exception cref="CommandException">It was refused, or the server does not answer.</exception>
    internal Task ResetAsync(CancellationToken cancellationToken) => PostAsync("/_berth/reset", "berth", [], "", cancellationToken);

    /// <summary>Asks about placement: <c>explain</c> or <c>plan</c>.</summary>
    /// <exception cref="CommandException">It was refused, or the server does not answer.</exception>
    internal Task<JsonElement> AskPlacementAsync(string question, JsonObject body, CancellationToken cancellationToken) =>
        PostAsync($"/_berth/{question}", "berth", [], body.ToJsonString(), cancellationToken);

    /// <summary>Says that an alarm went off; the answer names the deployments that failed by it.</summary>
    /// <exception cref="CommandException">It was refused, or the server does not answer.</exception>
    internal Task<JsonElement> ReportAlarmAsync(JsonObject report, CancellationToken cancellationToken) =>
        PostAsync("/_berth/alarms", "berth", [], report.ToJsonString(), cancellationToken);

    /// <summary>Prints the state change events that are there.</summary>
    /// <exception cref="CommandException">It was refused, or the server does not answer.</exception>
    internal async Task PrintEventsAsync(JsonObject query, TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            await ReadEventsAsync(query, static () => { }, output.WriteLineAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HttpRequestException or HttpIOException)
        {
            throw DoesNotAnswer(exception);
        }
    }

    /// <summary>Reads state change events until the server ends.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="connected">Is called when the server has begun to answer.</param>
    /// <param name="print">Takes the events, each a line.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="CommandException">It was refused.</exception>
    /// <exception cref="HttpRequestException">The server does not answer.</exception>
    /// <exception cref="HttpIOException">The server ended in the middle of its answer.</exception>
    internal async Task ReadEventsAsync(JsonObject query, Action connected, Func<string, Task> print, CancellationToken cancellationToken)
    {
        using var request = Sign("/_berth/events", "berth", [], "application/json", query.ToJsonString());
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        await RequireSuccessAsync(answer, cancellationToken).ConfigureAwait(false);
        connected();
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), Encoding.UTF8);
        while (await NextAsync().ConfigureAwait(false) is { } line)
        {
            await print(line).ConfigureAwait(false);
        }

        // Apart from the printing, whose failures are no failures of the server.
        async ValueTask<string?> NextAsync()
        {
            try
            {
                return await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (IOException broken) when (broken is not HttpIOException)
            {
                throw new HttpIOException(HttpRequestError.ResponseEnded, broken.Message, broken);
            }
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonElement> PostAsync(
        string path, string service, KeyValuePair<string, string>[] headers, string body, CancellationToken cancellationToken)
    {
        var text = await SendAsync(path, service, headers, "application/x-amz-json-1.1", body, cancellationToken).ConfigureAwait(false);
        try
        {
            return text.Length == 0 ? default : JsonElement.Parse(text);
        }
        catch (JsonException exception)
        {
            throw new CommandException($"The server at {installation.Endpoint} does not answer as it should: {exception.Message}");
        }
    }

    private async Task<string> SendAsync(
        string path, string service, KeyValuePair<string, string>[] headers, string contentType, string body, CancellationToken cancellationToken)
    {
        using var request = Sign(path, service, headers, contentType, body);
        try
        {
            using var answer = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            await RequireSuccessAsync(answer, cancellationToken).ConfigureAwait(false);
            return await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException exception)
        {
            throw DoesNotAnswer(exception);
        }
    }

    private HttpRequestMessage Sign(string path, string service, KeyValuePair<string, string>[] headers, string contentType, string body)
    {
        var address = new Uri(installation.Endpoint, path);
        var bytes = Encoding.UTF8.GetBytes(body);
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        foreach (var (name, value) in headers.Concat(
            SigV4.SignHeaders(credentials, region, service, "POST", address, headers, bytes, clock.GetUtcNow())))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static async Task RequireSuccessAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (!answer.IsSuccessStatusCode)
        {
            var text = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            throw new CommandException($"The server answered {(int)answer.StatusCode}: {text.Trim()}");
        }
    }

    internal CommandException DoesNotAnswer(Exception exception) =>
        new($"The server at {installation.Endpoint.OriginalString} does not answer as it should: {exception.Message}");
}
