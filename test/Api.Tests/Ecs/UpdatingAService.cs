using System.Collections.Immutable;
using System.Text.Json;
using Berth.Domain;
using Berth.Engine;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Api.Tests;

public sealed class UpdatingAService : IAsyncLifetime
{
    private const string Port = "\"portMappings\":[{\"containerPort\":80}]";
    private const string Role = "\"taskRoleArn\":\"arn:aws:iam::000000000000:role/r\",";

    private EcsServer server = null!;    // Made before each test.
    private string balanced = null!;     // The same: the load balancers of a service in front of the container app.

    public async ValueTask InitializeAsync()
    {
        server = await EcsServer.StartAsync();
        await server.AskAsync("CreateCluster", "{}");
        await RegisterAsync($"\"name\":\"app\",{Port}", Role);
        var streams = server.Http.Services.GetRequiredService<IStreamDirectory<LoadBalancingAggregate, LoadBalancingState>>();
        var stream = await streams.OpenAsync(StreamId.Of("loadbalancing", "000000000000", "us-east-1"), TestContext.Current.CancellationToken);
        var group = (await stream.ExecuteAsync(new CreateTargetGroup { Name = "web", Protocol = "HTTP", Port = 80, TargetType = "instance", HealthCheck = new() }, TestContext.Current.CancellationToken)).Arn;
        var balancer = (await stream.ExecuteAsync(new CreateLoadBalancer { Name = "web", Scheme = "internet-facing", VpcId = "vpc-1" }, TestContext.Current.CancellationToken)).Arn;
        await stream.ExecuteAsync(new CreateListener(balancer, 80, "HTTP", new() { Forward = new([new(group, 1)]) }, ImmutableSortedDictionary<string, string>.Empty), TestContext.Current.CancellationToken);
        balanced = $$"""[{"targetGroupArn":"{{group}}","containerName":"app","containerPort":80}]""";
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData("\"name\":\"other\"," + Port, "", "The container app does not exist in the task definition.")]
    [InlineData("\"name\":\"app\"", "", "The container app did not have a container port 80 defined.")]
    [InlineData("\"name\":\"app\"," + Port, "\"networkMode\":\"host\",", null)]
    [InlineData("\"name\":\"app\"," + Port, "\"networkMode\":\"awsvpc\",", "The provided target group * has target type instance, which is incompatible with the awsvpc network mode specified in the task definition.")]
    public async Task Holds_another_revision_against_the_target_groups_that_stay(string container, string task, string? message)
    {
        await CreateAsync($"\"loadBalancers\":{balanced}");
        await RegisterAsync(container, task);

        var network = task.Contains("awsvpc", StringComparison.Ordinal) ? ",\"networkConfiguration\":{\"awsvpcConfiguration\":{\"subnets\":[\"s\"]}}" : "";
        await ShouldUpdateAsync($$"""{"service":"web","taskDefinition":"web"{{network}}}""", message);
    }

    [Theory]
    [InlineData("", "The service couldn't be updated because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and try again.")]
    [InlineData(Role, null)]
    public async Task Holds_another_revision_against_execute_command_that_stays(string task, string? message)
    {
        await CreateAsync("\"enableExecuteCommand\":true");
        await RegisterAsync($"\"name\":\"app\",{Port}", task);

        await ShouldUpdateAsync("""{"service":"web","taskDefinition":"web"}""", message);
    }

    [Fact]
    public async Task May_turn_execute_command_off_with_a_revision_that_has_no_role()
    {
        await CreateAsync("\"enableExecuteCommand\":true");
        await RegisterAsync($"\"name\":\"app\",{Port}");

        await ShouldUpdateAsync("""{"service":"web","taskDefinition":"web","enableExecuteCommand":false}""", null);
    }

    [Theory]
    [InlineData("", "Network Configuration is not valid for the given networkMode of this task definition.")]
    [InlineData("\"networkMode\":\"awsvpc\",", null)]
    public async Task Holds_another_revision_against_the_network_configuration_that_stays(string task, string? message)
    {
        await RegisterAsync($"\"name\":\"app\",{Port}", "\"networkMode\":\"awsvpc\",");
        await CreateAsync("""
            "networkConfiguration":{"awsvpcConfiguration":{"subnets":["s"]}}
            """);
        await RegisterAsync($"\"name\":\"app\",{Port}", task);

        await ShouldUpdateAsync("""{"service":"web","taskDefinition":"web"}""", message, before: 2);
    }

