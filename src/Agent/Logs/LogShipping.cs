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
    private readonly ConcurrentDictionary<string, Task> shippers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> complete = new(StringComparer.Ordinal);

    /// <summary>Begins to ship a container's output, unless that is under way, done, or not wanted.</summary>
    public void Ensure(TaskState task, ContainerState container)
    {
        if (container.DockerId is not { } id || complete.ContainsKey(id) || shippers.ContainsKey(id))
        {
            return;
        }

        if (LogConfiguration.Of(task, container) is not { } configuration)
        {
            complete[id] = true;
            return;
        }

        shippers[id] = ShipAsync(id, configuration);
    }

    /// <summary>True once nothing of a stopped task's output is left to ship.</summary>
    public bool IsShipped(TaskState task) =>
        task.Containers.All(container => container is { DockerId: null } or { StartedAt: null } || complete.ContainsKey(container.DockerId));

    /// <summary>Forgets a container that is removed.</summary>
    public void Forget(string dockerId) => complete.TryRemove(dockerId, out _);

    public Task WhenStoppedAsync() => Task.WhenAll(shippers.Values);

    private async Task ShipAsync(string id, LogConfiguration configuration)
    {
        await Task.Yield();
        var logger = loggers.CreateLogger<LogShipping>();
        try
        {
            var position = directory.LoadLogPosition(id) ?? new LogPosition(null, 0);
            if (!position.IsComplete)
            {
                await new ContainerLog(id, configuration, position, docker, connection, client, directory, options, clock, logger).ShipAsync(lifetime).ConfigureAwait(false);
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

    [LoggerMessage(Level = LogLevel.Error, Message = "The output of container {Container} is no longer shipped, by a defect of the agent.")]
    private static partial void LogDefect(ILogger logger, string container, Exception defect);
}
