using System.Diagnostics;

namespace Berth.Host;

/// <summary>A role while it runs: in a session of its own, so that Ctrl-C reaches the supervisor alone, and writing straight to its log.</summary>
internal sealed class RoleProcess : IDisposable
{
    private readonly Process process;

    private RoleProcess(Process process, ProcessIdentity identity) => (this.process, Identity) = (process, identity);

    internal ProcessIdentity Identity { get; }

    internal int ExitCode => process.ExitCode;

    /// <summary>Starts a program detached from this terminal, its output appended to a file.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    internal static RoleProcess Start(IReadOnlyList<string> command, string log)
    {
        // setsid and sh both go on as the program itself, so the process started is the program's.
        var start = new ProcessStartInfo("setsid", ["sh", "-c", """exec "$@" >>"$0" 2>&1 </dev/null""", log, .. command]);
        var process = Process.Start(start)!;     // Only a shell-executed document gives none.
        return new(process, ProcessIdentity.Of(process.Id) ?? new(process.Id, 0));
    }

    internal Task WaitAsync(CancellationToken cancellationToken) => process.WaitForExitAsync(cancellationToken);

    public void Dispose() => process.Dispose();
}
