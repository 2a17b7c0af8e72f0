using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Berth.Bench;

/// <summary>A bench's output as a page to keep: the command, the machine and how busy it was, then what the bench printed.</summary>
public static class BenchResult
{
    /// <summary>Runs a bench and writes <c>DIRECTORY/NAME.md</c> when it has succeeded.</summary>
    /// <returns>The page's path.</returns>
    public static async Task<string> SaveAsync(
        string directory, string name, bool quick, TextWriter output, TimeProvider clock, CancellationToken cancellationToken)
    {
        var begun = clock.GetUtcNow();
        var loadBefore = Load();
        using var printed = new StringWriter(CultureInfo.InvariantCulture);
        await Benches.ByName[name](printed, quick, cancellationToken).ConfigureAwait(false);
        await output.WriteAsync(printed.ToString()).ConfigureAwait(false);

        // The figures for machines become a block, so that the page reads as text.
        var lines = printed.ToString().ReplaceLineEndings("\n").TrimEnd().Split('\n');
        var figures = lines.Where(IsFigure);
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, $"{name}.md");
        await File.WriteAllTextAsync(path, string.Create(CultureInfo.InvariantCulture, $"""
            # {name}{(quick ? ", a quick run" : "")}

            `./berth bench {name}{(quick ? " --quick" : "")}` on {begun:yyyy-MM-dd}, version {Version}, {Machine()};
            load over a minute {loadBefore} before and {Load()} after.{(quick ? " A quick run tells orders of magnitude, no more." : "")}

            {string.Join('\n', lines.Where(line => !IsFigure(line))).Trim()}

            ```
            {string.Join('\n', figures)}
            ```

            """), cancellationToken).ConfigureAwait(false);
        return path;
    }

    private static string? Version => typeof(BenchResult).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    private static bool IsFigure(string line) => line.StartsWith("RESULT ", StringComparison.Ordinal);

    private static string Machine()
    {
        var processor = Read("/proc/cpuinfo").Split('\n').FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores ({processor ?? RuntimeInformation.ProcessArchitecture.ToString()}), {memory:F0} GiB, {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.FrameworkDescription}");
    }

    private static string Load() => Read("/proc/loadavg").Split(' ')[0];

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";     // Another kernel, which keeps it elsewhere.
        }
    }
}
