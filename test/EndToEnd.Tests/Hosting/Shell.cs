using System.Diagnostics;

namespace Berth.EndToEnd.Tests;

/// <summary>What a program answered.</summary>
internal sealed record Answer(int ExitCode, string Output, string Errors);

/// <summary>Runs scripts of commands, as a person would type them.</summary>
internal static class Shell
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);

    /// <summary>Runs a script to its end, whatever that is.</summary>
    public static async Task<Answer> RunAsync(string script, IReadOnlyDictionary<string, string?> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-euc", script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;     // Null takes it away.
        }

        using var process = Process.Start(start)!;     // Only a shell-executed document gives none.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new(process.ExitCode, (await output).Trim(), (await errors).Trim());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{script}\ndid not end within {Longest.TotalSeconds} s.");
        }
    }
}
