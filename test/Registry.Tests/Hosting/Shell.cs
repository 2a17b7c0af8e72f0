using System.Diagnostics;

namespace Berth.Registry.Tests;

/// <summary>Runs real clients.</summary>
internal static class Shell
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>Runs a script and answers its output; fails the test with its errors when it fails.</summary>
    public static async Task<string> RunAsync(string script, IReadOnlyDictionary<string, string>? environment = null)
    {
        var (code, output, errors) = await TryAsync(script, environment);
        code.ShouldBe(0, $"{script}\n{output}\n{errors}");
        return output;
    }

    /// <summary>Runs a script that may fail.</summary>
    public static async Task<(int Code, string Output, string Errors)> TryAsync(string script, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-ec");
        start.ArgumentList.Add(script);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Longest);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Skips the test where a program it needs is not installed or does not work.</summary>
    public static async Task RequireAsync(string probe, string reason)
    {
        var (code, _, _) = await TryAsync(probe);
        Assert.SkipWhen(code != 0, reason);
    }
}
