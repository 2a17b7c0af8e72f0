using System.Diagnostics;
using Berth.Clients;
using Berth.Wire;

namespace Berth.Testing;

/// <summary>Runs the unmodified AWS command line against a server.</summary>
internal static class AwsCli
{
    public static async Task<(int Code, string Output, string Error)> AwsAsync(this QueryServer server, AwsCredentials credentials, params string[] arguments)
    {
        Assert.SkipWhen(AwsCommandLine.Path is null, AwsCommandLine.Missing);
        var start = new ProcessStartInfo(LoadedAwsCli.Program!, [.. arguments, "--endpoint-url", server.Address.ToString(), "--region", "us-east-1", "--output", "json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["AWS_ACCESS_KEY_ID"] = credentials.AccessKeyId,
                ["AWS_SECRET_ACCESS_KEY"] = credentials.SecretAccessKey,
                ["AWS_SESSION_TOKEN"] = credentials.SessionToken ?? "",
                ["AWS_CONFIG_FILE"] = "/dev/null",
                ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
                ["AWS_EC2_METADATA_DISABLED"] = "true",
            },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
