using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using Berth.Domain;
using Berth.Engine;
using Berth.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Berth.Registry.Tests;

/// <summary>The registry on a real Kestrel with a port of its own and a data directory of its own.</summary>
internal sealed class RegistryServer : IAsyncDisposable
{
    public const string Account = "000000000000";
    public const string Region = "us-east-1";
    public const string KeyId = "AKIAIOSFODNN7EXAMPLE";
    public const string Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    public const string Principal = "arn:aws:iam::000000000000:root";

    private readonly bool ownsDirectory;
    private readonly WebApplication app;

    private RegistryServer(WebApplication app, string directory, bool ownsDirectory, InMemoryStreams streams)
    {
        (this.app, this.ownsDirectory, Directory, Streams) = (app, ownsDirectory, directory, streams);
        Authority = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Authority;
        Client = new HttpClient { BaseAddress = new Uri($"http://{Authority}"), Timeout = TimeSpan.FromSeconds(30) };
        Client.DefaultRequestHeaders.Authorization = Basic(KeyId, Secret);
    }

    public string Authority { get; }

    public string Directory { get; }

    public InMemoryStreams Streams { get; }

    /// <summary>A client with good credentials.</summary>
    public HttpClient Client { get; }

    public IServiceProvider Services => app.Services;

    public TestAccessKeys Keys => (TestAccessKeys)Services.GetRequiredService<IAccessKeys>();

    public static RequestContext Caller(string authority = "127.0.0.1:8383") => new()
    {
        AccountId = Account,
        Region = Region,
        PrincipalArn = Principal,
        AccessKeyId = KeyId,
        RequestId = "request",
        Authority = authority,
        Scheme = "http",
        RemoteAddress = System.Net.IPAddress.Loopback,
    };

    public static async Task<RegistryServer> StartAsync(
        FakeTimeProvider? clock = null,
        RegistryServer? before = null,
        Func<RegistryOptions, RegistryOptions>? configure = null)
    {
        var directory = before?.Directory ?? System.IO.Directory.CreateTempSubdirectory("berth-registry-").FullName;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var time = clock ?? TimeProvider.System;
        var ids = new RandomIds();
        var streams = before?.Streams ?? new InMemoryStreams(time, ids);
        var options = new RegistryOptions { DataDirectory = directory, SweepInterval = TimeSpan.FromDays(30) };
        builder.Services.AddLogging();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(time).AddSingleton<IIdSource>(ids).AddSingleton<IAccessKeys>(new TestAccessKeys());
        builder.Services.AddSingleton<IStreamDirectory<RepositoriesAggregate, RepositoriesState>>(streams);
        builder.Services.AddSingleton<IJournal>(streams);
        builder.Services.AddRegistry(configure?.Invoke(options) ?? options);
        var app = builder.Build();
        app.UseRouting();
        app.MapRegistry();
        app.MapPost("/", FrontDoor.HandleAsync);
        await app.StartAsync();
        return new RegistryServer(app, directory, before is null, streams);
    }

    public static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    public ValueTask<Repository> CreateRepositoryAsync(string name, TagMutability? mutability = null, string region = Region) =>
        Services.GetRequiredService<RepositoryStreams>().CreateAsync(
            Account, region, new RepositoriesCommand.Create(name) { TagMutability = mutability ?? TagMutability.Mutable }, CancellationToken.None);

    public string Token(TimeSpan? lifetime = null, string region = Region) =>
        Services.GetRequiredService<RegistryTokens>().Issue(
            new RegistryCaller(KeyId, Account, region, Principal),
            Services.GetRequiredService<TimeProvider>().GetUtcNow() + (lifetime ?? TimeSpan.FromHours(12)));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
        if (ownsDirectory)
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }
}

/// <summary>Access keys that a test may add and take away.</summary>
internal sealed class TestAccessKeys : IAccessKeys
{
    public ConcurrentDictionary<string, AccessKey> All { get; } = new(
    [
        new(RegistryServer.KeyId, new AccessKey(RegistryServer.KeyId, RegistryServer.Secret, RegistryServer.Account, RegistryServer.Principal)),
    ]);

    public AccessKey? Find(string accessKeyId) => All.GetValueOrDefault(accessKeyId);
}
