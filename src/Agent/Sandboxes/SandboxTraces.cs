using System.Globalization;

namespace Berth.Agent;

/// <summary>What a task may leave in a network namespace: sockets in their last minute, which would hold on to its ports.</summary>
internal static class SandboxTraces
{
    private static readonly string[] Tables = ["tcp", "tcp6", "udp", "udp6", "raw"];

    /// <summary>Whether nothing is left in the namespace of a sandbox's process.</summary>
    /// <returns>False also where that cannot be seen from here.</returns>
    public static bool IsClean(int processId)
    {
        var process = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}");
        try
        {
            // The process of an engine elsewhere has a number that is another's here.
            return processId > 0
                && File.ReadAllText(Path.Combine(process, "cmdline")).TrimEnd('\0') == PauseImage.Program
                && Tables.All(table => Path.Combine(process, "net", table) is var path && (!File.Exists(path) || !File.ReadLines(path).Skip(1).Any()));
        }
        catch (Exception unseen) when (unseen is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
