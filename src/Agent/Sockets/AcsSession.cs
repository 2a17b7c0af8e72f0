using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>The backend does not know this container instance (any more): it has to register again.</summary>
internal sealed class InstanceUnknownException(string message) : Exception(message);

/// <summary>The ACS channel: the backend tells the agent what to run, and the agent acknowledges.</summary>
internal sealed partial class AcsSession(AgentSession session, TaskEngine engine, RoleCredentialsStore roles, Action localHealthCheck)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan InactiveRetry = TimeSpan.FromHours(1);
    private static readonly TimeSpan StableAfter = TimeSpan.FromMinutes(1);

    /// <summary>Manifests whose stops have not been verified yet.</summary>
    private const int MaxOpenVerifications = 16;

    private readonly Random chance = new();
    private readonly ILogger logger = session.Loggers.CreateLogger<AcsSession>();
    private ImmutableDictionary<string, ImmutableHashSet<string>> verifications = ImmutableDictionary<string, ImmutableHashSet<string>>.Empty;
    private bool connectedBefore;

    /// <exception cref="InstanceUnknownException">The backend has forgotten the instance.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var backoff = new Backoff(FirstRetry, LongestRetry, 1.5, chance);
        while (true)
        {
            var opened = session.Clock.GetTimestamp();
            var end = SocketEnd.Failed;
            try
            {
                end = await ConnectAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (UpgradeRefusedException refusal) when (refusal.Type == "InactiveInstanceException")
            {
                LogInactive(refusal.Message);
                await Task.Delay(InactiveRetry, session.Clock, cancellationToken).ConfigureAwait(false);
            }
            catch (UpgradeRefusedException refusal) when (refusal.Type == "InvalidInstanceException")
            {
                throw new InstanceUnknownException(refusal.Message);
            }
            catch (Exception failure)
            {
                cancellationToken.ThrowIfCancellationRequested();
                LogFailed(failure.GetBaseException().Message);
            }

            if (end == SocketEnd.Orderly || session.Clock.GetElapsedTime(opened) > StableAfter)
            {
                backoff.Reset();
            }

            if (end != SocketEnd.Orderly)
            {
                await backoff.WaitAsync(session.Clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<SocketEnd> ConnectAsync(CancellationToken cancellationToken)
    {
        var endpoint = (await session.Endpoints.GetAsync(cancellationToken).ConfigureAwait(false)).Endpoint
            ?? throw new HttpRequestException("DiscoverPollEndpoint named no endpoint.");
        var address = SignedWebSocket.Address(endpoint,
        [
            new("agentHash", AgentBuild.Hash),
            new("agentVersion", AgentBuild.Version),
            new("clusterArn", session.Cluster),
            new("containerInstanceArn", session.ContainerInstanceArn),
            new("dockerVersion", $"DockerVersion: {session.DockerVersion}"),
            new("protocolVersion", "2"),
            new("sendCredentials", connectedBefore ? "false" : "true"),
            new("seqNum", "1"),
        ]);
        var raw = await session.Sockets.ConnectAsync(address, session.Options.Credentials, session.Options.Region, session.SignatureClock, cancellationToken).ConfigureAwait(false);
        using var socket = new AgentSocket(raw, session.Clock, session.Inactivity(chance), AgentSession.Renewal(chance), logger);
        connectedBefore = true;
        LogConnected();
        return await socket.RunAsync((message, token) => HandleAsync(socket, message, token), cancellationToken).ConfigureAwait(false);
    }

    private async Task HandleAsync(AgentSocket socket, ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (!document.RootElement.TryGetProperty("type", out var type) || !document.RootElement.TryGetProperty("message", out var message))
            {
                return;
            }

            socket.Heard();
            await HandleAsync(socket, type.GetString(), message, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            LogMalformed(malformed.Message);
        }
    }

    private Task HandleAsync(AgentSocket socket, string? type, JsonElement message, CancellationToken cancellationToken) => type switch
    {
        "HeartbeatMessage" => HeartbeatAsync(socket, Read(message, AgentJson.Wire.HeartbeatMessage), cancellationToken),
        "PayloadMessage" => PayloadAsync(socket, Read(message, AgentJson.Wire.PayloadMessage), cancellationToken),
        "IAMRoleCredentialsMessage" => CredentialsAsync(socket, Read(message, AgentJson.Wire.IamRoleCredentialsMessage), cancellationToken),
        "TaskManifestMessage" => ManifestAsync(socket, Read(message, AgentJson.Wire.TaskManifestMessage), cancellationToken),
        "TaskStopVerificationAck" => VerifiedAsync(Read(message, AgentJson.Wire.TaskStopVerificationAck)),
        "StageUpdateMessage" or "PerformUpdateMessage" => RefuseUpdateAsync(socket, Read(message, AgentJson.Wire.AcknowledgeableMessage), cancellationToken),
        "AttachTaskNetworkInterfacesMessage" or "AttachInstanceNetworkInterfacesMessage" => AcknowledgeAsync(socket, Read(message, AgentJson.Wire.AcknowledgeableMessage), cancellationToken),
        _ => Ignore(type),
    };

    private Task Ignore(string? type)
    {
        LogIgnored(type);
        return Task.CompletedTask;
    }

    private async Task HeartbeatAsync(AgentSocket socket, HeartbeatMessage heartbeat, CancellationToken cancellationToken)
    {
        if (heartbeat.MessageId is { } id)
        {
            await SendAsync(socket, "HeartbeatAckRequest", new HeartbeatAckRequest(id), AgentJson.Wire.HeartbeatAckRequest, cancellationToken).ConfigureAwait(false);
        }

        localHealthCheck();
    }

    private Task PayloadAsync(AgentSocket socket, PayloadMessage payload, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(payload.MessageId) || string.IsNullOrEmpty(payload.ClusterArn) || string.IsNullOrEmpty(payload.ContainerInstanceArn) || payload.Tasks is null)
        {
            LogMalformed("a payload needs messageId, clusterArn, containerInstanceArn and tasks");
            return Task.CompletedTask;
        }

        session.SawTimeline(payload.SeqNum ?? 0);
        var tasks = payload.Tasks.Select(task => task.Clone()).ToList();

        // Accepting begins the tasks at once; only the acknowledgement waits for the disk, and nothing waits for it.
        var accepted = engine.AcceptAsync(tasks);
        _ = AcknowledgeAsync();
        return Task.CompletedTask;

        async Task AcknowledgeAsync()
        {
            try
            {
                var whole = await accepted.ConfigureAwait(false);
                foreach (var credentials in tasks.Select(Roles).SelectMany(role => role))
                {
                    await SendAsync(socket, "IAMRoleCredentialsAckRequest", new IamRoleCredentialsAckRequest(payload.MessageId, credentials.CredentialsId, credentials.Expiration), AgentJson.Wire.IamRoleCredentialsAckRequest, cancellationToken).ConfigureAwait(false);
                }

                if (whole)
                {
                    await SendAsync(socket, "AckRequest", new AckRequest(payload.ClusterArn, payload.ContainerInstanceArn, payload.MessageId), AgentJson.Wire.AckRequest, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException or System.Net.WebSockets.WebSocketException or ObjectDisposedException)
            {
                // Not acknowledged, so it comes again.
                LogNotAcknowledged(payload.MessageId, failure.Message);
            }
        }
    }

    private static IEnumerable<RoleCredentials> Roles(JsonElement task)
    {
        foreach (var name in new[] { "executionRoleCredentials", "roleCredentials" })
        {
            if (task.ValueKind == JsonValueKind.Object && task.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Object)
            {
                yield return Read(member, AgentJson.Wire.RoleCredentials);
            }
        }
    }

    private async Task CredentialsAsync(AgentSocket socket, IamRoleCredentialsMessage message, CancellationToken cancellationToken)
    {
        if (message.MessageId is { } id && message.RoleCredentials is { } credentials && message.TaskArn is { } task && engine.Knows(task))
        {
            roles.Put(credentials);
            await SendAsync(socket, "IAMRoleCredentialsAckRequest", new IamRoleCredentialsAckRequest(id, credentials.CredentialsId, credentials.Expiration), AgentJson.Wire.IamRoleCredentialsAckRequest, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ManifestAsync(AgentSocket socket, TaskManifestMessage manifest, CancellationToken cancellationToken)
    {
        if (manifest is not { MessageId: { } id, Timeline: { } timeline, Tasks: { } wanted } || timeline <= session.Timeline)
        {
            return;
        }

        session.SawTimeline(timeline);
        await SendAsync(socket, "AckRequest", new AckRequest(manifest.ClusterArn, manifest.ContainerInstanceArn, id), AgentJson.Wire.AckRequest, cancellationToken).ConfigureAwait(false);
        var running = wanted.Where(task => task.DesiredStatus == "RUNNING").Select(task => task.TaskArn).ToHashSet(StringComparer.Ordinal);
        var candidates = engine.Tasks.Where(task => !task.IsStopping && task.Containers.Length > 0 && !running.Contains(task.Arn))
            .Select(task => new TaskIdentifier(task.Arn, task.Spec.TaskClusterArn, "STOPPED"))
            .ToList();
        if (candidates.Count == 0)
        {
            return;
        }

        verifications = (verifications.Count < MaxOpenVerifications ? verifications : verifications.Clear())
            .SetItem(id, [.. candidates.Select(candidate => candidate.TaskArn!)]);
        await SendAsync(socket, "TaskStopVerificationMessage", new TaskStopVerificationMessage(id, candidates), AgentJson.Wire.TaskStopVerificationMessage, cancellationToken).ConfigureAwait(false);
    }

    private async Task VerifiedAsync(TaskStopVerificationAck verified)
    {
        if (verified.MessageId is not { } id || !verifications.TryGetValue(id, out var candidates))
        {
            return;
        }

        verifications = verifications.Remove(id);
        foreach (var task in (verified.StopTasks ?? []).Select(task => task.TaskArn).OfType<string>().Where(candidates.Contains))
        {
            await engine.StopAsync(task).ConfigureAwait(false);
        }
    }

    private static async Task RefuseUpdateAsync(AgentSocket socket, AcknowledgeableMessage message, CancellationToken cancellationToken)
    {
        if (message.MessageId is { } id)
        {
            await SendAsync(socket, "NackRequest", new NackRequest(message.ClusterArn, message.ContainerInstanceArn, id, "Updates are disabled"), AgentJson.Wire.NackRequest, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task AcknowledgeAsync(AgentSocket socket, AcknowledgeableMessage message, CancellationToken cancellationToken)
    {
        if (message.MessageId is { } id)
        {
            await SendAsync(socket, "AckRequest", new AckRequest(message.ClusterArn, message.ContainerInstanceArn, id), AgentJson.Wire.AckRequest, cancellationToken).ConfigureAwait(false);
        }
    }

    private static T Read<T>(JsonElement message, JsonTypeInfo<T> type) => message.Deserialize(type) ?? throw new JsonException("null where a message is wanted");

    private static Task SendAsync<T>(AgentSocket socket, string type, T message, JsonTypeInfo<T> messageType, CancellationToken cancellationToken) =>
        socket.SendAsync(Envelope.Write(type, message, messageType), cancellationToken);

    [LoggerMessage(Level = LogLevel.Information, Message = "Connected: waiting for tasks.")]
    private partial void LogConnected();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection to the backend failed: {Reason}")]
    private partial void LogFailed(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The container instance was deregistered, so the agent looks again only in an hour: {Reason}")]
    private partial void LogInactive(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message of the backend cannot be understood and is dropped: {Reason}")]
    private partial void LogMalformed(string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A message of type {Type} is not handled.")]
    private partial void LogIgnored(string? type);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Payload {MessageId} could not be acknowledged: {Reason}")]
    private partial void LogNotAcknowledged(string messageId, string reason);
}
