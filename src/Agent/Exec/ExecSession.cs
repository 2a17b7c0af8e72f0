using System.Buffers.Binary;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using Berth.Wire;

namespace Berth.Agent;

/// <summary>
/// One session: a command in a container on the one side, a client on the other. It ends with the command, with the client,
/// or when nothing has happened for too long; the command never outlives it.
/// </summary>
/// <remarks>A command that does not read its input holds the reading of the channel up, so its end is told apart.</remarks>
internal sealed class ExecSession(DataChannel channel, DockerEngine docker, ExecProcesses processes, string sessionId, Task channelEnd, TimeProvider clock)
{
    /// <summary>As the public agent counts: clients ask it what they may say.</summary>
    private const string AgentVersion = "3.3.0.0";

    private const int OutputBytes = 4096, Killed = 137;
    private static readonly TimeSpan HandshakePatience = TimeSpan.FromSeconds(15), SizePatience = TimeSpan.FromMilliseconds(700), FlushPatience = TimeSpan.FromSeconds(10), StopPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(20), LongestSilence = TimeSpan.FromMinutes(5), WatchInterval = TimeSpan.FromSeconds(5);

    private TerminalSize? size;

    /// <summary>Runs the command to the end of the session.</summary>
    /// <param name="containerId">The container.</param>
    /// <param name="command">The command, as the caller wrote it.</param>
    /// <param name="transcript">Is given what the command shows; null where nobody wants it.</param>
    /// <param name="cancellationToken">Ends the session.</param>
    /// <returns>What the client is told; empty when the command has ended by itself.</returns>
    public async Task<string> RunAsync(string containerId, string command, Transcript? transcript, CancellationToken cancellationToken)
    {
        if (await ShakeHandsAsync(cancellationToken).ConfigureAwait(false) is not { } client)
        {
            return "The client did not answer the handshake.";
        }

        var terminal = client.Berth?.Terminal ?? true;
        try
        {
            if (CommandWords.Split(command) is not { Count: > 0 } words)
            {
                return "The command is empty.";
            }

            if (terminal)
            {
                await WaitForSizeAsync(cancellationToken).ConfigureAwait(false);
            }

            var id = await docker.CreateExecAsync(containerId, words, terminal, cancellationToken).ConfigureAwait(false);
            processes.Begin(id, containerId);
            try
            {
                return await RunAsync(id, terminal, tellExitCode: client.Berth is not null, containerId, transcript, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                await processes.EndAsync(id, containerId, clock).ConfigureAwait(false);
            }
        }
        catch (Exception refusal) when (refusal is FormatException or DockerException or DockerUnreachableException or IOException)
        {
            return $"Unable to start command: {refusal.Message}";
        }
    }

    private async Task<HandshakeResponse?> ShakeHandsAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var alarm = clock.CreateTimer(static limit => ((CancellationTokenSource)limit!).Cancel(), limit, HandshakePatience, Timeout.InfiniteTimeSpan).ConfigureAwait(false);
        await SendAsync(
            PayloadType.HandshakeRequest,
            new HandshakeRequest { AgentVersion = AgentVersion, RequestedClientActions = [new("SessionType", new("InteractiveCommands"))] },
            SessionJson.Default.HandshakeRequest,
            cancellationToken).ConfigureAwait(false);
        try
        {
            await foreach (var message in channel.ReadAllAsync(limit.Token).ConfigureAwait(false))
            {
                if (message.PayloadType == PayloadType.Size)
                {
                    TakeSize(message);
                }
                else if (message.PayloadType == PayloadType.HandshakeResponse && Read(message, SessionJson.Default.HandshakeResponse) is { } response)
                {
                    var complete = new HandshakeComplete { HandshakeTimeToComplete = (long)clock.GetElapsedTime(began).TotalNanoseconds };
                    await SendAsync(PayloadType.HandshakeComplete, complete, SessionJson.Default.HandshakeComplete, cancellationToken).ConfigureAwait(false);
                    return response;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Too late.
        }

        return null;
    }

    /// <summary>Clients tell their window's size right after the handshake: a command that asks for it at once should get it.</summary>
    private async Task WaitForSizeAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var alarm = clock.CreateTimer(static limit => ((CancellationTokenSource)limit!).Cancel(), limit, SizePatience, Timeout.InfiniteTimeSpan).ConfigureAwait(false);
        try
        {
            while (size is null && await channel.WaitToReadAsync(limit.Token).ConfigureAwait(false)
                && channel.TryPeek(out var next) && next.PayloadType == PayloadType.Size && channel.TryRead(out next))
            {
                TakeSize(next);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Without one, then.
        }
    }

    private async Task<string> RunAsync(string id, bool terminal, bool tellExitCode, string containerId, Transcript? transcript, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var resizing = size is null ? Task.CompletedTask : ResizeAsync(id, over.Token);     // Before the start: the engine holds it until then.
        using var exec = await docker.StartExecAsync(id, terminal, cancellationToken).ConfigureAwait(false);
        var output = ShowAsync(exec, transcript, over.Token);
        var input = TypeAsync(id, exec, over.Token);
        var watch = WatchAsync(over.Token);
        var first = await Task.WhenAny(output, input, watch, channelEnd).ConfigureAwait(false);
        var (end, exitCode) = ("", (int?)null);
        if (first == output && output.IsCompletedSuccessfully)
        {
            exitCode = (await docker.InspectExecAsync(id, cancellationToken).ConfigureAwait(false))?.ExitCode;
            if (tellExitCode && exitCode is { } code)
            {
                await channel.SendAsync(PayloadType.ExitCode, System.Text.Encoding.ASCII.GetBytes(code.ToString(CultureInfo.InvariantCulture)), cancellationToken).ConfigureAwait(false);
            }

            end = exitCode == Killed && await StopsAsync(containerId, cancellationToken).ConfigureAwait(false) ? "The container has stopped." : "";
        }
        else if (first == watch && watch.IsCompletedSuccessfully)
        {
            end = await watch.ConfigureAwait(false);
        }

        await over.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(output, input, watch, resizing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        transcript?.End(exitCode);
        return end;
    }

    /// <summary>Whether a command was killed because its container ends: commands go first.</summary>
    private async Task<bool> StopsAsync(string containerId, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var alarm = clock.CreateTimer(static limit => ((CancellationTokenSource)limit!).Cancel(), limit, StopPatience, Timeout.InfiniteTimeSpan).ConfigureAwait(false);
        try
        {
            await docker.WhenStoppedAsync(containerId, limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Output to the client, as fast as it acknowledges, and to the transcript.</summary>
    private async Task ShowAsync(DockerExecStream exec, Transcript? transcript, CancellationToken cancellationToken)
    {
        while (true)
        {
            var buffer = new byte[OutputBytes];
            var (bytes, isError) = await exec.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (bytes == 0)
            {
                return;
            }

            transcript?.Write(buffer.AsSpan(0, bytes));
            await channel.SendAsync(isError ? PayloadType.StandardError : PayloadType.Output, buffer.AsMemory(0, bytes), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Input to the command; ends when the client wants the session to end, or is gone.</summary>
    private async Task TypeAsync(string id, DockerExecStream exec, CancellationToken cancellationToken)
    {
        await foreach (var message in channel.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            switch (message.PayloadType)
            {
                case PayloadType.Output:
                    try
                    {
                        await exec.WriteAsync(message.Payload, cancellationToken).ConfigureAwait(false);
                    }
                    catch (IOException)
                    {
                        // The command has closed its input, but may have more to show.
                    }

                    break;
                case PayloadType.Size when TakeSize(message):
                    await ResizeAsync(id, cancellationToken).ConfigureAwait(false);
                    break;
                case PayloadType.Flag when message.Payload.Length == 4:
                    switch ((SessionFlag)BinaryPrimitives.ReadInt32BigEndian(message.Payload.Span))
                    {
                        case SessionFlag.TerminateSession:
                            return;
                        case SessionFlag.EndOfInput:
                            exec.EndInput();
                            break;
                    }

                    break;
            }
        }
    }

    /// <returns>Why the session cannot go on.</returns>
    private async Task<string> WatchAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(WatchInterval, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            if (channel.Idle >= LongestIdle)
            {
                return $"Session: {sessionId} timed out.";
            }

            if (channel.Silence >= LongestSilence)
            {
                return "The client does not answer.";
            }
        }

        return "";
    }

    private async Task ResizeAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await docker.ResizeExecAsync(id, size!.Cols, size.Rows, cancellationToken).ConfigureAwait(false);     // Only called with one.
        }
        catch (Exception missed) when (missed is DockerException or DockerUnreachableException)
        {
            // The command has ended, or never started.
        }
    }

    /// <summary>Waits until the client has all that was sent, tells it that the session is over and closes.</summary>
    public async Task FinishAsync(string end)
    {
        try
        {
            using var limit = new CancellationTokenSource(FlushPatience, clock);
            await channel.WhenArrivedAsync(limit.Token).ConfigureAwait(false);
            await channel.TellClosedAsync(sessionId, end, limit.Token).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // There is nobody to tell.
        }

        await channel.CloseAsync().ConfigureAwait(false);
    }

    private bool TakeSize(AgentMessage message)
    {
        if (Read(message, SessionJson.Default.TerminalSize) is not { IsPossible: true } told)
        {
            return false;
        }

        size = told;
        return true;
    }

    private Task SendAsync<T>(PayloadType type, T content, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> json, CancellationToken cancellationToken) =>
        channel.SendAsync(type, JsonSerializer.SerializeToUtf8Bytes(content, json), cancellationToken);

    private static T? Read<T>(AgentMessage message, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> json)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(message.Payload.Span, json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
