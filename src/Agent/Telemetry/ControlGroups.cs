using System.Text;

namespace Berth.Agent;

/// <summary>Where a container's control groups are below the machine's root of control groups.</summary>
/// <param name="IsUnified">Whether there is one hierarchy (version 2); else each controller has its own (version 1).</param>
/// <param name="Cpu">The group that counts CPU time; in version 1 below <c>cpuacct</c>. So are the others below theirs.</param>
/// <param name="Memory">The group that counts memory.</param>
/// <param name="Block">The group that counts block devices; null where none does.</param>
internal sealed record ControlGroups(bool IsUnified, string Cpu, string Memory, string? Block)
{
    /// <summary>Reads <c>/proc/PID/cgroup</c> of a container's process.</summary>
    /// <param name="text">What the file says, a hierarchy a line: <c>number:controllers:path</c>.</param>
    /// <param name="containerId">The container's id, which its groups are named by.</param>
    /// <returns>Null where the process is not the container's: another has its number now.</returns>
    public static ControlGroups? Of(ReadOnlySpan<byte> text, string containerId)
    {
        string? unified = null, cpu = null, memory = null, block = null;
        foreach (var line in Encoding.UTF8.GetString(text).Split('\n'))
        {
            if (line.Split(':', 3) is not [var number, var controllers, var path] || Own(path, containerId) is not { } group)
            {
                continue;
            }

            // Beside hierarchies of version 1 there may be one of version 2, which then controls nothing.
            unified = number == "0" && controllers.Length == 0 ? group : unified;
            foreach (var controller in controllers.Split(','))
            {
                switch (controller)
                {
                    case "cpuacct":
                        cpu = $"/cpuacct{group}";
                        break;
                    case "memory":
                        memory = $"/memory{group}";
                        break;
                    case "blkio":
                        block = $"/blkio{group}";
                        break;
                }
            }
        }

        return cpu is not null && memory is not null ? new(IsUnified: false, cpu, memory, block)
            : cpu is null && memory is null && unified is not null ? new(IsUnified: true, unified, unified, unified)
            : null;
    }

    /// <summary>
    /// The path as far as the container's own group: its process may have made itself another inside. The group is called
    /// <c>ID</c> by the driver cgroupfs and <c>docker-ID.scope</c> by systemd's.
    /// </summary>
    private static string? Own(string path, string containerId)
    {
        var at = path.IndexOf(containerId, StringComparison.Ordinal);
        if (at < 0 || containerId.Length == 0)
        {
            return null;
        }

        var end = path.IndexOf('/', at);
        return end < 0 ? path : path[..end];
    }
}
