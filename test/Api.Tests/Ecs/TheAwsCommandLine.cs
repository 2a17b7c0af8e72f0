using System.Diagnostics;
using System.Text.Json;
using Berth.Clients;

namespace Berth.Api.Tests;

/// <summary>The unmodified AWS command line as a client: its signatures, its shapes, its paginators and waiters.</summary>
public sealed class TheAwsCommandLine : IAsyncLifetime
{
    private EcsServer server = null!;    // Made before each test.

    public async ValueTask InitializeAsync() => server = await EcsServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Manages_clusters_and_task_definitions()
    {
        Assert.SkipWhen(AwsCommandLine.Path is null, AwsCommandLine.Missing);
        (await RunAsync("create-cluster", "--cluster-name", "blue", "--tags", "key=team,value=ä b")).GetProperty("cluster").GetProperty("status").GetString().ShouldBe("ACTIVE");
        for (var revision = 0; revision < 3; revision++)
        {
            await RunAsync("register-task-definition", "--family", "web", "--container-definitions", """[{"name":"app","image":"nginx","memory":64}]""");
        }

        (await RunAsync("list-task-definitions", "--page-size", "2", "--sort", "DESC")).GetProperty("taskDefinitionArns").EnumerateArray()
            .Select(arn => arn.GetString()!.Split('/')[1]).ShouldBe(["web:3", "web:2", "web:1"]);
        (await RunAsync("describe-clusters", "--clusters", "blue", "--include", "TAGS")).GetProperty("clusters")[0].GetProperty("tags")[0].GetProperty("value").GetString().ShouldBe("ä b");
        (await FailAsync("run-task", "--cluster", "blue", "--task-definition", "web")).ShouldContain(
            "An error occurred (InvalidParameterException) when calling the RunTask operation: No Container Instances were found in your cluster.");
    }

    [Fact]
    public async Task Is_told_that_its_secret_is_wrong()
    {
        Assert.SkipWhen(AwsCommandLine.Path is null, AwsCommandLine.Missing);

        (await ProcessAsync(["list-clusters"], secret: "wrong")).Error.ShouldContain("(InvalidSignatureException) when calling the ListClusters operation");
    }

    private async Task<JsonElement> RunAsync(params string[] arguments)
    {
        var (code, output, error) = await ProcessAsync(arguments);
        code.ShouldBe(0, error);
        return JsonElement.Parse(output);
    }

    private async Task<string> FailAsync(params string[] arguments)
    {
        var (code, _, error) = await ProcessAsync(arguments);
        code.ShouldNotBe(0);
        return error;
    }

    private async Task<(int Code, string Output, string Error)> ProcessAsync(string[] arguments, string? secret = null)
    {
        var key = server.Http.Keys.Credentials("default");
        var start = new ProcessStartInfo(LoadedAwsCli.Program!, ["ecs", .. arguments, "--endpoint-url", server.Http.Address.ToString(), "--region", "us-east-1", "--output", "json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["AWS_ACCESS_KEY_ID"] = key.AccessKeyId,
                ["AWS_SECRET_ACCESS_KEY"] = secret ?? key.SecretAccessKey,
                ["AWS_CONFIG_FILE"] = "/dev/null",
                ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
                ["AWS_EC2_METADATA_DISABLED"] = "true",
                ["LC_ALL"] = "C.UTF-8",
            },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
