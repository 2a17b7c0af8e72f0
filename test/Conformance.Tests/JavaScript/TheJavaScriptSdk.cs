using System.Diagnostics;
using System.Security.Cryptography;
using Xunit.Sdk;

namespace Berth.Conformance.Tests;

/// <summary>The unmodified AWS SDK for JavaScript, version 3: every command of ECS, its paginators, waiters, error classes and retries; and its neighbours.</summary>
public sealed class TheJavaScriptSdk
{
    private static readonly TimeSpan LongestInstallation = TimeSpan.FromMinutes(2);
    private static readonly string Scripts = Path.Combine(AppContext.BaseDirectory, "JavaScript");

    [Fact]
    public async Task Pages_waits_catches_and_tries_again_as_with_the_services_themselves()
    {
        await InstallAsync();
        await using var server = await ServerProcess.StartAsync();
        await using var strict = await ServerProcess.StartAsync(("BERTH_API_RATE_FACTOR", "5"));
        using var ecs = new SignedCalls(server.Endpoint, server.Root, "us-east-1");
        await ecs.AskAsync("CreateCluster", """{"clusterName":"busy"}""");
        await using var agent = await SimulatedAgent.ConnectAsync(ecs, "busy", AgentConduct.Obedient);

        var failures = await ScriptedChecks.RunAsync(
            "node",
            [Path.Combine(Scripts, "checks.mjs"), server.Endpoint.ToString(), strict.Endpoint.ToString(), strict.Root.AccessKeyId, strict.Root.SecretAccessKey],
            server.Root);

        failures.ShouldBeEmpty();
    }

    /// <summary>Has npm install what the lock file says, once; the test is not run where it cannot.</summary>
    private static async Task InstallAsync()
    {
        var wanted = Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(Scripts, "package-lock.json"), TestContext.Current.CancellationToken)));
        var installed = Path.Combine(Scripts, "node_modules", ".berth");
        if (File.Exists(installed) && await File.ReadAllTextAsync(installed, TestContext.Current.CancellationToken) == wanted)
        {
            return;
        }

        Process npm;
        try
        {
            npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
            {
                WorkingDirectory = Scripts,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;    // Only a shell-executed document gives none.
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw SkipException.ForSkip("Node.js and npm are not installed.");
        }

        using (npm)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(LongestInstallation);
            var error = npm.StandardError.ReadToEndAsync(limit.Token);
            var output = npm.StandardOutput.ReadToEndAsync(limit.Token);
            try
            {
                await npm.WaitForExitAsync(limit.Token);
                await output;
                Assert.SkipUnless(npm.ExitCode == 0, $"npm cannot install the SDK here: {(await error).Trim()}");
            }
            catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                npm.Kill(entireProcessTree: true);
                throw SkipException.ForSkip("npm cannot install the SDK here: it takes too long.");
            }
        }

        await File.WriteAllTextAsync(installed, wanted, TestContext.Current.CancellationToken);
    }
}
