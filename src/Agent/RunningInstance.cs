using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>A registered container instance: its tasks, its two channels and its endpoints, put together and run.</summary>
internal sealed partial class RunningInstance(
    AgentOptions options,
    AgentIdentity identity,
    AgentDataDirectory directory,
    DockerEngine docker,
    SignedClient client,
    EcsBackend backend,
    SignedWebSocket sockets,
    string dockerVersion,
    string? gateway,
    TimeProvider clock,
    ILoggerFactory loggers)
{
    /// <summary>State reports under way at once.</summary>
    private const int ParallelReports = 10;

    /// <summary>Calls for secrets and environment files under way at once.</summary>
    private const int ParallelFetches = 8;

    public required int CpuUnits { get; init; }

    public required int MemoryMiB { get; init; }

    public required SignatureClock SignatureClock { get; init; }

    /// <summary>Null where tasks have no control groups of their own.</summary>
    public TaskCgroups? Cgroups { get; init; }

    /// <summary>Runs until cancelled, or until the backend has forgotten the instance.</summary>
    /// <returns>The identity to register again with.</returns>
    public async Task<AgentIdentity> RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var logger = loggers.CreateLogger<RunningInstance>();
        var cluster = identity.Cluster ?? "default";
        var instanceArn = identity.ContainerInstanceArn ?? "";
        var roles = new RoleCredentialsStore();
        var connection = new DockerConnection(docker, clock, logger);
        await using var endpoints = await ContainerEndpoints.StartAsync(options, identity.ContainerEndpointPort, gateway, loggers, cancellationToken).ConfigureAwait(false);
        if (endpoints.Port != identity.ContainerEndpointPort)
        {
            identity = identity with { ContainerEndpointPort = endpoints.Port };
            directory.Save(identity);
        }

        await using var linkLocal = options.MetadataAddress is null ? await LinkLocalEndpoint.OpenAsync(endpoints, loggers, clock, cancellationToken).ConfigureAwait(false) : null;
        if (linkLocal is not null)
        {
            endpoints.AdvertiseAt(LinkLocalEndpoint.Address);
        }

        using var startSlots = new SemaphoreSlim(options.ParallelStarts);
        using var pullSlots = new SemaphoreSlim(options.ParallelPulls);
        using var fetchSlots = new SemaphoreSlim(ParallelFetches);
        var inputs = new InputSource(client, options, roles, clock, fetchSlots, logger);
        using var reportSlots = new SemaphoreSlim(ParallelReports);
        using var pause = new PauseImage(docker);
        var firelens = new FirelensDirectory(options.DataDirectory);
        var create = new CreateContext(cluster, instanceArn, endpoints.AuthorityFor, linkLocal is not null || options.MetadataAddress is LinkLocalEndpoint.Address)
        {
            FreePorts = new HostPorts(new Random()).FindFree,
            HasTaskCgroups = Cgroups is not null,
            Firelens = firelens,
        };
        using var pool = new SandboxPool(docker, pause, instanceArn, startSlots, options, clock, logger);
        var logs = new LogShipping(docker, connection, client, directory, options, clock, loggers, over.Token);
        var exec = new ExecDemand();
        var cleaner = new ImageCleaner(docker, directory, options, clock, logger);
        var images = new ImagePuller(docker, new RegistryCredentials(client, options, roles, inputs, clock), cleaner, options, pullSlots, clock, logger, over.Token);
        var engine = new TaskEngine(new TaskEngineParts
        {
            Options = options,
            Cluster = cluster,
            Docker = docker,
            Connection = connection,
            Images = images,
            Inputs = inputs,
            Ledger = new ResourceLedger(CpuUnits, MemoryMiB, options.ReservedPorts),
            Backend = backend,
            Directory = directory,
            Roles = roles,
            Logs = logs,
            Exec = exec,
            Cgroups = Cgroups,
            Create = create,
            Firelens = new FirelensKeeper(firelens, inputs, cluster, identity.Ec2InstanceId, logger),
            Sandboxes = new SandboxKeeper(docker, connection, pause, new SandboxNetworks(docker, RoutesOf(options.DockerHost), clock), pool, create, options, startSlots),
            Pool = pool,
            StartSlots = startSlots,
            ReportSlots = reportSlots,
            Clock = clock,
            Loggers = loggers,
        });
        var session = new AgentSession
        {
            Options = options,
            Identity = identity,
            Directory = directory,
            Endpoints = new PollEndpoints(backend, cluster, instanceArn, clock),
            Sockets = sockets,
            DockerVersion = dockerVersion,
            Clock = clock,
            SignatureClock = SignatureClock,
            Loggers = loggers,
        };
        var statistics = new ContainerStatistics(new ContainerSamples(docker, KernelSamples.Find(options.DockerHost, clock)), CpuUnits);
        endpoints.Serve(new ContainerRequests(engine, roles, session, backend, client, new StatsDocuments(docker, statistics)));
        var transcripts = new TranscriptStore(Path.Combine(options.DataDirectory, "transcripts"), roles, clock, logger);
        var shipping = new TranscriptShipping(transcripts, client, options, clock, logger);
        var telemetry = new TcsSession(session, engine, connection, statistics);
        var pooling = pool.RunAsync(over.Token);
        var transcribing = shipping.RunAsync(over.Token);
        var cleaning = cleaner.RunAsync(() => engine.Tasks, images.Forget, over.Token);
        Task[] parts =
        [
            engine.RunAsync(over.Token),
            new AcsSession(session, engine, roles, telemetry.CheckHealth).RunAsync(over.Token),
            telemetry.RunAsync(over.Token),
            new ExecControlChannel(session, engine, exec, docker, new ExecProcesses(docker, Path.Combine(options.DataDirectory, "exec")), roles, transcripts, shipping).RunAsync(over.Token),
        ];
        try
        {
            await await Task.WhenAny(parts).ConfigureAwait(false);
        }
        catch (InstanceUnknownException forgotten)
        {
            LogForgotten(logger, forgotten.Message);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll([.. parts, cleaning, pooling, transcribing, logs.WhenStoppedAsync()]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            identity = session.Identity;
            directory.Save(identity);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return identity;
    }

    /// <summary>The routes of an engine elsewhere are not known here.</summary>
    private static Func<IEnumerable<HostRoute>> RoutesOf(string dockerHost) => dockerHost.StartsWith("unix:", StringComparison.Ordinal) ? HostRoute.Current : () => [];

    [LoggerMessage(Level = LogLevel.Warning, Message = "The backend does not know this container instance: {Reason}")]
    private static partial void LogForgotten(ILogger logger, string reason);
}
