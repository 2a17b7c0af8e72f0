using System.Diagnostics;
using System.Text.Json;
using Berth.Wire;

namespace Berth.Conformance.Tests;

/// <summary>
/// A script in a client's own language that makes checks against a server and tells of each in a line of JSON: its name and
/// what went wrong, null for nothing. The first line is about the script itself.
/// </summary>
internal static class ScriptedChecks
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    /// <summary>Runs it to its end; what went wrong. Fails when it breaks off or makes no check.</summary>
    /// <param name="program">What it is run by.</param>
    /// <param name="arguments">The script, and what it is told.</param>
    /// <param name="credentials">The keys it finds in its environment.</param>
    public static async Task<IReadOnlyList<string>> RunAsync(string program, IEnumerable<string> arguments, AwsCredentials credentials)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["AWS_ACCESS_KEY_ID"] = credentials.AccessKeyId,
                ["AWS_SECRET_ACCESS_KEY"] = credentials.SecretAccessKey,
                ["AWS_REGION"] = "us-east-1",
                ["AWS_CONFIG_FILE"] = "/dev/null",
                ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
                ["AWS_EC2_METADATA_DISABLED"] = "true",
                ["LC_ALL"] = "C.UTF-8",
            },
        };
        foreach (var foreign in new[] { "AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "HTTP_PROXY", "http_proxy" })
        {
            start.Environment.Remove(foreign);
        }

        using var process = Process.Start(start)!;    // Only a shell-executed document gives none.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            process.ExitCode.ShouldBe(0, await error);
            var lines = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            TestContext.Current.TestOutputHelper?.WriteLine(lines[0]);
            lines.Length.ShouldBeGreaterThan(1, "No check was made.");
            return [.. lines[1..].Select(line => JsonElement.Parse(line)).Where(told => told.GetProperty("failure").ValueKind != JsonValueKind.Null)
                .Select(told => $"{told.GetProperty("check").GetString()}: {told.GetProperty("failure").GetString()}")];
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
