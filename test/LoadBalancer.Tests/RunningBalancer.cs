using System.Net;
using System.Net.Sockets;
using Berth.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.LoadBalancer.Tests;

/// <summary>A balancer serving from its file, without a server.</summary>
internal sealed class RunningBalancer : IAsyncDisposable
{
    private readonly CancellationTokenSource ending = new();
    private readonly Task running;

    public RunningBalancer(string directory, Uri? server = null, AwsCredentials? credentials = null) =>
        running = BalancerHost.RunAsync(
            new()
            {
                Server = server ?? new Uri("http://127.0.0.1:1"),
                Credentials = credentials ?? new("AKIA", "secret"),
                Directory = directory,
            },
            NullLoggerFactory.Instance,
            TimeProvider.System,
            ending.Token);

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(20));
        ending.Dispose();
    }
}

internal static class Await
{
    /// <summary>Waits for a condition; fails with its text after ten seconds.</summary>
    public static async Task Until(Func<Task<bool>> condition, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string text = "")
    {
        var give = DateTime.UtcNow.AddSeconds(20);
        while (!await condition())
        {
            (DateTime.UtcNow < give).ShouldBeTrue($"It never came that {text}");
            await Task.Delay(10);
        }
    }

    public static Task Until(Func<bool> condition, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string text = "") =>
        Until(() => Task.FromResult(condition()), text);
}

internal static class Ports
{
    private static int next;

    /// <summary>An address in 127.0.0.0/8 no other test of this process uses.</summary>
    public static string Address() => $"127.{100 + (Environment.ProcessId % 100)}.{(Environment.ProcessId / 100) % 250}.{Interlocked.Increment(ref next)}";

    public static int Free()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
