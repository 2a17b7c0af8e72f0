using System.Globalization;
using System.Runtime.InteropServices;

namespace Berth.Host;

/// <summary>A process told apart from a later one with the same number by when it started.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Started">When it started, in ticks since the machine's boot, as <c>/proc</c> has it.</param>
internal sealed partial record ProcessIdentity(int Id, long Started)
{
    private const int Terminate = 15, Kill = 9;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Whether it still runs. One that has ended but was not yet collected by its parent does not.</summary>
    internal bool IsAlive => Of(Id) == this;

    /// <summary>The process with this number; null when there is none.</summary>
    internal static ProcessIdentity? Of(int id)
    {
        try
        {
            // The name in parentheses may hold spaces; after it, the state is field 3 and the start field 22.
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : new(id, long.Parse(fields[22 - 3], CultureInfo.InvariantCulture));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The process a pid file names, if it still runs.</summary>
    internal static ProcessIdentity? ReadFrom(string pidFile)
    {
        try
        {
            return File.ReadAllText(pidFile).Split(' ', '\n') is [var id, var started, ..]
                && int.TryParse(id, CultureInfo.InvariantCulture, out var number)
                && long.TryParse(started, CultureInfo.InvariantCulture, out var ticks)
                && new ProcessIdentity(number, ticks) is { IsAlive: true } process
                ? process
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Writes a pid file: number and start on one line.</summary>
    internal void WriteTo(string pidFile) => File.WriteAllText(pidFile, string.Create(CultureInfo.InvariantCulture, $"{Id} {Started}\n"));

    /// <summary>Asks it to end, and ends it when it has not after the grace.</summary>
    internal async Task StopAsync(TimeSpan grace, TimeProvider clock)
    {
        Signal(Terminate);
        var begun = clock.GetTimestamp();
        while (IsAlive)
        {
            if (clock.GetElapsedTime(begun) >= grace)
            {
                Signal(Kill);
            }

            await Task.Delay(Poll, clock, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Ends it at once.</summary>
    internal void End() => Signal(Kill);

    /// <summary>Asks it to end and does not wait.</summary>
    internal void AskToEnd() => Signal(Terminate);

    private void Signal(int signal)
    {
        if (IsAlive)
        {
            _ = SendSignal(Id, signal);     // It may have ended since: then there is nothing to do.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