    [Theory]
    [InlineData(2, "At most 10 placement constraints can be given, those of the task definition among them.")]
    [InlineData(1, null)]
    public async Task Holds_another_revision_against_the_placement_constraints_that_stay(int more, string? message)
    {
        const string Constraint = """{"type":"memberOf","expression":"attribute:a exists"}""";
        await CreateAsync($"\"placementConstraints\":[{string.Join(',', Enumerable.Repeat(Constraint, 9))}]");
        await RegisterAsync($"\"name\":\"app\",{Port}", $"\"placementConstraints\":[{string.Join(',', Enumerable.Repeat(Constraint, more))}],");

        await ShouldUpdateAsync("""{"service":"web","taskDefinition":"web"}""", message);
    }

    [Theory]
    [InlineData("\"containerName\":\"app\"", "\"containerName\":\"other\"", "The container other does not exist in the task definition.")]
    [InlineData("\"containerPort\":80", "\"containerPort\":81", "The container app did not have a container port 81 defined.")]
    [InlineData("", "", "The provided target group * has target type instance, which is incompatible with the awsvpc network mode specified in the task definition.")]
    public async Task Needs_what_its_creation_needs(string was, string now, string message)
    {
        var isOfAnotherNetwork = was.Length == 0;
        await RegisterAsync($"\"name\":\"app\",{Port}", isOfAnotherNetwork ? "\"networkMode\":\"awsvpc\"," : "");
        var network = isOfAnotherNetwork ? ",\"networkConfiguration\":{\"awsvpcConfiguration\":{\"subnets\":[\"s\"]}}" : "";

        var (type, text) = await server.RefusalAsync("CreateService", $$"""
            {"serviceName":"web","taskDefinition":"web","desiredCount":0,"loadBalancers":{{(isOfAnotherNetwork ? balanced : balanced.Replace(was, now, StringComparison.Ordinal))}}{{network}}}
            """);

        type.ShouldBe("InvalidParameterException");
        Matches(text, message);
    }

    /// <summary>Goal: of two calls at once neither takes back what the other changed. Method: many pairs, each of which a merge before the decision may lose.</summary>
    [Fact]
    public async Task Keeps_what_two_calls_at_once_change_of_its_deployment_configuration()
    {
        await CreateAsync("\"deploymentConfiguration\":{\"maximumPercent\":200,\"minimumHealthyPercent\":0}");
        for (var round = 1; round <= 40; round++)
        {
            await Task.WhenAll(
                server.AskAsync("UpdateService", $$"""{"service":"web","deploymentConfiguration":{"maximumPercent":{{200 + round}} } }"""),
                server.AskAsync("UpdateService", $$"""{"service":"web","deploymentConfiguration":{"minimumHealthyPercent":{{round}} } }"""));

            var configuration = (await DescribeAsync()).GetProperty("deploymentConfiguration");
            (configuration.GetProperty("maximumPercent").GetInt32(), configuration.GetProperty("minimumHealthyPercent").GetInt32()).ShouldBe((200 + round, round));
        }
    }

    private static void Matches(string? text, string message)
    {
        var parts = message.Split('*');
        text.ShouldNotBeNull().ShouldStartWith(parts[0]);
        text.ShouldEndWith(parts[^1]);
    }

    private async Task RegisterAsync(string container, string task = "") =>
        await server.AskAsync("RegisterTaskDefinition", $$"""{"family":"web",{{task}}"containerDefinitions":[{{{container}},"image":"nginx","memory":100}]}""");

    private async Task CreateAsync(string more) =>
        await server.AskAsync("CreateService", $$"""{"serviceName":"web","taskDefinition":"web","desiredCount":0,{{more}}}""");

    private async Task<JsonElement> DescribeAsync() => (await server.AskAsync("DescribeServices", """{"services":["web"]}""")).GetProperty("services")[0];

    /// <summary>Updates to the newest revision, or is refused with the message and changes nothing.</summary>
    private async Task ShouldUpdateAsync(string request, string? message, int before = 1)
    {
        if (message is null)
        {
            await server.AskAsync("UpdateService", request);
        }
        else
        {
            var (type, text) = await server.RefusalAsync("UpdateService", request);
            type.ShouldBe("InvalidParameterException");
            Matches(text, message);
        }

        (await DescribeAsync()).GetProperty("taskDefinition").GetString()!.ShouldEndWith($":{(message is null ? before + 1 : before)}");
    }
}
