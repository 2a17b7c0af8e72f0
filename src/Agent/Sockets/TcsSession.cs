using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Berth.Wire;
using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>The TCS channel: the agent publishes metrics, health and the instance's own status.</summary>
internal sealed partial class TcsSession(AgentSession session, TaskEngine engine, DockerConnection docker, ContainerStatistics statistics)
{
    /// <summary>Tasks in one message; more go out in parts.</summary>
    private const int MaxTasksInMessage = 10;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StableAfter = TimeSpan.FromMinutes(1);

    private readonly Random chance = new();
    private readonly ILogger logger = session.Loggers.CreateLogger<TcsSession>();
    private DateTimeOffset? healthChecked;
    private DateTimeOffset? publishedChange;

    /// <summary>Checks the container runtime; the result goes out with the next publication.</summary>
    public void CheckHealth() => healthChecked = session.Clock.GetUtcNow();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var backoff = new Backoff(FirstRetry, LongestRetry, 2, chance);
        while (true)
        {
            var opened = session.Clock.GetTimestamp();
            var end = SocketEnd.Failed;
            try
            {
                end = await ConnectAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                cancellationToken.ThrowIfCancellationRequested();
                LogFailed(failure.Message);
            }

            if (session.Clock.GetElapsedTime(opened) > StableAfter)
            {
                backoff.Reset();
            }

            // Unlike tasks, telemetry can wait a second; a backend that keeps closing is not stormed.
            if (end != SocketEnd.Orderly || session.Clock.GetElapsedTime(opened) < FirstRetry)
            {
                await backoff.WaitAsync(session.Clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<SocketEnd> ConnectAsync(CancellationToken cancellationToken)
    {
        var endpoint = (await session.Endpoints.GetAsync(cancellationToken).ConfigureAwait(false)).TelemetryEndpoint
            ?? throw new HttpRequestException("DiscoverPollEndpoint named no telemetry endpoint.");
        var address = SignedWebSocket.Address(endpoint,
        [
            new("agentHash", AgentBuild.Hash),
            new("agentVersion", AgentBuild.Version),
            new("cluster", session.Cluster),
            new("containerInstance", session.ContainerInstanceArn),
            new("dockerVersion", session.DockerVersion),
        ]);
        var raw = await session.Sockets.ConnectAsync(address, session.Options.Credentials, session.Options.Region, session.SignatureClock, cancellationToken).ConfigureAwait(false);
        using var socket = new AgentSocket(raw, session.Clock, session.Inactivity(chance), AgentSession.Renewal(chance), logger);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var publishing = PublishAsync(socket, address, over.Token);
        try
        {
            return await socket.RunAsync((message, _) => Take(socket, message), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Heartbeats and the three acknowledgements keep the connection; nothing else is expected.</summary>
    private Task Take(AgentSocket socket, ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            switch (document.RootElement.GetProperty("type").GetString())
            {
                case "HeartbeatMessage" or "AckPublishMetric" or "AckPublishHealth" or "AckPublishInstanceStatus":
                    socket.Heard();
                    break;
                case var other:
                    LogIgnored(other);
                    break;
            }
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            LogIgnored(malformed.Message);
        }

        return Task.CompletedTask;
    }

    private async Task PublishAsync(AgentSocket socket, Uri address, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(session.Options.TelemetryInterval, session.Clock);
        try
        {
            do
            {
                var tasks = engine.Tasks.Where(task => task.Known != EcsTaskStatus.Stopped).ToList();
                await PublishMetricsAsync(socket, address, tasks, cancellationToken).ConfigureAwait(false);
                await PublishHealthAsync(socket, address, tasks, cancellationToken).ConfigureAwait(false);
                await PublishStatusAsync(socket, address, cancellationToken).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception broken) when (broken is WebSocketException or IOException or ObjectDisposedException)
        {
            // The reading side notices too, and opens the connection again.
            LogFailed(broken.Message);
        }
    }

    private async Task PublishMetricsAsync(AgentSocket socket, Uri address, List<TaskState> tasks, CancellationToken cancellationToken)
    {
        var metrics = docker.IsUp ? await statistics.SampleAsync(tasks, cancellationToken).ConfigureAwait(false) : [];
        var id = Guid.NewGuid().ToString();
        if (metrics.Count == 0)
        {
            await SendAsync(socket, address, "PublishMetricsRequest", new(Metadata(id, tasks.Count == 0, fin: true), null, Now), AgentJson.Wire.PublishMetricsRequest, cancellationToken).ConfigureAwait(false);
            return;
        }

        for (var from = 0; from < metrics.Count; from += MaxTasksInMessage)
        {
            var part = metrics.Skip(from).Take(MaxTasksInMessage).ToList();
            var isLast = from + MaxTasksInMessage >= metrics.Count;
            await SendAsync(socket, address, "PublishMetricsRequest", new(Metadata(id, idle: false, isLast), part, Now), AgentJson.Wire.PublishMetricsRequest, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task PublishHealthAsync(AgentSocket socket, Uri address, List<TaskState> tasks, CancellationToken cancellationToken)
    {
        var known = tasks
            .Select(task => new TaskHealth(task.Arn, task.Spec.Family, task.Spec.Version,
                [.. task.Containers
                    .Where(container => container is { Known: ContainerStatus.Running, Health.Status: not HealthStatus.Unknown, Health: not null })
                    .Select(container => new ContainerHealthMetric(container.Name, container.Health!.Status, container.Health.Since))])) // Filtered just before.
            .Where(task => task.Containers.Count > 0)
            .ToList();
        var id = Guid.NewGuid().ToString();
        for (var from = 0; from < known.Count; from += MaxTasksInMessage)
        {
            var part = known.Skip(from).Take(MaxTasksInMessage).ToList();
            await SendAsync(socket, address, "PublishHealthRequest", new(Metadata(id, idle: null, from + MaxTasksInMessage >= known.Count), part, Now), AgentJson.Wire.PublishHealthRequest, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task PublishStatusAsync(AgentSocket socket, Uri address, CancellationToken cancellationToken)
    {
        var change = docker.LastChange;
        if (healthChecked is null && change == publishedChange)
        {
            return;
        }

        var status = new InstanceStatus("ContainerRuntime", docker.IsUp ? "OK" : "IMPAIRED", healthChecked ?? Now, change);
        (healthChecked, publishedChange) = (null, change);
        await SendAsync(socket, address, "PublishInstanceStatusRequest", new(new(session.Cluster, session.ContainerInstanceArn, Guid.NewGuid().ToString()), [status], Now), AgentJson.Wire.PublishInstanceStatusRequest, cancellationToken).ConfigureAwait(false);
    }

    private DateTimeOffset Now => session.Clock.GetUtcNow();

    private MetricsMetadata Metadata(string id, bool? idle, bool fin) => new()
    {
        Cluster = session.Cluster,
        ContainerInstance = session.ContainerInstanceArn,
        MessageId = id,
        Idle = idle,
        Fin = fin,
    };

    /// <summary>A frame of this channel: the headers that sign it, a blank line, the message.</summary>
    private Task SendAsync<T>(AgentSocket socket, Uri address, string type, T message, JsonTypeInfo<T> messageType, CancellationToken cancellationToken)
    {
        var body = Envelope.Write(type, message, messageType);
        var head = new StringBuilder();
        foreach (var (name, value) in SigV4.SignHeaders(session.Options.Credentials, session.Options.Region, "ecs", "GET", address, [], body.Span, session.SignatureClock.Now)
            .Append(new("Host", address.Authority)).OrderBy(header => header.Key, StringComparer.Ordinal))
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        head.Append("\r\n");
        return socket.SendAsync((byte[])[.. Encoding.ASCII.GetBytes(head.ToString()), .. body.Span], cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Telemetry cannot be sent: {Reason}")]
    private partial void LogFailed(string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A telemetry message is not handled: {What}")]
    private partial void LogIgnored(string? what);
}
