using System.Text.Json.Nodes;
using Berth.Clients;

namespace Berth.Registry.Tests;

/// <summary>The unmodified AWS command line against the API. It takes a second a call, so the rest is in <see cref="EcrApi"/>.</summary>
public sealed class AwsCli : IAsyncLifetime
{
    private RegistryServer server = null!; // Set before each test.

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(AwsCommandLine.Path is null, AwsCommandLine.Missing);
        server = await RegistryServer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Creates_and_pages_through_repositories_and_tells_what_is_wrong()
    {
        var created = JsonNode.Parse(await RunAsync("create-repository --repository-name team/web --image-scanning-configuration scanOnPush=true --tags Key=team,Value=a"))!["repository"]!;
        created["repositoryUri"]!.GetValue<string>().ShouldBe($"{server.Authority}/team/web");
        await server.CreateRepositoryAsync("team/api");
        (await RunAsync("describe-repositories --page-size 1 --query repositories[].repositoryName --output text")).ShouldBe("team/api\nteam/web\n");
        (await FailAsync("delete-repository --repository-name absent"))
            .ShouldContain("(RepositoryNotFoundException) when calling the DeleteRepository operation: The repository with name 'absent' does not exist in the registry with id '000000000000'");
    }

    [Fact]
    public async Task Gets_a_password_that_the_registry_takes()
    {
        var password = (await RunAsync("get-login-password")).Trim();

        password.ShouldNotContain(":");
        using var client = new HttpClient { BaseAddress = server.Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = RegistryServer.Basic("AWS", password);
        (await client.GetAsync("/v2/", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
    }

    private Task<string> RunAsync(string command) => Shell.RunAsync(Line(command), Environment);

    private async Task<string> FailAsync(string command)
    {
        var (code, output, errors) = await Shell.TryAsync(Line(command), Environment);
        code.ShouldNotBe(0, output);
        return errors;
    }

    private string Line(string command) => $"{LoadedAwsCli.Program} --endpoint-url http://{server.Authority} --region us-east-1 --output json ecr {command}";

    private static Dictionary<string, string> Environment { get; } = new()
    {
        ["AWS_ACCESS_KEY_ID"] = RegistryServer.KeyId,
        ["AWS_SECRET_ACCESS_KEY"] = RegistryServer.Secret,
        ["AWS_PAGER"] = "",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
        ["AWS_CONFIG_FILE"] = "/dev/null",
    };
}
