using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Berth.Api;
using Berth.Domain;
using Berth.Engine;
using Berth.Journal;
using Berth.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Testing;

/// <summary>Services that speak Query on a real port, over a real engine and journal, and a client that signs for them.</summary>
internal sealed class QueryServer : IAsyncDisposable
{
    public const string Account = "000000000000";

    private readonly WebApplication application;
    private readonly string directory;
    private readonly HttpClient client = new();
    private readonly string service;
    private readonly string version;
    private bool keepsDirectory;

    private QueryServer(WebApplication application, string directory, CredentialsFile keys, string service, string version)
    {
        (this.application, this.directory, this.service, this.version) = (application, directory, service, version);
        Root = keys.Credentials(CredentialsFile.RootProfile);
        Agent = keys.Credentials(CredentialsFile.AgentProfile);
        Address = new(application.Urls.Single());
    }

    public Uri Address { get; }

    public AwsCredentials Root { get; }

    public AwsCredentials Agent { get; }

    public IServiceProvider Services => application.Services;

    public static async Task<QueryServer> StartAsync(
        string service, string version, Action<IServiceCollection> configure, Func<CredentialsFile, IServiceProvider, IAccessKeys>? keys = null, string? directory = null)
    {
        directory ??= Directory.CreateTempSubdirectory($"berth-{service}-").FullName;
        var file = CredentialsFile.OpenOrCreate(Path.Combine(directory, "credentials"), Account);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore().AddLogging();
        builder.Services.AddSingleton(provider => keys?.Invoke(file, provider) ?? file);
        builder.Services.AddSingleton<IIdSource, RandomIdSource>();
        builder.Services.AddSingleton<IJournal>(_ => SqliteJournal.Open(new(directory)));    // Made by the container, so closed with it.
        builder.Services.AddSingleton(new StreamEngineOptions());
        builder.Services.AddFrontDoor(new());
        configure(builder.Services);
        var application = builder.Build();
        application.UseRouting();
        application.MapFrontDoor();
        await application.StartAsync(TestContext.Current.CancellationToken);
        return new(application, directory, file, service, version);
    }

    /// <summary>Ends the server; what it kept is the next one's.</summary>
    public async Task<string> StopAsync()
    {
        keepsDirectory = true;
        await DisposeAsync();
        return directory;
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await application.DisposeAsync();
        if (!keepsDirectory)
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>The answer of a call that must succeed.</summary>
    public async Task<XElement> CallAsync(string action, params (string Name, object Value)[] parameters)
    {
        var (status, answer) = await SendAsync(Root, service, version, action, parameters);
        status.ShouldBe(HttpStatusCode.OK, answer.ToString());
        return answer;
    }

    /// <summary>The refusal of a call that must fail: status, code and message.</summary>
    public async Task<(int Status, string Code, string Message)> ErrorAsync(string action, params (string Name, object Value)[] parameters)
    {
        var (status, answer) = await SendAsync(Root, service, version, action, parameters);
        ((int)status).ShouldBeGreaterThanOrEqualTo(400, answer.ToString());
        return ((int)status, answer.Text("Code"), answer.Text("Message"));
    }

    public async Task<(HttpStatusCode Status, XElement Answer)> SendAsync(
        AwsCredentials credentials, string service, string version, string action, params (string Name, object Value)[] parameters)
    {
        var form = string.Join('&', parameters.Prepend(("Version", version)).Prepend(("Action", action))
            .Select(pair => $"{SigV4.Encode(pair.Item1)}={SigV4.Encode(Convert.ToString(pair.Item2, CultureInfo.InvariantCulture) ?? "")}"));
        return await PostAsync("/", credentials, service, form);
    }

    /// <summary>Calls a service that speaks JSON: the status, and the answer or the error.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Answer)> JsonAsync(AwsCredentials credentials, string scope, string target, string body, string region = "us-east-1")
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, Address) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new("application/x-amz-json-1.1");
        request.Headers.Add("X-Amz-Target", target);
        foreach (var (name, value) in SigV4.SignHeaders(credentials, region, scope, "POST", Address, [new("x-amz-target", target)], bytes, DateTimeOffset.UtcNow))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    public async Task ResetAsync() => (await PostAsync("/_berth/reset", Root, "berth", "")).Status.ShouldBe(HttpStatusCode.OK);

    private async Task<(HttpStatusCode Status, XElement Answer)> PostAsync(string path, AwsCredentials credentials, string scope, string form)
    {
        var bytes = Encoding.UTF8.GetBytes(form);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path)) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/x-www-form-urlencoded; charset=utf-8");
        foreach (var (name, value) in SigV4.SignHeaders(credentials, "us-east-1", scope, "POST", request.RequestUri!, [], bytes, DateTimeOffset.UtcNow))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response.StatusCode, text.StartsWith('<') ? XElement.Parse(text) : new XElement("Json", text));
    }
}

/// <summary>Reads answers whatever their namespace.</summary>
internal static class Answers
{
    /// <summary>Adds a kind of stream as the server does.</summary>
    public static void AddStream<TAggregate, TState, TEvent>(this IServiceCollection services, Func<StreamId, TAggregate> create, IStreamCodec<TState, TEvent> codec)
        where TAggregate : Aggregate<TState, TEvent>
        where TState : class
        where TEvent : class =>
        services.AddSingleton(new StreamDefinition<TAggregate, TState, TEvent>(create, codec))
            .AddSingleton<IStreamDirectory<TAggregate, TState>, StreamDirectory<TAggregate, TState, TEvent>>();

    /// <summary>All elements of the name, wherever they are.</summary>
    public static IReadOnlyList<XElement> All(this XElement answer, string name) => [.. answer.Descendants().Where(element => element.Name.LocalName == name)];

    /// <summary>The elements of a list.</summary>
    public static IReadOnlyList<XElement> Items(this XElement answer, string list) => [.. answer.All(list)[0].Elements()];

    /// <summary>The text of the first element of the name.</summary>
    public static string Text(this XElement answer, string name) =>
        answer.All(name) is [var first, ..] ? first.Value : throw new InvalidOperationException($"There is no {name} in {answer}");

    /// <summary>Whether there is an element of the name.</summary>
    public static bool Has(this XElement answer, string name) => answer.All(name).Count > 0;
}
