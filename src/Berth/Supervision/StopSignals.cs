using System.Runtime.InteropServices;

namespace Berth.Host;

/// <summary>Turns the signals that ask a process to end into a token. A second one is urgent: it ends the process at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations;
    private readonly Action? onSecond;
    private int seen;

    /// <param name="onSecond">What to do at once when a second signal comes, before the process ends; null when it must not end this way.</param>
    internal StopSignals(Action? onSecond)
    {
        this.onSecond = onSecond;
        registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Stop))];
    }

    internal CancellationToken Token => source.Token;

    /// <summary>Waits until the token is cancelled.</summary>
    internal static async Task UntilAsync(CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.UnsafeRegister(static task => ((TaskCompletionSource)task!).SetResult(), cancelled);
        await cancelled.Task.ConfigureAwait(false);
    }

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;     // The process ends when its work has.
        if (Interlocked.Increment(ref seen) == 1)
        {
            source.Cancel();
        }
        else if (onSecond is not null)
        {
            onSecond();
            Environment.Exit(130);
        }
    }
}
