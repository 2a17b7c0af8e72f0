using System.Diagnostics;
using System.Text.Json;
using Berth.Api;
using Berth.Clients;
using Berth.Domain;
using Berth.Engine;
using Berth.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Logs.Tests;

/// <summary>The unmodified aws CLI against the log store behind the real front door.</summary>
public sealed class TheAwsCli : IAsyncLifetime
{
    private string directory = "";
    private WebApplication? application;
    private CredentialsFile? keys;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(AwsCommandLine.Path is null, AwsCommandLine.Missing);
        directory = Directory.CreateTempSubdirectory("berth-logs-cli-").FullName;
        keys = CredentialsFile.OpenOrCreate(Path.Combine(directory, "credentials"), "000000000000");
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore().AddLogging();
        builder.Services.AddSingleton<IAccessKeys>(keys);
        builder.Services.AddSingleton<IIdSource, RandomIdSource>();
        builder.Services.AddFrontDoor(new());
        builder.Services.AddLogs(new LogsOptions { Directory = Path.Combine(directory, "logs") });
        application = builder.Build();
        application.UseRouting();
        application.MapFrontDoor();
        await application.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (application is not null)
        {
            await application.DisposeAsync();
        }

        if (directory.Length > 0)
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Makes_fills_and_reads_a_group()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await RunAsync("logs create-log-group --log-group-name /ecs/cli --tags team=a");
        await RunAsync("logs create-log-stream --log-group-name /ecs/cli --log-stream-name web/1");
        await RunAsync($"logs put-log-events --log-group-name /ecs/cli --log-stream-name web/1 --log-events timestamp={now},message=one timestamp={now},message=two");

        var events = await JsonAsync("logs get-log-events --log-group-name /ecs/cli --log-stream-name web/1 --start-from-head");
        events.GetProperty("events").EnumerateArray().Select(item => item.GetProperty("message").GetString()).ShouldBe(["one", "two"]);
        var found = await JsonAsync("logs filter-log-events --log-group-name /ecs/cli --filter-pattern two");
        found.GetProperty("events").EnumerateArray().ShouldHaveSingleItem().GetProperty("timestamp").GetInt64().ShouldBe(now);
        var streams = await JsonAsync("logs describe-log-streams --log-group-name /ecs/cli --order-by LastEventTime --descending");
        streams.GetProperty("logStreams")[0].GetProperty("lastEventTimestamp").GetInt64().ShouldBe(now);
        var groups = await JsonAsync("logs describe-log-groups --log-group-name-prefix /ecs");
        groups.GetProperty("logGroups")[0].GetProperty("storedBytes").GetInt64().ShouldBeGreaterThan(0);

        var (_, error) = await StartAsync("logs create-log-group --log-group-name /ecs/cli", expectSuccess: false);
        error.ShouldContain("(ResourceAlreadyExistsException) when calling the CreateLogGroup operation: The specified log group already exists");
        await RunAsync("logs delete-log-group --log-group-name /ecs/cli");
    }

    [Fact]
    public async Task Tails_a_group()
    {
        Assert.SkipWhen((await RunAsync("--version")).StartsWith("aws-cli/1.", StringComparison.Ordinal), "Version 1 of the aws command line cannot tail.");
        await RunAsync("logs create-log-group --log-group-name tailed");
        await RunAsync("logs create-log-stream --log-group-name tailed --log-stream-name s");
        await PutAsync("before");
        using var tail = Start("logs tail tailed --follow --since 10m --format short");
        try
        {
            (await NextLineAsync(tail)).ShouldEndWith("before");

            await PutAsync("while following");
            await PutAsync("and more");

            (await NextLineAsync(tail)).ShouldEndWith("while following");
            (await NextLineAsync(tail)).ShouldEndWith("and more");
        }
        finally
        {
            tail.Kill(entireProcessTree: true);
            await tail.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Task<string> PutAsync(string message) => RunAsync(
            "logs", "put-log-events", "--log-group-name", "tailed", "--log-stream-name", "s",
            "--log-events", JsonSerializer.Serialize(new[] { new { timestamp = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), message } }));
    }

    private static async Task<string> NextLineAsync(Process process)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        return await process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new EndOfStreamException(await process.StandardError.ReadToEndAsync(patience.Token));
    }

    private async Task<JsonElement> JsonAsync(string arguments) => JsonElement.Parse(await RunAsync(arguments));

    private Task<string> RunAsync(string arguments) => RunAsync(arguments.Split(' '));

    private async Task<string> RunAsync(params string[] arguments) => (await StartAsync(arguments, expectSuccess: true)).Output;

    private Task<(string Output, string Error)> StartAsync(string arguments, bool expectSuccess) => StartAsync(arguments.Split(' '), expectSuccess);

    private async Task<(string Output, string Error)> StartAsync(string[] arguments, bool expectSuccess)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (expectSuccess)
        {
            process.ExitCode.ShouldBe(0, await error);
        }

        return (await output, await error);
    }

    private Process Start(string arguments) => Start(arguments.Split(' '));

    private Process Start(string[] arguments)
    {
        var credentials = keys!.Credentials(CredentialsFile.RootProfile);       // Set before each test.
        var start = new ProcessStartInfo(LoadedAwsCli.Program!, ["--endpoint-url", application!.Urls.Single(), "--output", "json", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["AWS_ACCESS_KEY_ID"] = credentials.AccessKeyId,
                ["AWS_SECRET_ACCESS_KEY"] = credentials.SecretAccessKey,
                ["AWS_DEFAULT_REGION"] = "us-east-1",
                ["AWS_EC2_METADATA_DISABLED"] = "true",
                ["PYTHONUNBUFFERED"] = "1",
            },
        };
        return Process.Start(start) ?? throw new InvalidOperationException("aws did not start.");
    }
}
