using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace Berth.Agent.Tests;

/// <summary>
/// A door before the engine's socket that can be shut: to the agent, the engine is gone. It may also hold requests back,
/// as an engine that hangs, or answer them with an error.
/// </summary>
public sealed class EngineGate : IAsyncDisposable
{
    private readonly List<Socket> open = [];
    private readonly Lock gate = new();
    private Socket? listener;
    private string? held;
    private volatile string? failing;
    private TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EngineGate() => Open();

    public string Address => $"unix://{SocketPath}";

    private string SocketPath { get; } = Path.Combine(Path.GetTempPath(), $"berth-gate-{Guid.NewGuid():N}.sock");

    public void Open()
    {
        var opened = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        opened.Bind(new UnixDomainSocketEndPoint(SocketPath));
        opened.Listen();
        listener = opened;
        _ = AcceptAsync(opened);
    }

    /// <summary>The first lines of the requests that have been answered with an error.</summary>
    public ConcurrentQueue<string> Failed { get; } = [];

    /// <summary>Holds back requests whose first line contains a text, until they are released.</summary>
    public void Hold(string text)
    {
        lock (gate)
        {
            (held, released) = (text, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
    }

    /// <summary>Answers requests whose first line contains a text with 500.</summary>
    public void Fail(string text) => failing = text;

    /// <summary>Lets everything through again; what was held back reaches the engine now.</summary>
    public void Release()
    {
        lock (gate)
        {
            (held, failing) = (null, null);
            released.TrySetResult();
        }
    }

    public void Shut()
    {
        listener?.Dispose();
        File.Delete(SocketPath);
        lock (gate)
        {
            open.ForEach(socket => socket.Dispose());
            open.Clear();
        }
    }

    public ValueTask DisposeAsync()
    {
        Shut();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync(Socket from)
    {
        try
        {
            while (true)
            {
                var client = await from.AcceptAsync();
                var engine = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await engine.ConnectAsync(new UnixDomainSocketEndPoint("/var/run/docker.sock"));
                lock (gate)
                {
                    open.AddRange([client, engine]);
                }

                _ = PumpAsync(client, engine, PassesAsync);
                _ = PumpAsync(engine, client, (_, _) => Task.FromResult(true));
            }
        }
        catch (Exception shut) when (shut is SocketException or ObjectDisposedException)
        {
            // Shut.
        }
    }

    private async Task<bool> PassesAsync(Socket client, ReadOnlyMemory<byte> chunk)
    {
        // The agent sends a request's head in one piece.
        var line = Encoding.ASCII.GetString(chunk.Span[..Math.Max(0, chunk.Span.IndexOf((byte)'\r'))]);
        Task? until = null;
        lock (gate)
        {
            if (held is not null && line.Contains(held, StringComparison.Ordinal))
            {
                until = released.Task;
            }
        }

        if (until is not null)
        {
            await until;
        }

        if (failing is not { } text || !line.Contains(text, StringComparison.Ordinal))
        {
            return true;
        }

        Failed.Enqueue(line);
        await client.SendAsync("HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nContent-Length: 21\r\n\r\n{\"message\":\"trouble\"}"u8.ToArray());
        return false;
    }

    private static async Task PumpAsync(Socket from, Socket to, Func<Socket, ReadOnlyMemory<byte>, Task<bool>> passes)
    {
        var buffer = new byte[8192];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0)
            {
                if (await passes(from, buffer.AsMemory(0, read)))
                {
                    await to.SendAsync(buffer.AsMemory(0, read));
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception shut) when (shut is SocketException or ObjectDisposedException)
        {
            // Shut, or closed by the other side.
        }
    }
}
