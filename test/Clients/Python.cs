using System.Diagnostics;

namespace Berth.Clients;

/// <summary>The Python programs of this machine that can load a module.</summary>
internal static class Python
{
    /// <summary>A program that has the module; null where none has.</summary>
    /// <param name="module">Such as <c>botocore</c>.</param>
    public static string? With(string module) => Candidates().Distinct(StringComparer.Ordinal).FirstOrDefault(program => Has(program, module));

    /// <summary>The one that the aws command line runs in comes first: where there are several, it has what it needs.</summary>
    private static IEnumerable<string> Candidates()
    {
        if (AwsCommandLine.Path is { } aws && File.ReadLines(File.ResolveLinkTarget(aws, returnFinalTarget: true)?.FullName ?? aws).FirstOrDefault() is { } first
            && first.StartsWith("#!/", StringComparison.Ordinal) && first.Contains("python", StringComparison.Ordinal))
        {
            yield return first[2..].Trim().Split(' ')[0];
        }

        yield return "python3";
        yield return "/usr/bin/python3";
    }

    private static bool Has(string program, string module)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, ["-c", $"import {module}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;    // Only a shell-executed document gives none.
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
