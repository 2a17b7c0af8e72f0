using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Berth.Clients;
using Berth.Wire;

namespace Berth.Conformance.Tests;

/// <summary>The unmodified aws command line, loaded once, so that it may be run hundreds of times.</summary>
internal sealed partial class AwsSession : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly string programs;
    private readonly Uri endpoint;
    private readonly HashSet<string> called = new(StringComparer.Ordinal);

    private AwsSession(Process process, string programs, Uri endpoint, string[] commands) =>
        (this.process, this.programs, this.endpoint, Commands) = (process, programs, endpoint, commands);

    /// <summary>The commands of <c>aws ecs</c>, one an operation.</summary>
    public IReadOnlyList<string> Commands { get; }

    /// <summary>The commands that were run.</summary>
    public IEnumerable<string> Called => called;

    /// <summary>Starts it; the test is not run where there is none that Python can load.</summary>
    public static async Task<AwsSession> StartAsync(Uri endpoint, AwsCredentials credentials)
    {
        var python = Python.With("awscli.clidriver");
        Assert.SkipWhen(python is null, "No Python here can load the aws command line.");

        // Without the plugin that would speak in a session, execute-command does not even call; no session comes to be here.
        var programs = Directory.CreateTempSubdirectory("berth-aws-").FullName;
        var plugin = Path.Combine(programs, "session-manager-plugin");
        await File.WriteAllTextAsync(plugin, "#!/bin/sh\necho 1.2.0.0\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(plugin, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var process = Process.Start(new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, "AwsCli", "session.py")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment =
            {
                ["PATH"] = $"{programs}:{Environment.GetEnvironmentVariable("PATH")}",
                ["AWS_ACCESS_KEY_ID"] = credentials.AccessKeyId,
                ["AWS_SECRET_ACCESS_KEY"] = credentials.SecretAccessKey,
                ["AWS_DEFAULT_REGION"] = "us-east-1",
                ["AWS_DEFAULT_OUTPUT"] = "json",
                ["AWS_CONFIG_FILE"] = "/dev/null",
                ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
                ["AWS_EC2_METADATA_DISABLED"] = "true",
                ["AWS_PAGER"] = "",
                ["LC_ALL"] = "C.UTF-8",
            },
        })!;    // Only a shell-executed document gives none.
        var told = JsonElement.Parse(await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? "{}");
        return new(process, programs, endpoint, [.. told.GetProperty("operations").EnumerateArray().Select(operation => CommandOf(operation.GetString()!))]);
    }

    /// <summary>Whether this version of it knows a command.</summary>
    public bool Has(string command) => Commands.Contains(command);

    /// <summary>Runs <c>aws ecs</c> and whatever follows, which must succeed; what it printed, null when that was nothing.</summary>
    /// <param name="line">As in a shell; only <c>'single quotes'</c> have a meaning.</param>
    public async Task<JsonElement> RunAsync(string line)
    {
        var (code, output, error) = await TryAsync(line);
        code.ShouldBe(0, $"aws ecs {line}\n{error}");
        return output.Trim().Length == 0 ? default : JsonElement.Parse(output);
    }

    /// <summary>Runs what must fail; what it complained of.</summary>
    public async Task<string> RefusedAsync(string line)
    {
        var (code, output, error) = await TryAsync(line);
        code.ShouldNotBe(0, $"aws ecs {line}\n{output}");
        return error;
    }

    /// <summary>Runs <c>aws ecs</c>, come what may.</summary>
    public Task<(int Code, string Output, string Error)> TryAsync(string line) => TryAsync(Split(line));

    /// <summary>Runs <c>aws ecs</c> with these arguments, come what may.</summary>
    public Task<(int Code, string Output, string Error)> TryAsync(string[] arguments)
    {
        called.Add(arguments[0]);
        return RunAsync(["ecs", .. arguments]);
    }

    /// <summary>Runs <c>aws</c> with whatever follows, of any service, which must succeed; what it printed.</summary>
    public async Task<string> OfAnyAsync(string line)
    {
        var (code, output, error) = await RunAsync(Split(line));
        code.ShouldBe(0, $"aws {line}\n{error}");
        return output;
    }

    /// <summary>The same of what must fail; what it complained of.</summary>
    public async Task<string> OfAnyRefusedAsync(string line)
    {
        var (code, output, error) = await RunAsync(Split(line));
        code.ShouldNotBe(0, $"aws {line}\n{output}");
        return error;
    }

    private static string[] Split(string line) => [.. Words().Matches(line).Select(word => word.Value.Replace("'", "", StringComparison.Ordinal))];

    private async Task<(int Code, string Output, string Error)> RunAsync(string[] arguments)
    {
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize<string[]>([.. arguments, "--endpoint-url", endpoint.ToString()]));
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Longest);
        var answer = JsonElement.Parse(await process.StandardOutput.ReadLineAsync(limit.Token) ?? throw new IOException("The aws command line has ended."));
        return (answer.GetProperty("code").GetInt32(), answer.GetProperty("stdout").GetString()!, answer.GetProperty("stderr").GetString()!);
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        Directory.Delete(programs, recursive: true);
    }

    /// <summary><c>run-task</c> of <c>RunTask</c>.</summary>
    private static string CommandOf(string operation)
    {
        var name = new StringBuilder();
        foreach (var letter in operation)
        {
            name.Append(char.IsAsciiLetterUpper(letter) && name.Length > 0 ? "-" : "").Append(char.ToLowerInvariant(letter));
        }

        return name.ToString();
    }

    [GeneratedRegex(@"(?:[^\s']+|'[^']*')+")]
    private static partial Regex Words();
}
