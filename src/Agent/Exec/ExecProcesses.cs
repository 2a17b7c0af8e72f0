using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Berth.Agent;

/// <summary>
/// Ends commands whose session is over. Docker cannot, so it is done by the process's number, where the engine runs on this
/// machine. Which commands run is noted in files: those of an agent that died are ended by the next one.
/// </summary>
internal sealed class ExecProcesses(DockerEngine docker, string directory)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Notes a command before it starts.</summary>
    public void Begin(string execId, string containerId)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, execId), containerId);
    }

    /// <summary>Ends a command if it still runs, and forgets it.</summary>
    public async Task EndAsync(string execId, string containerId, TimeProvider clock)
    {
        try
        {
            using var limit = new CancellationTokenSource(Patience, clock);
            if (await docker.InspectExecAsync(execId, limit.Token).ConfigureAwait(false) is { Running: true, Pid: > 0 } running)
            {
                Kill(running.Pid, containerId);
            }

            File.Delete(Path.Combine(directory, execId));
        }
        catch (Exception failure) when (failure is DockerException or DockerUnreachableException or OperationCanceledException or IOException)
        {
            // Left to the agent's next start.
        }
    }

    /// <summary>Ends what an agent before this one has left.</summary>
    public async Task EndLeftoversAsync(TimeProvider clock)
    {
        foreach (var file in Directory.Exists(directory) ? Directory.GetFiles(directory) : [])
        {
            await EndAsync(Path.GetFileName(file), await File.ReadAllTextAsync(file).ConfigureAwait(false), clock).ConfigureAwait(false);
        }
    }

    /// <summary>Kills a process that is in a container. With a terminal's first process, all others get a hangup from the kernel.</summary>
    private static void Kill(int processId, string containerId)
    {
        try
        {
            // With an engine elsewhere the number may be anybody's here.
            var groups = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/cgroup"));
            if (containerId.Length > 0 && groups.Contains(containerId, StringComparison.Ordinal))
            {
                using var process = Process.GetProcessById(processId);
                process.Kill();
            }
        }
        catch (Exception gone) when (gone is IOException or ArgumentException or InvalidOperationException or Win32Exception or UnauthorizedAccessException)
        {
            // It has ended, or is not ours to end.
        }
    }
}
