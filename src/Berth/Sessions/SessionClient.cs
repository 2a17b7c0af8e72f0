using System.Buffers.Binary;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Berth.Wire;

namespace Berth.Host;

/// <summary>What ExecuteCommand answered.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="StreamUrl">Where it is opened.</param>
/// <param name="Token">What opens it, once.</param>
internal sealed record OpenSession(string SessionId, Uri StreamUrl, string Token);

/// <summary>The client's end of a session: input to the command, its output and its exit code back.</summary>
internal sealed class SessionClient(OpenSession session, bool terminal, Stream input, Stream output, Stream errors, TimeProvider clock)
{
    private const string ClientVersion = "1.2.0.0";
    private const int InputBytes = 1024, Failed = 1;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private int? exitCode;

    /// <summary>Runs until the command ends, the connection breaks or the call is cancelled.</summary>
    /// <returns>The command's exit code, and what else there is to say.</returns>
    internal async Task<(int ExitCode, string? Said)> RunAsync(CancellationToken cancellationToken)
    {
        using var socket = new ClientWebSocket();
        socket.Options.Proxy = null;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            using (var limit = new CancellationTokenSource(Patience, clock))
            using (var opening = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token))
            {
                await socket.ConnectAsync(session.StreamUrl, opening.Token).ConfigureAwait(false);
                var first = new OpenDataChannelInput
                {
                    MessageSchemaVersion = "1.0",
                    RequestId = Guid.NewGuid().ToString(),
                    TokenValue = session.Token,
                    ClientId = Guid.NewGuid().ToString(),
                    ClientVersion = ClientVersion,
                };
                await socket.SendAsync(
                    JsonSerializer.SerializeToUtf8Bytes(first, SessionJson.Default.OpenDataChannelInput), WebSocketMessageType.Text, endOfMessage: true, opening.Token).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return (Failed, $"The session cannot be opened: {failure.GetBaseException().Message}");
        }

        using var channel = new DataChannel(socket, AgentMessageType.InputStreamData, clock);
        var running = channel.RunAsync(over.Token);
        await ReceiveAsync(channel, over.Token).ConfigureAwait(false);
        var end = await running.ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        await channel.CloseAsync().ConfigureAwait(false);
        return (exitCode ?? Failed, end switch
        {
            { IsClosed: true, Output.Length: > 0 } => end.Output,
            { IsClosed: true } => exitCode is null ? "The session has ended." : null,
            _ => "The connection was lost.",
        });
    }

    private async Task ReceiveAsync(DataChannel channel, CancellationToken cancellationToken)
    {
        await foreach (var message in channel.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            switch (message.PayloadType)
            {
                case PayloadType.Output:
                    await output.WriteAsync(message.Payload, cancellationToken).ConfigureAwait(false);
                    await output.FlushAsync(cancellationToken).ConfigureAwait(false);
                    break;
                case PayloadType.StandardError:
                    await errors.WriteAsync(message.Payload, cancellationToken).ConfigureAwait(false);
                    await errors.FlushAsync(cancellationToken).ConfigureAwait(false);
                    break;
                case PayloadType.ExitCode when int.TryParse(message.Payload.Span, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code):
                    exitCode = code;
                    break;
                case PayloadType.HandshakeRequest:
                    await AnswerAsync(channel, message, cancellationToken).ConfigureAwait(false);
                    break;
                case PayloadType.HandshakeComplete:
                    _ = TypeAsync(channel, cancellationToken);     // Ends with the session; a terminal's read cannot be called off.
                    break;
            }
        }
    }

    private async Task AnswerAsync(DataChannel channel, AgentMessage message, CancellationToken cancellationToken)
    {
        var request = JsonSerializer.Deserialize(message.Payload.Span, SessionJson.Default.HandshakeRequest);
        var response = new HandshakeResponse
        {
            ClientVersion = ClientVersion,
            ProcessedClientActions = [.. (request?.RequestedClientActions ?? []).Select(action => new ProcessedClientAction(action.ActionType, action.ActionType == "SessionType" ? 1 : 3))],
            Errors = [],
            Berth = new(terminal),
        };
        await channel.SendAsync(PayloadType.HandshakeResponse, JsonSerializer.SerializeToUtf8Bytes(response, SessionJson.Default.HandshakeResponse), cancellationToken).ConfigureAwait(false);
        if (terminal)
        {
            await SendSizeAsync(channel, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task SendSizeAsync(DataChannel channel, CancellationToken cancellationToken)
    {
        if (Terminal.Size is { } size)
        {
            await channel.SendAsync(PayloadType.Size, JsonSerializer.SerializeToUtf8Bytes(size, SessionJson.Default.TerminalSize), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TypeAsync(DataChannel channel, CancellationToken cancellationToken)
    {
        using var resized = terminal && !OperatingSystem.IsWindows()
            ? System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGWINCH, _ => Task.Run(() => SendSizeAsync(channel, cancellationToken)))
            : null;
        try
        {
            while (true)
            {
                var buffer = new byte[InputBytes];
                var bytes = await input.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (bytes == 0)
                {
                    break;
                }

                await channel.SendAsync(PayloadType.Output, buffer.AsMemory(0, bytes), cancellationToken).ConfigureAwait(false);
            }

            var flag = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(flag, (int)SessionFlag.EndOfInput);
            await channel.SendAsync(PayloadType.Flag, flag, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception over) when (over is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            // So is the session.
        }
    }

    /// <summary>The words as one text that a shell, and the agent, takes apart into the same words.</summary>
    internal static string Join(IEnumerable<string> words) => string.Join(' ', words.Select(word =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./=:,@%+".Contains(letter, StringComparison.Ordinal))
            ? word
            : new StringBuilder("'").Append(word.Replace("'", "'\\''", StringComparison.Ordinal)).Append('\'').ToString()));
}
