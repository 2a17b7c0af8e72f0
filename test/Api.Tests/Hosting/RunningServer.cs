using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Berth.Domain;
using Berth.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Api.Tests;

/// <summary>A front door on a real port, and a client that signs for it.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly string directory;
    private readonly HttpClient client = new();

    private RunningServer(WebApplication application, string directory, CredentialsFile keys)
    {
        this.application = application;
        this.directory = directory;
        Keys = keys;
        Address = new(application.Urls.Single());
    }

    public CredentialsFile Keys { get; }

    public Uri Address { get; }

    public IServiceProvider Services => application.Services;

    public static async Task<RunningServer> StartAsync(
        Action<IServiceCollection> configure, FrontDoorOptions? options = null, Action<WebApplication>? map = null)
    {
        var directory = Directory.CreateTempSubdirectory("berth-api-").FullName;
        var keys = CredentialsFile.OpenOrCreate(Path.Combine(directory, "credentials"), "000000000000");
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore().AddLogging();
        builder.Services.AddSingleton<IAccessKeys>(keys);
        builder.Services.AddSingleton<IIdSource, RandomIds>();
        builder.Services.AddFrontDoor(options ?? new());
        configure(builder.Services);
        var application = builder.Build();
        application.UseRouting();
        application.MapFrontDoor();
        map?.Invoke(application);
        await application.StartAsync(TestContext.Current.CancellationToken);
        return new(application, directory, keys);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await application.StopAsync(CancellationToken.None);
        await application.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    public Task<Answer> JsonAsync(string target, string body, string service = "echo", string profile = "default", string region = "us-east-1") =>
        SendAsync(Request("/", service, profile, region, body, "application/x-amz-json-1.1", ("X-Amz-Target", target)));

    public Task<Answer> QueryAsync(string form, string service = "echo") =>
        SendAsync(Request("/", service, "default", "us-east-1", form, "application/x-www-form-urlencoded; charset=utf-8"));

    public HttpRequestMessage Request(
        string path, string service, string profile, string region, string body, string contentType, params (string Name, string Value)[] headers)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path)) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        var signed = SigV4.SignHeaders(
            Keys.Credentials(profile), region, service, "POST", request.RequestUri!,
            headers.Select(header => KeyValuePair.Create(header.Name, header.Value)), bytes, DateTimeOffset.UtcNow);
        foreach (var (name, value) in headers.Select(header => KeyValuePair.Create(header.Name, header.Value)).Concat(signed))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return new(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Headers.TryGetValues("x-amzn-RequestId", out var id) ? id.Single() : null);
    }

    public async Task<string> GetAsync(string path) => await client.GetStringAsync(new Uri(Address, path), TestContext.Current.CancellationToken);
}

internal sealed record Answer(HttpStatusCode Status, string Body, string? RequestId)
{
    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>The error's name and its message.</summary>
    public (string? Type, string? Message) Error => (Json.GetProperty("__type").GetString(), Json.GetProperty("message").GetString());
}
