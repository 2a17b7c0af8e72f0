using System.Net;
using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>
/// The container agent: registers this machine as a container instance and runs the tasks the backend places on it,
/// in the ECS agent protocol, so that it serves ECS as well as Berth.
/// </summary>
public static partial class ContainerAgent
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    /// <summary>Runs until cancelled. Containers outlive the agent; the next run over the same directory takes them up.</summary>
    /// <param name="options">The container instance.</param>
    /// <param name="loggers">Where the agent writes its log.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancellationToken">Ends the agent, in order.</param>
    /// <exception cref="AgentTerminalException">The agent cannot work as configured, and restarting it would not help.</exception>
    public static async Task RunAsync(AgentOptions options, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        ArgumentNullException.ThrowIfNull(clock);
        try
        {
            await RunToTheEndAsync(options, loggers, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // As asked.
        }
    }

    private static async Task RunToTheEndAsync(AgentOptions options, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        var logger = loggers.CreateLogger(typeof(ContainerAgent).FullName!); // A class has a full name.
        using var directory = new AgentDataDirectory(options.DataDirectory, logger);
        using var docker = new DockerEngine(options.DockerHost);
        var signatureClock = new SignatureClock(clock);
        using var client = new SignedClient(options, signatureClock);
        using var sockets = new SignedWebSocket();
        var backend = new EcsBackend(client);
        var registration = new Registration(backend, options, clock, logger);
        var identity = directory.LoadIdentity() ?? AgentIdentity.Create(options);
        directory.Save(identity);

        var (version, engine, gateway) = await WaitForDockerAsync(docker, clock, logger, cancellationToken).ConfigureAwait(false);
        var cgroups = TaskCgroups.Find(engine, options.DockerHost);
        while (true)
        {
            var before = identity.ContainerInstanceArn;
            identity = await registration.RegisterAsync(identity, engine, cancellationToken).ConfigureAwait(false);
            if (before is not null && before != identity.ContainerInstanceArn)
            {
                await ForgetAsync(before, docker, directory, clock, logger, cancellationToken).ConfigureAwait(false);
            }

            directory.Save(identity);
            var instance = new RunningInstance(options, identity, directory, docker, client, backend, sockets, version.Version ?? "", gateway, clock, loggers)
            {
                CpuUnits = registration.CpuUnits(engine),
                MemoryMiB = registration.MemoryMiB(engine),
                Cgroups = cgroups,
                SignatureClock = signatureClock,
            };
            identity = await instance.RunAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes the containers and tasks of an instance the backend has forgotten.</summary>
    private static async Task ForgetAsync(string containerInstanceArn, DockerEngine docker, AgentDataDirectory directory, TimeProvider clock, ILogger logger, CancellationToken cancellationToken)
    {
        foreach (var task in directory.LoadTasks())
        {
            directory.DeleteTask(task.Id);
        }

        while (true)
        {
            try
            {
                foreach (var container in await docker.ListContainersAsync($"{CreateRequest.InstanceLabel}={containerInstanceArn}", cancellationToken).ConfigureAwait(false))
                {
                    await docker.RemoveContainerAsync(container.Id, cancellationToken).ConfigureAwait(false);
                }

                return;
            }
            catch (DockerUnreachableException)
            {
                await WaitForDockerAsync(docker, clock, logger, cancellationToken).ConfigureAwait(false);
            }
            catch (DockerException refusal)
            {
                LogLeftBehind(logger, containerInstanceArn, refusal.Message);
                return;
            }
        }
    }

    private static async Task<(DockerVersion Version, DockerInfo Engine, string? Gateway)> WaitForDockerAsync(DockerEngine docker, TimeProvider clock, ILogger logger, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(FirstRetry, LongestRetry, 1.5, new Random());
        while (true)
        {
            try
            {
                var version = await docker.NegotiateAsync(cancellationToken).ConfigureAwait(false);
                return (version, await docker.InfoAsync(cancellationToken).ConfigureAwait(false), await GatewayAsync(docker, cancellationToken).ConfigureAwait(false));
            }
            catch (Exception failure) when (failure is DockerUnreachableException or DockerException)
            {
                LogNoDocker(logger, failure.Message);
                await backoff.WaitAsync(clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The host's address on Docker's bridge; null where there is no bridge.</summary>
    private static async Task<string?> GatewayAsync(DockerEngine docker, CancellationToken cancellationToken)
    {
        try
        {
            var bridge = await docker.NetworkAsync("bridge", cancellationToken).ConfigureAwait(false);
            return (bridge.Ipam?.Config ?? []).Select(config => config.Gateway is { Length: > 0 } gateway ? gateway : LocalAddressIn(config.Subnet)).FirstOrDefault(address => address is not null);
        }
        catch (DockerException)
        {
            return null;
        }
    }

    /// <summary>Docker does not always tell the bridge's own address, but it is this machine's one in the bridge's subnet.</summary>
    private static string? LocalAddressIn(string? subnet) =>
        IPNetwork.TryParse(subnet, out var network)
            ? MachineAddress.All().FirstOrDefault(own => network.Contains(own.Address)).Address?.ToString()
            : null;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Containers of the forgotten instance {ContainerInstance} could not be removed: {Reason}")]
    private static partial void LogLeftBehind(ILogger logger, string containerInstance, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting for the Docker Engine: {Reason}")]
    private static partial void LogNoDocker(ILogger logger, string reason);
}
