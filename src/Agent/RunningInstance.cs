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

    public required int CpuUnits { get; init; }

    public required int MemoryMiB { get; init; }

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

        using var startSlots = new SemaphoreSlim(options.ParallelStarts);
        using var reportSlots = new SemaphoreSlim(ParallelReports);
        var logs = new LogShipping(docker, connection, client, directory, options, clock, loggers, over.Token);
        var exec = new ExecDemand();
        var engine = new TaskEngine(new TaskEngineParts
        {
            Options = options,
            Cluster = cluster,
            Docker = docker,
            Connection = connection,
            Images = new ImagePuller(docker, new RegistryCredentials(client, options, roles, clock), options, clock, logger, over.Token),
            Ledger = new ResourceLedger(CpuUnits, MemoryMiB, options.ReservedPorts),
            Backend = backend,
            Directory = directory,
            Roles = roles,
            Logs = logs,
            Exec = exec,
            Create = new CreateContext(cluster, instanceArn, endpoints.AuthorityFor, options.MetadataAddress is "169.254.170.2"),
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
            Loggers = loggers,
        };
        endpoints.Serve(new ContainerRequests(engine, roles, session, client, docker));
        var telemetry = new TcsSession(session, engine, connection, new ContainerStatistics(docker, CpuUnits));
        Task[] parts =
        [
            engine.RunAsync(over.Token),
            new AcsSession(session, engine, roles, telemetry.CheckHealth).RunAsync(over.Token),
            telemetry.RunAsync(over.Token),
            new ExecControlChannel(session, engine, exec, docker, new ExecProcesses(docker, Path.Combine(options.DataDirectory, "exec"))).RunAsync(over.Token),
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
            await Task.WhenAll([.. parts, logs.WhenStoppedAsync()]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            identity = session.Identity;
            directory.Save(identity);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return identity;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The backend does not know this container instance: {Reason}")]
    private static partial void LogForgotten(ILogger logger, string reason);
}
