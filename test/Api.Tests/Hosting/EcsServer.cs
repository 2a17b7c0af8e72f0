using System.Text.Json;
using Berth.Domain;
using Berth.Engine;
using Berth.Journal;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Api.Tests;

/// <summary>The ECS API on a real port, over a real engine and journal, and what tests ask of it again and again.</summary>
internal sealed class EcsServer : IAsyncDisposable
{
    private readonly RunningServer server;
    private readonly string directory;

    private EcsServer(RunningServer server, string directory) => (this.server, this.directory) = (server, directory);

    public RunningServer Http => server;

    /// <summary>Leaves the directory in place when the server ends, for another one.</summary>
    public bool KeepsDirectory { get; set; }

    public string DataDirectory => directory;

    public string EventsDirectory => Path.Combine(directory, "events");

    /// <param name="options">What is different about the front door.</param>
    /// <param name="events">What is different about state change events.</param>
    /// <param name="directory">The directory an earlier one has left.</param>
    /// <param name="agents">Times of the agents' sockets; null leaves them out.</param>
    /// <param name="configure">Takes the place of parts.</param>
    public static async Task<EcsServer> StartAsync(
        FrontDoorOptions? options = null,
        Func<EventsOptions, EventsOptions>? events = null,
        string? directory = null,
        AgentChannelOptions? agents = null,
        Action<IServiceCollection>? configure = null)
    {
        directory ??= Directory.CreateTempSubdirectory("berth-ecs-").FullName;
        var kept = new EventsOptions { Directory = Path.Combine(directory, "events"), SaveEvery = TimeSpan.FromMilliseconds(20) };
        var server = await RunningServer.StartAsync(services =>
        {
            services.AddSingleton<IJournal>(_ => SqliteJournal.Open(new(directory)));     // Made by the container, so that it closes it.
            services.AddSingleton(new StreamEngineOptions());
            AddStreams<AccountAggregate, AccountState, AccountEvent>(services, id => new(id.Account, id.Region), AccountCatalog.Create());
            AddStreams<ClusterAggregate, ClusterState, ClusterEvent>(services, id => new(id.Account, id.Region, id.Name!, new ClusterLimits()), ClusterCatalog.Create());
            AddStreams<LoadBalancingAggregate, LoadBalancingState, LoadBalancingEvent>(services, id => new(id.Account, id.Region), new LoadBalancingCodec());
            services.AddEcs();
            services.AddEvents(events?.Invoke(kept) ?? kept);
            if (agents is not null)
            {
                services.AddSingleton(provider => new TaskCredentials("of a test"u8.ToArray(), provider.GetRequiredService<TimeProvider>()));
                services.AddAgentChannels(agents);
            }

            configure?.Invoke(services);
        }, options, application =>
        {
            if (agents is not null)
            {
                application.UseWebSockets();
                application.MapAgentChannels();
            }

            application.MapPlacement();
            application.MapAlarms();
            application.MapEvents();
        });
        return new(server, directory);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        if (!KeepsDirectory)
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>The state change events that are there now.</summary>
    public async Task<List<JsonElement>> EventsAsync(string query = "{}", string region = "us-east-1")
    {
        using var request = server.Request("/_berth/events", "berth", "default", region, query, "application/json");
        var answer = await server.SendAsync(request);
        ((int)answer.Status).ShouldBe(200, answer.Body);
        return [.. answer.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }

    /// <summary>Waits until an event is there, and tells all that are.</summary>
    public async Task<List<JsonElement>> EventsOnceAsync(Func<JsonElement, bool> isThere, string query = "{}")
    {
        while (true)
        {
            var events = await EventsAsync(query);
            if (events.Any(isThere))
            {
                return events;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public Task<Answer> CallAsync(string operation, string body) =>
        server.JsonAsync($"AmazonEC2ContainerServiceV20141113.{operation}", body, service: "ecs");

    /// <summary>The answer of a call that must succeed.</summary>
    public async Task<JsonElement> AskAsync(string operation, string body)
    {
        var answer = await CallAsync(operation, body);
        ((int)answer.Status).ShouldBe(200, answer.Body);
        return answer.Json;
    }

    /// <summary>The refusal of a call that must fail with 400.</summary>
    public async Task<(string? Type, string? Message)> RefusalAsync(string operation, string body)
    {
        var answer = await CallAsync(operation, body);
        ((int)answer.Status).ShouldBe(400, answer.Body);
        return answer.Error;
    }

    public async Task<Answer> ResetAsync()
    {
        using var request = server.Request("/_berth/reset", "berth", "default", "us-east-1", "", "application/json");
        return await server.SendAsync(request);
    }

    /// <summary>Asks one of Berth's own endpoints, as the account's root.</summary>
    public async Task<Answer> AskOperatorAsync(string path, string body)
    {
        using var request = server.Request(path, "berth", "default", "us-east-1", body, "application/json");
        return await server.SendAsync(request);
    }

    /// <summary>Registers a machine and connects its agent; its id.</summary>
    public async Task<string> JoinAsync(string cluster = "default", int cpu = 1024, int memory = 1024, string attributes = "", string devices = "")
    {
        var answer = await AskAsync("RegisterContainerInstance", $$"""
            {"cluster":"{{cluster}}","totalResources":[{"name":"CPU","type":"INTEGER","integerValue":{{cpu}}},{"name":"MEMORY","type":"INTEGER","integerValue":{{memory}}},
             {"name":"PORTS","type":"STRINGSET","stringSetValue":["22"]},{"name":"PORTS_UDP","type":"STRINGSET","stringSetValue":[]}],"platformDevices":[{{devices.TrimStart(',')}}],
             "attributes":[{"name":"com.amazonaws.ecs.capability.docker-remote-api.1.21"},{"name":"stack","value":"test"}{{attributes}}],"tags":[{"key":"team","value":"x"}]}
            """);
        var id = answer.GetProperty("containerInstance").GetProperty("containerInstanceArn").GetString()!.Split('/')[^1];
        await ExecuteAsync(cluster, new ConnectAgentCommand(id, new AgentVersion("1.0", "abc", "20.10")));
        return id;
    }

    public async Task RegisterDefinitionAsync(string family, string more = "") => await AskAsync(
        "RegisterTaskDefinition",
        $$"""{"family":"{{family}}","containerDefinitions":[{"name":"app","image":"nginx","cpu":100,"memory":100,"portMappings":[{"containerPort":80}]}]{{more}}}""");

    public async Task ExecuteAsync<T>(string cluster, Command<ClusterAggregate, T> command)
    {
        var stream = await StreamAsync(cluster);
        await stream.ExecuteAsync(command, TestContext.Current.CancellationToken);
    }

    public ValueTask<IStream<ClusterAggregate, ClusterState>> StreamAsync(string cluster) => server.Services.GetRequiredService<IStreamDirectory<ClusterAggregate, ClusterState>>()
        .OpenAsync(StreamId.Cluster("000000000000", "us-east-1", cluster), TestContext.Current.CancellationToken);

    private static void AddStreams<TAggregate, TState, TEvent>(IServiceCollection services, Func<StreamId, TAggregate> create, IStreamCodec<TState, TEvent> codec)
        where TAggregate : Aggregate<TState, TEvent>
        where TState : class
        where TEvent : class =>
        services.AddSingleton(new StreamDefinition<TAggregate, TState, TEvent>(create, codec))
            .AddSingleton<IStreamDirectory<TAggregate, TState>, StreamDirectory<TAggregate, TState, TEvent>>();
}
