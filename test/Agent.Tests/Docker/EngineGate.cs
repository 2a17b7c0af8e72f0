using System.Net.Sockets;

namespace Berth.Agent.Tests;

/// <summary>A door before the engine's socket that can be shut: to the agent, the engine is gone.</summary>
public sealed class EngineGate : IAsyncDisposable
{
    private readonly List<Socket> open = [];
    private readonly Lock gate = new();
    private Socket? listener;

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

                _ = PumpAsync(client, engine);
                _ = PumpAsync(engine, client);
            }
        }
        catch (Exception shut) when (shut is SocketException or ObjectDisposedException)
        {
            // Shut.
        }
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[8192];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0)
            {
                await to.SendAsync(buffer.AsMemory(0, read));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception shut) when (shut is SocketException or ObjectDisposedException)
        {
            // Shut, or closed by the other side.
        }
    }
}
