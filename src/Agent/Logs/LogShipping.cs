using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>Ships the output of containers whose definition says <c>awslogs</c> to CloudWatch Logs.</summary>
/// <remarks>
/// Docker keeps the output in files; the agent reads it from there and remembers how far it has come, so that an
/// outage of the log service, or the end of the agent, loses nothing that Docker still has.
/// </remarks>
internal sealed partial class LogShipping(DockerEngine docker, DockerConnection connection, SignedClient client, AgentDataDirectory directory, AgentOptions options, TimeProvider clock, ILoggerFactory loggers, CancellationToken lifetime)
{
    private readonly ConcurrentDictionary<string, Shipment> shippers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> complete = new(StringComparer.Ordinal);

    /// <summary>Begins to ship a container's output, unless that is done or not wanted, or goes on with what is under way.</summary>
    public void Ensure(TaskState task, ContainerState container)
    {
        if (container.DockerId is not { } id || complete.ContainsKey(id))
        {
            return;
        }

        if (shippers.TryGetValue(id, out var running))
        {
            running.Tell(container);
            return;
        }

        if (LogConfiguration.Of(task, container) is not { } configuration)
        {
            complete[id] = true;
            return;
        }

        var shipment = new Shipment();
        shipment.Tell(container);
        shippers[id] = shipment;
        shipment.Task = ShipAsync(id, configuration, shipment);
    }

    /// <summary>True once nothing of a stopped task's output is left to ship.</summary>
    public bool IsShipped(TaskState task) =>
        task.Containers.All(container => container is { DockerId: null } or { StartedAt: null } || complete.ContainsKey(container.DockerId));

    /// <summary>Forgets a container that is removed.</summary>
    public void Forget(string dockerId) => complete.TryRemove(dockerId, out _);

    public Task WhenStoppedAsync() => Task.WhenAll(shippers.Values.Select(shipment => shipment.Task));

    private async Task ShipAsync(string id, LogConfiguration configuration, Shipment shipment)
    {
        await Task.Yield();
        var logger = loggers.CreateLogger<LogShipping>();
        try
        {
            var position = directory.LoadLogPosition(id) ?? new LogPosition(null, 0);
            if (!position.IsComplete)
            {
                var log = new ContainerLog(id, configuration, position, docker, connection, client, directory, options, clock, logger);
                await log.ShipAsync(lifetime).ConfigureAwait(false);
                while (await shipment.GoesOnAsync(lifetime).ConfigureAwait(false))
                {
                    await log.ShipAsync(lifetime).ConfigureAwait(false);
                }

                log.Complete();
            }

            complete[id] = true;
        }
        catch (OperationCanceledException)
        {
            // The agent ends; the next one goes on from the saved position.
        }
        catch (Exception defect)
        {
            LogDefect(logger, id, defect);
            complete[id] = true;
        }
        finally
        {
            shippers.TryRemove(id, out _);
        }
    }

    /// <summary>A shipment under way, and what is known of its container, which a restart policy may start again.</summary>
    private sealed class Shipment
    {
        private readonly Lock gate = new();
        private TaskCompletionSource news = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool mayRestart;
        private int starts;
        private int shipped;

        public Task Task { get; set; } = Task.CompletedTask;

        public void Tell(ContainerState container)
        {
            lock (gate)
            {
                var may = container.Spec.RestartPolicy is { Enabled: true } && container.Known != ContainerStatus.Stopped;
                if (may == mayRestart && container.RestartCount == starts)
                {
                    return;
                }

                (mayRestart, starts) = (may, container.RestartCount);
                news.TrySetResult();
            }
        }

        /// <summary>Waits until the container runs again, or never will.</summary>
        public async Task<bool> GoesOnAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                Task next;
                lock (gate)
                {
                    if (shipped != starts)
                    {
                        shipped = starts;
                        return true;
                    }

                    if (!mayRestart)
                    {
                        return false;
                    }

                    news = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    next = news.Task;
                }

                await next.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The output of container {Container} is no longer shipped, by a defect of the agent.")]
    private static partial void LogDefect(ILogger logger, string container, Exception defect);
}
