using System.Globalization;

namespace Berth.Bench;

/// <summary>What a process of this machine uses, as <c>/proc</c> has it.</summary>
internal static class ProcessUse
{
    private const double TicksPerSecond = 100;     // Linux tells user space so, whatever its own clock.

    /// <summary>The CPU time of all its threads so far.</summary>
    internal static TimeSpan Cpu(int process)
    {
        // The name in parentheses may hold spaces; after it, the state is field 3 and the two times 14 and 15.
        var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((Number(fields[14 - 3]) + Number(fields[15 - 3])) / TicksPerSecond);
    }

    /// <summary>Its resident memory in MiB.</summary>
    internal static double ResidentMiB(int process) => StatusMiB(process, "VmRSS:");

    /// <summary>The most resident memory it ever had, in MiB.</summary>
    internal static double PeakResidentMiB(int process) => StatusMiB(process, "VmHWM:");

    private static double StatusMiB(int process, string member)
    {
        var line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/status")).First(line => line.StartsWith(member, StringComparison.Ordinal));
        return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim()) / 1024;
    }

    private static double Number(string text) => double.Parse(text.Split('\t')[^1], CultureInfo.InvariantCulture);
}
