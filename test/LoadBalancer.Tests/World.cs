using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Domain;
using Berth.Engine;
using Berth.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Berth.LoadBalancer.Tests;

/// <summary>A server with the API and the balancers' channel, over streams in memory; and, where a test starts one, a balancer.</summary>
internal sealed class World : IAsyncDisposable
{
    private const string BalancerKey = "AKIABALANCER";
    private readonly List<IAsyncDisposable> parts = [];
    private WebApplication? server;
    private int port;
    private RunningBalancer? balancer;

    /// <summary>What the balancer keeps on its disk; empty until it has kept anything.</summary>
    public string KeptConfiguration()
    {
        var path = Path.Combine(Directory, "configuration.json");
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }

    private World(TimeProvider clock)
    {
        Clock = clock;
        Streams = new TestDirectory(clock);
    }

    public TimeProvider Clock { get; }

    public TestDirectory Streams { get; }

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("berth-balancer-").FullName;

    public HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public Uri ServerUrl => new($"http://127.0.0.1:{port}");

    public IServiceProvider Services => server!.Services;

    public LoadBalancingState State => Streams.State();

    public static async Task<World> StartAsync(bool withBalancer, TimeProvider? clock = null)
    {
        var world = new World(clock ?? TimeProvider.System);
        await world.StartServerAsync();
        if (withBalancer)
        {
            world.StartBalancer();
        }

        return world;
    }

