using System.Diagnostics;
using Berth.Wire;

namespace Berth.Conformance.Tests;

/// <summary>A directory of Terraform's own, in which it applies one of the stacks beside this file to a server.</summary>
internal sealed class TerraformStack : IAsyncDisposable
{
    private const string Registry = "registry.terraform.io";
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(8);

    private readonly string program;
    private readonly string plugins;
    private readonly string directory;
    private readonly Dictionary<string, string> environment;
    private Process? provider;

    private TerraformStack(string program, string plugins, string directory, Dictionary<string, string> environment) =>
        (this.program, this.plugins, this.directory, this.environment) = (program, plugins, directory, environment);

    /// <summary>Makes the directory and initializes it; the test is not run where Terraform or the provider is missing.</summary>
    public static async Task<TerraformStack> InitializeAsync(string stack, Uri endpoint, AwsCredentials credentials)
    {
        var program = Directories(Environment.GetEnvironmentVariable("PATH")).Select(path => Path.Combine(path, "terraform")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "Terraform is not installed.");
        var plugins = FindPlugins();
        Assert.SkipWhen(plugins is null, "Terraform's AWS provider is not installed; BERTH_TERRAFORM_PLUGINS may name the directory of its plugins.");

        var directory = Directory.CreateTempSubdirectory("berth-terraform-").FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Terraform", "Stacks", stack)))
        {
            File.Copy(file, Path.Combine(directory, Path.GetFileName(file)));
        }

        var created = new TerraformStack(program, plugins, directory, new()
        {
            ["AWS_ACCESS_KEY_ID"] = credentials.AccessKeyId,
            ["AWS_SECRET_ACCESS_KEY"] = credentials.SecretAccessKey,
            ["AWS_DEFAULT_REGION"] = "us-east-1",
            ["AWS_ENDPOINT_URL"] = endpoint.ToString(),
            ["AWS_EC2_METADATA_DISABLED"] = "true",
            ["AWS_CONFIG_FILE"] = Path.Combine(directory, "no-configuration"),
            ["AWS_SHARED_CREDENTIALS_FILE"] = Path.Combine(directory, "no-credentials"),
            ["CHECKPOINT_DISABLE"] = "1",
            ["TF_CLI_CONFIG_FILE"] = Path.Combine(directory, "terraform.rc"),
            ["TF_IN_AUTOMATION"] = "1",
            ["TF_VAR_endpoint"] = endpoint.ToString(),
        });
        await File.WriteAllTextAsync(Path.Combine(directory, "terraform.rc"), "");
        await created.RunAsync("init", "-input=false", $"-plugin-dir={plugins}");
        await created.StartProviderAsync();
        return created;
    }

    /// <summary>
    /// Has one provider serve every command: it takes seconds to start, which each command would wait for several times.
    /// Where it does not say how to reach it, the commands start it as they always do.
    /// </summary>
    private async Task StartProviderAsync()
    {
        if (Directory.EnumerateFiles(Path.Combine(plugins, Registry, "hashicorp", "aws"), "terraform-provider-aws*", SearchOption.AllDirectories).FirstOrDefault() is not { } executable)
        {
            return;
        }

        var start = new ProcessStartInfo(executable, ["-debug"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        start.Environment.Remove("AWS_CA_BUNDLE");    // With one of its own the provider cannot be configured twice; nothing is encrypted here.
        provider = Process.Start(start)!;    // Only a shell-executed document gives none.
        _ = provider.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);    // It must not wait for a reader.
        while (await provider.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.Trim().Split('=', 2) is ["TF_REATTACH_PROVIDERS", var address])
            {
                environment["TF_REATTACH_PROVIDERS"] = address.Trim('\'');
                _ = provider.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return;
            }
        }
    }

    /// <summary>Applies the stack with the variables given.</summary>
    public Task<string> ApplyAsync(params string[] variables) => RunAsync(["apply", "-input=false", "-auto-approve", .. Variables(variables)]);

    /// <summary>Destroys what the stack made.</summary>
    public Task<string> DestroyAsync(params string[] variables) => RunAsync(["destroy", "-input=false", "-auto-approve", .. Variables(variables)]);

    /// <summary>Fails unless nothing is left to do.</summary>
    public async Task ShouldHaveNothingToDoAsync(params string[] variables)
    {
        var (code, output) = await TryAsync(["plan", "-input=false", "-detailed-exitcode", .. Variables(variables)]);
        code.ShouldBe(0, output);
    }

    /// <summary>The addresses of what the stack has made.</summary>
    public async Task<string[]> ListAsync() => (await RunAsync("state", "list")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public ValueTask DisposeAsync()
    {
        provider?.Kill();
        provider?.Dispose();
        Directory.Delete(directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static IEnumerable<string> Variables(string[] variables) => variables.Select(variable => $"-var={variable}");

    private async Task<string> RunAsync(params string[] arguments)
    {
        var (code, output) = await TryAsync(arguments);
        code.ShouldBe(0, $"terraform {string.Join(' ', arguments)}\n{output}");
        return output;
    }

    private async Task<(int Code, string Output)> TryAsync(string[] arguments)
    {
        var start = new ProcessStartInfo(program, [arguments[0], .. arguments[0] == "state" ? [] : (string[])["-no-color"], .. arguments[1..]])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>The directory that holds the AWS provider as <c>registry.terraform.io/hashicorp/aws</c>; null when none of the usual ones does.</summary>
    private static string? FindPlugins()
    {
        if (Environment.GetEnvironmentVariable("BERTH_TERRAFORM_PLUGINS") is { Length: > 0 } named)
        {
            return named;
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string[] roots = ["/opt", "/usr/share", "/usr/lib", "/usr/local/share", "/usr/local/lib", Path.Combine(home, ".terraform.d"), Path.Combine(home, ".local", "share")];
        return Directories(Environment.GetEnvironmentVariable("TF_PLUGIN_CACHE_DIR"))
            .Concat(roots)
            .Concat(roots.SelectMany(Children))
            .Concat(roots.SelectMany(Children).Where(path => Path.GetFileName(path).Contains("terraform", StringComparison.OrdinalIgnoreCase)).SelectMany(Children))
            .FirstOrDefault(path => Directory.Exists(Path.Combine(path, Registry, "hashicorp", "aws")));
    }

    private static string[] Directories(string? list) => (list ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Children(string path)
    {
        try
        {
            return Directory.Exists(path) ? Directory.GetDirectories(path) : [];
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }
}
