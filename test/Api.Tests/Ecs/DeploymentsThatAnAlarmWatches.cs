using System.Text.Json;

namespace Berth.Api.Tests;

public sealed class DeploymentsThatAnAlarmWatches : IAsyncLifetime
{
    private EcsServer server = null!;    // Made before each test.

    public async ValueTask InitializeAsync()
    {
        server = await EcsServer.StartAsync();
        await server.RegisterDefinitionAsync("web");
        await server.JoinAsync();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Fail_when_it_goes_off()
    {
        var deployment = await CreateAsync("web", "errors", enable: true);

        (await ReportAsync("""{"alarmName":"latency"}""")).GetProperty("serviceDeployments").GetArrayLength().ShouldBe(0);
        (await RolloutAsync(deployment)).GetProperty("alarms").GetRawText().ShouldBe("""{"status":"MONITORING","alarmNames":["errors"],"triggeredAlarmNames":[]}""");

        (await ReportAsync("""{"alarmName":"errors"}""")).GetProperty("serviceDeployments").EnumerateArray().Single().GetString().ShouldBe(deployment);

        var rollout = await RolloutAsync(deployment);
        rollout.GetProperty("alarms").GetRawText().ShouldBe("""{"status":"TRIGGERED","alarmNames":["errors"],"triggeredAlarmNames":["errors"]}""");
        var service = (await server.AskAsync("DescribeServices", """{"services":["web"]}""")).GetProperty("services")[0];
        service.GetProperty("deployments")[0].GetProperty("rolloutState").GetString().ShouldBe("FAILED");
        service.GetProperty("deployments")[0].GetProperty("rolloutStateReason").GetString()!.ShouldContain("alarm");
        (await ReportAsync("""{"alarmName":"errors"}""")).GetProperty("serviceDeployments").GetArrayLength().ShouldBe(0, "it has failed already");
    }

    [Fact]
    public async Task Are_those_of_the_cluster_that_is_named()
    {
        var here = await CreateAsync("web", "errors", enable: true);
        await server.AskAsync("CreateCluster", """{"clusterName":"other"}""");

        (await ReportAsync("""{"alarmName":"errors","cluster":"other"}""")).GetProperty("serviceDeployments").GetArrayLength().ShouldBe(0);
        (await ReportAsync("""{"alarmName":"errors","cluster":"default"}""")).GetProperty("serviceDeployments")[0].GetString().ShouldBe(here);
    }

    [Fact]
    public async Task Are_none_that_have_their_alarms_turned_off()
    {
        await CreateAsync("web", "errors", enable: false);

        (await ReportAsync("""{"alarmName":"errors"}""")).GetProperty("serviceDeployments").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("{}", "InvalidParameterException")]
    [InlineData("""{"alarmName":"a","cluster":"nowhere"}""", "ClusterNotFoundException")]
    [InlineData("""{"alarm":"a"}""", "SerializationException")]
    public async Task Are_not_found_by_a_report_that_makes_no_sense(string report, string error)
    {
        var answer = await server.AskOperatorAsync("/_berth/alarms", report);

        ((int)answer.Status).ShouldBe(400, answer.Body);
        answer.Error.Type.ShouldBe(error);
    }

    private async Task<string> CreateAsync(string service, string alarm, bool enable) => (await server.AskAsync("CreateService", $$"""
        {"serviceName":"{{service}}","taskDefinition":"web","desiredCount":1,
         "deploymentConfiguration":{"alarms":{"alarmNames":["{{alarm}}"],"enable":{{(enable ? "true" : "false")}},"rollback":false} } }
        """)).GetProperty("service").GetProperty("currentServiceDeployment").GetString()!;    // A new service is being deployed.

    private async Task<JsonElement> RolloutAsync(string arn) =>
        (await server.AskAsync("DescribeServiceDeployments", $$"""{"serviceDeploymentArns":["{{arn}}"]}""")).GetProperty("serviceDeployments")[0];

    private async Task<JsonElement> ReportAsync(string report)
    {
        var answer = await server.AskOperatorAsync("/_berth/alarms", report);
        ((int)answer.Status).ShouldBe(200, answer.Body);
        return answer.Json;
    }
}