    public async Task StartServerAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port));
        builder.Services
            .AddRoutingCore()
            .AddSingleton(Clock)
            .AddSingleton<IStreamDirectory<LoadBalancingAggregate, LoadBalancingState>>(Streams)
            .AddSingleton<IJournal>(Streams)
            .AddSingleton<IAccessKeys>(new Keys())
            .AddSingleton<SigV4Verifier>()
            .AddSingleton<ITargetAddresses>(new Addresses())
            .AddLoadBalancing(new());
        server = builder.Build();
        server.MapLoadBalancing();
        Streams.Observers.Clear();
        Streams.Observers.AddRange(server.Services.GetServices<ICommitObserver<LoadBalancingState, LoadBalancingEvent>>());
        Streams.Reopen();
        await server.StartAsync();
        port = new Uri(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
    }

    public async Task StopServerAsync()
    {
        await server!.StopAsync();
        await server.DisposeAsync();
        server = null;
    }

    public void StartBalancer() =>
        balancer = new(Directory, new Uri($"http://127.0.0.1:{port}"), new(BalancerKey, Keys.Secret));

    public async Task StopBalancerAsync()
    {
        await balancer!.DisposeAsync();
        balancer = null;
    }

    public async Task<Backend> BackendAsync(string name)
    {
        var backend = await Backend.StartAsync(name);
        parts.Add(backend);
        return backend;
    }

    /// <summary>Calls an operation as the front door does: form in, JSON tree out.</summary>
    public async Task<JsonNode> CallAsync(string operation, params IEnumerable<(string Name, object Value)> form)
    {
        var entry = Services.GetServices<AwsService>().Single().Operations[operation];
        var tree = QueryProtocol.Decode(form.Select(pair => KeyValuePair.Create(pair.Name, Convert.ToString(pair.Value, System.Globalization.CultureInfo.InvariantCulture)!)));
        var request = tree.Deserialize(entry.Request)!;
        var context = new RequestContext
        {
            AccountId = "000000000000",
            Region = "us-east-1",
            PrincipalArn = "arn:aws:iam::000000000000:root",
            AccessKeyId = "AKIA",
            RequestId = "r",
            Authority = "127.0.0.1:8383",
            Scheme = "http",
            RemoteAddress = IPAddress.Loopback,
        };
        var response = await entry.Invoke(request, context, TestContext.Current.CancellationToken);
        return JsonSerializer.SerializeToNode(response, entry.Response!)!;
    }

    /// <summary>The code of the error a call answers.</summary>
    public async Task<string> ErrorAsync(string operation, params IEnumerable<(string Name, object Value)> form)
    {
        try
        {
            await CallAsync(operation, form);
            return "none";
        }
        catch (AwsException error)
        {
            error.Status.ShouldBe(400);
            return error.Code;
        }
        catch (RefusedException refusal)
        {
            return refusal.Code;
        }
    }

    public async Task<string> LoadBalancerAsync(string name = "web") =>
        (string)(await CallAsync("CreateLoadBalancer", ("Name", name), ("Subnets.member.1", "subnet-1"), ("Subnets.member.2", "subnet-2")))["LoadBalancers"]![0]!["LoadBalancerArn"]!;

    public async Task<string> TargetGroupAsync(string name = "web", params (string, object)[] more) =>
        (string)(await CallAsync(
            "CreateTargetGroup",
            [("Name", name), ("Protocol", "HTTP"), ("Port", 80), ("TargetType", "ip"), ("HealthCheckPath", "/health"),
             ("HealthCheckIntervalSeconds", 5), ("HealthCheckTimeoutSeconds", 2), ("HealthyThresholdCount", 2), .. more]))["TargetGroups"]![0]!["TargetGroupArn"]!;

    public async Task<string> ListenerAsync(string loadBalancer, int port, string targetGroup) =>
        (string)(await CallAsync(
            "CreateListener",
            ("LoadBalancerArn", loadBalancer), ("Protocol", "HTTP"), ("Port", port),
            ("DefaultActions.member.1.Type", "forward"), ("DefaultActions.member.1.TargetGroupArn", targetGroup)))["Listeners"]![0]!["ListenerArn"]!;

    public Task RegisterAsync(string targetGroup, params Backend[] backends) =>
        CallAsync("RegisterTargets", [("TargetGroupArn", targetGroup), .. Targets(backends)]);

    public Task DeregisterAsync(string targetGroup, params Backend[] backends) =>
        CallAsync("DeregisterTargets", [("TargetGroupArn", targetGroup), .. Targets(backends)]);

    public Target? TargetOf(string targetGroup, Backend backend) =>
        State.TargetsOf(targetGroup).GetValueOrDefault(new("127.0.0.1", backend.Port));

    public Task HealthyAsync(string targetGroup, params Backend[] backends) =>
        Await.Until(() => Array.TrueForAll(backends, backend => TargetOf(targetGroup, backend)?.Health.State == TargetHealthState.Healthy));

    /// <summary>A balancer on a port of its own with a group of these backends, all healthy. Answers the group and where clients connect.</summary>
    public async Task<(string Group, Uri Url, string Listener)> ServeAsync(params Backend[] backends)
    {
        var loadBalancer = await LoadBalancerAsync();
        var group = await TargetGroupAsync();
        if (backends.Length > 0)
        {
            await RegisterAsync(group, backends);
        }

        var port = Ports.Free();
        var listener = await ListenerAsync(loadBalancer, port, group);
        await HealthyAsync(group, backends);
        return (group, new Uri($"http://{State.LoadBalancers[loadBalancer].DnsName}:{port}"), listener);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (balancer is not null)
        {
            await StopBalancerAsync();
        }

        foreach (var part in parts)
        {
            await part.DisposeAsync();
        }

        if (server is not null)
        {
            await StopServerAsync();
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static IEnumerable<(string, object)> Targets(Backend[] backends) =>
        backends.SelectMany((backend, index) => new (string, object)[]
        {
            ($"Targets.member.{index + 1}.Id", "127.0.0.1"),
            ($"Targets.member.{index + 1}.Port", backend.Port),
        });

    private sealed class Keys : IAccessKeys
    {
        public const string Secret = "a secret";

        public AccessKey? Find(string accessKeyId) => accessKeyId switch
        {
            BalancerKey => new(BalancerKey, Secret, "000000000000", "arn:aws:iam::000000000000:user/berth/balancer"),
            "AKIAROOT" => new("AKIAROOT", Secret, "000000000000", "arn:aws:iam::000000000000:root"),
            _ => null,
        };
    }

    private sealed class Addresses : ITargetAddresses
    {
        public string? Find(string account, string region, string instanceId) => instanceId == "i-1" ? "127.0.0.1" : null;
    }
}
