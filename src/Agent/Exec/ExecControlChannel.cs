using System.Collections.Concurrent;
using System.Text.Json;
using Berth.Wire;
using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>
/// The connection by which the backend asks for sessions of ExecuteCommand; open only while a task allows them. Each session
/// gets a connection of its own, which outlives this one.
/// </summary>
internal sealed partial class ExecControlChannel(AgentSession session, TaskEngine engine, ExecDemand demand, DockerEngine docker, ExecProcesses processes, RoleCredentialsStore roles, TranscriptStore transcripts, TranscriptShipping shipping)
{
    private const int MostSessions = 2_000;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250), LongestRetry = TimeSpan.FromMinutes(1), ClosePatience = TimeSpan.FromSeconds(5);

    private readonly Random chance = new();
    private readonly ILogger logger = session.Loggers.CreateLogger<ExecControlChannel>();
    private readonly ConcurrentDictionary<string, Task> sessions = new(StringComparer.Ordinal);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var backoff = new Backoff(FirstRetry, LongestRetry, 1.5, chance);
        try
        {
            await processes.EndLeftoversAsync(session.Clock).ConfigureAwait(false);
            while (true)
            {
                await demand.WhenWantedAsync(cancellationToken).ConfigureAwait(false);
                try
                {
                    await ConnectAsync(backoff, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception failure)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    LogFailed(failure);
                }

                await backoff.WaitAsync(session.Clock, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await Task.WhenAll(sessions.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Uri Address(string path, params IEnumerable<KeyValuePair<string, string>> more) => SignedWebSocket.Address(
        $"{session.Options.Endpoint.ToString().TrimEnd('/')}/{path}", [new("containerInstanceArn", session.ContainerInstanceArn), .. more]);

    private async Task ConnectAsync(Backoff backoff, CancellationToken cancellationToken)
    {
        var raw = await session.Sockets.ConnectAsync(
            Address("exec"), session.Options.Credentials, session.Options.Region, session.SignatureClock, cancellationToken).ConfigureAwait(false);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var socket = new AgentSocket(raw, session.Clock, session.Inactivity(chance), AgentSession.Renewal(chance), logger);
        backoff.Reset();
        demand.Connected();
        try
        {
            var running = socket.RunAsync(
                (message, _) =>
                {
                    socket.Heard();
                    Handle(message, cancellationToken);
                    return Task.CompletedTask;
                },
                over.Token);
            await Task.WhenAny(running, demand.WhenUnwantedAsync(over.Token)).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            demand.Disconnected();
        }
    }

    private void Handle(ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.GetProperty("type").GetString() == "StartSessionMessage"
                && document.RootElement.GetProperty("message").Deserialize(AgentJson.Wire.StartSessionMessage) is { SessionId: { } id } message
                && sessions.Count < MostSessions)
            {
                sessions.GetOrAdd(id, _ => Task.Run(() => ServeAsync(id, message, cancellationToken), CancellationToken.None));
            }
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            LogFailed(malformed);
        }
    }

    private async Task ServeAsync(string id, StartSessionMessage message, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = await session.Sockets.ConnectAsync(
                Address("exec/session", [new("sessionId", id)]), session.Options.Credentials, session.Options.Region, session.SignatureClock, cancellationToken).ConfigureAwait(false);
            using var channel = new DataChannel(socket, AgentMessageType.OutputStreamData, session.Clock);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var running = channel.RunAsync(CancellationToken.None);
            var exec = new ExecSession(channel, docker, processes, id, running, session.Clock);
            string end;
            try
            {
                end = await RunAsync(exec, id, message, over.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                end = "The agent is shutting down.";
            }

            await exec.FinishAsync(end).ConfigureAwait(false);
            await running.WaitAsync(ClosePatience, session.Clock, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            LogSessionFailed(id, failure);
        }
        finally
        {
            sessions.TryRemove(id, out _);
        }
    }

    /// <summary>Runs a session's command, and sees to its transcript.</summary>
    /// <returns>What the client is told.</returns>
    private async Task<string> RunAsync(ExecSession exec, string id, StartSessionMessage message, CancellationToken cancellationToken)
    {
        if (engine.Find(message.TaskArn) is not { } task
            || task.Container(message.ContainerName) is not { Known: ContainerStatus.Running, AllowsExec: true, DockerId: { } dockerId } container)
        {
            return "The container is not running.";
        }

        var role = task.Spec.RoleCredentials?.CredentialsId is { } credentials ? roles.Find(credentials) : null;
        if (await shipping.RefusalAsync(message.Logging, role, cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        var command = message.Command ?? "";
        if (TranscriptDestination.Of(message.Logging, id, task, container) is not { } destination || transcripts.Begin(destination, role, id, command) is not var (transcript, pending))
        {
            return await exec.RunAsync(dockerId, command, transcript: null, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await exec.RunAsync(dockerId, command, transcript, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            transcripts.Finish(transcript, pending);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The control channel of ExecuteCommand is not open")]
    private partial void LogFailed(Exception reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session {Session} of ExecuteCommand failed")]
    private partial void LogSessionFailed(string session, Exception reason);
}
