using System.Text.Json;
using Berth.Domain;

namespace Berth.Api.Tests;

public sealed class ServicesOverTheWire : IAsyncLifetime
{
    private EcsServer server = null!;    // Made before each test.

    public async ValueTask InitializeAsync()
    {
        server = await EcsServer.StartAsync();
        await server.RegisterDefinitionAsync("web");
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Tell_back_everything_their_operator_said()
    {
        await server.JoinAsync();
        var service = (await server.AskAsync("CreateService", """
            {"serviceName":"web","taskDefinition":"web","desiredCount":1,"propagateTags":"TASK_DEFINITION","enableECSManagedTags":true,"healthCheckGracePeriodSeconds":30,
             "serviceConnectConfiguration":{"enabled":false,"namespace":"n"},"monitoring":{"metricConfigurations":[{"metricNames":["CPUUtilization"],"resolutionSeconds":20}]},
             "deploymentConfiguration":{"maximumPercent":150,"minimumHealthyPercent":50,"alarms":{"alarmNames":["a"],"enable":false,"rollback":false},
              "deploymentCircuitBreaker":{"enable":true,"rollback":true,"resetOnHealthyTask":false,"thresholdConfiguration":{"type":"COUNT","value":7}}}}
            """)).GetProperty("service");

        service.GetProperty("deploymentConfiguration").GetRawText().ShouldBe(
            """{"deploymentCircuitBreaker":{"enable":true,"rollback":true,"resetOnHealthyTask":false,"thresholdConfiguration":{"type":"COUNT","value":7}},"maximumPercent":150,"minimumHealthyPercent":50,"alarms":{"alarmNames":["a"],"rollback":false,"enable":false},"strategy":"ROLLING","bakeTimeInMinutes":0}""");
        service.GetProperty("schedulingStrategy").GetString().ShouldBe("REPLICA");
        service.GetProperty("availabilityZoneRebalancing").GetString().ShouldBe("ENABLED");
        service.GetProperty("deployments")[0].GetProperty("serviceConnectConfiguration").GetRawText().ShouldBe("""{"enabled":false,"namespace":"n"}""");
        service.GetProperty("currentServiceRevisions")[0].GetProperty("requestedTaskCount").GetInt32().ShouldBe(1);

        var revision = (await server.AskAsync("DescribeServiceRevisions", $$"""{"serviceRevisionArns":["{{service.GetProperty("currentServiceRevisions")[0].GetProperty("arn").GetString()}}"]}""")).GetProperty("serviceRevisions")[0];
        revision.GetProperty("taskDefinition").GetString()!.ShouldEndWith("web:1");
        revision.GetProperty("containerImages").GetRawText().ShouldBe("""[{"containerName":"app","image":"nginx"}]""");
        revision.GetProperty("monitoring").GetRawText().ShouldBe("""{"metricConfigurations":[{"metricNames":["CPUUtilization"],"resolutionSeconds":20}]}""");
    }

    [Fact]
    public async Task Are_rolled_out_and_remembered()
    {
        await server.JoinAsync();
        var created = (await server.AskAsync("CreateService", """{"serviceName":"web","taskDefinition":"web","desiredCount":1}""")).GetProperty("service");
        var first = created.GetProperty("currentServiceDeployment").GetString()!;
        first.ShouldStartWith("arn:aws:ecs:us-east-1:000000000000:service-deployment/default/web/");

        var updated = (await server.AskAsync("UpdateService", """{"service":"web","forceNewDeployment":true}""")).GetProperty("service");

        var second = updated.GetProperty("currentServiceDeployment").GetString()!;
        var described = await server.AskAsync("DescribeServiceDeployments", $$"""{"serviceDeploymentArns":["{{first}}","{{second}}","{{first}}x"]}""");
        described.GetProperty("failures").GetRawText().ShouldBe($$"""[{"arn":"{{first}}x","reason":"MISSING"}]""");
        described.GetProperty("serviceDeployments").EnumerateArray().Select(rollout => rollout.GetProperty("status").GetString()).ShouldBe(["STOPPED", "IN_PROGRESS"]);
        described.GetProperty("serviceDeployments")[1].GetProperty("sourceServiceRevisions").GetArrayLength().ShouldBe(1);
        described.GetProperty("serviceDeployments")[1].GetProperty("deploymentCircuitBreaker").GetRawText().ShouldBe("""{"status":"DISABLED","failureCount":0,"threshold":3}""");

        var page = await server.AskAsync("ListServiceDeployments", """{"service":"web","maxResults":1}""");
        page.GetProperty("serviceDeployments")[0].GetProperty("serviceDeploymentArn").GetString().ShouldBe(second);
        var next = await server.AskAsync("ListServiceDeployments", $$"""{"service":"web","maxResults":1,"nextToken":"{{page.GetProperty("nextToken").GetString()}}"}""");
        next.GetProperty("serviceDeployments")[0].GetProperty("serviceDeploymentArn").GetString().ShouldBe(first);
        next.TryGetProperty("nextToken", out _).ShouldBeFalse();
        (await server.AskAsync("ListServiceDeployments", """{"service":"web","status":["STOPPED"]}""")).GetProperty("serviceDeployments").GetArrayLength().ShouldBe(1);
        (await server.AskAsync("ListServiceDeployments", """{"service":"web","createdAt":{"before":1000000}}""")).GetProperty("serviceDeployments").GetArrayLength().ShouldBe(0);

        (await server.RefusalAsync("StopServiceDeployment", $$"""{"serviceDeploymentArn":"{{second}}"}""")).Type.ShouldBe("ConflictException");
        await server.AskAsync("StopServiceDeployment", $$"""{"serviceDeploymentArn":"{{second}}","stopType":"ABORT"}""");
        (await server.AskAsync("DescribeServices", """{"services":["web"]}""")).GetProperty("services")[0].GetProperty("deployments")[0].GetProperty("rolloutState").GetString().ShouldBe("FAILED");
    }

    [Fact]
    public async Task Run_on_every_instance_as_daemons()
    {
        var first = await server.JoinAsync();
        await server.JoinAsync();

        await server.AskAsync("CreateService", """{"serviceName":"agent","taskDefinition":"web","schedulingStrategy":"DAEMON"}""");

        var service = (await server.AskAsync("DescribeServices", """{"services":["agent"]}""")).GetProperty("services")[0];
        (service.GetProperty("desiredCount").GetInt32(), service.GetProperty("pendingCount").GetInt32()).ShouldBe((2, 2));
        service.GetProperty("deploymentConfiguration").GetProperty("maximumPercent").GetInt32().ShouldBe(100);
        service.GetProperty("availabilityZoneRebalancing").GetString().ShouldBe("DISABLED");
        (await server.AskAsync("ListServices", """{"schedulingStrategy":"DAEMON"}""")).GetProperty("serviceArns").GetArrayLength().ShouldBe(1);
        (await server.AskAsync("ListServices", """{"schedulingStrategy":"REPLICA"}""")).GetProperty("serviceArns").GetArrayLength().ShouldBe(0);
        await server.AskAsync("UpdateContainerInstancesState", $$"""{"containerInstances":["{{first}}"],"status":"DRAINING"}""");
        (await server.AskAsync("DescribeServices", """{"services":["agent"]}""")).GetProperty("services")[0].GetProperty("desiredCount").GetInt32().ShouldBe(1);
        await server.AskAsync("DeleteService", """{"service":"agent"}""");
    }

    [Fact]
    public async Task Are_made_of_task_sets_where_somebody_else_deploys()
    {
        await server.JoinAsync(cpu: 4096, memory: 4096);
        var service = (await server.AskAsync("CreateService", """{"serviceName":"web","desiredCount":3,"deploymentController":{"type":"EXTERNAL"}}""")).GetProperty("service");
        service.GetProperty("deployments").GetArrayLength().ShouldBe(0);
        service.TryGetProperty("taskDefinition", out _).ShouldBeFalse();

        var blue = (await server.AskAsync("CreateTaskSet", """{"cluster":"default","service":"web","taskDefinition":"web","externalId":"blue","scale":{"unit":"PERCENT","value":100},"tags":[{"key":"a","value":"b"}]}""")).GetProperty("taskSet");
        var green = (await server.AskAsync("CreateTaskSet", """{"cluster":"default","service":"web","taskDefinition":"web","scale":{"value":50}}""")).GetProperty("taskSet");
        blue.GetProperty("status").GetString().ShouldBe("ACTIVE");
        blue.GetProperty("stabilityStatus").GetString().ShouldBe("STABILIZING");
        green.GetProperty("computedDesiredCount").GetInt32().ShouldBe(2);
        var arn = green.GetProperty("taskSetArn").GetString()!;
        arn.ShouldStartWith("arn:aws:ecs:us-east-1:000000000000:task-set/default/web/ecs-svc/");

        (await server.AskAsync("UpdateServicePrimaryTaskSet", $$"""{"cluster":"default","service":"web","primaryTaskSet":"{{arn}}"}""")).GetProperty("taskSet").GetProperty("status").GetString().ShouldBe("PRIMARY");
        var described = await server.AskAsync("DescribeTaskSets", $$"""{"cluster":"default","service":"web","taskSets":["{{blue.GetProperty("id").GetString()}}","ecs-svc/1"],"include":["TAGS"]}""");
        described.GetProperty("taskSets")[0].GetProperty("tags").GetArrayLength().ShouldBe(1);
        described.GetProperty("taskSets")[0].GetProperty("pendingCount").GetInt32().ShouldBe(3);
        described.GetProperty("failures")[0].GetProperty("reason").GetString().ShouldBe("MISSING");
        (await server.AskAsync("UpdateTaskSet", $$"""{"cluster":"default","service":"web","taskSet":"{{arn}}","scale":{"value":100,"unit":"PERCENT"} }""")).GetProperty("taskSet").GetProperty("computedDesiredCount").GetInt32().ShouldBe(3);
        (await server.RefusalAsync("DeleteTaskSet", $$"""{"cluster":"default","service":"web","taskSet":"{{arn}}"}""")).Type.ShouldBe("InvalidParameterException");
        (await server.AskAsync("DeleteTaskSet", $$"""{"cluster":"default","service":"web","taskSet":"{{arn}}","force":true}""")).GetProperty("taskSet").GetProperty("status").GetString().ShouldBe("DRAINING");
        (await server.RefusalAsync("DeleteService", """{"service":"web"}""")).Message.ShouldBe("The service cannot be stopped while it is scaled above 0.");
    }

    [Theory]
    [InlineData("CreateTaskSet", """{"cluster":"default","service":"web","taskDefinition":"web"}""", "InvalidParameterException")]
    [InlineData("CreateTaskSet", """{"cluster":"default","service":"nope","taskDefinition":"web"}""", "ServiceNotFoundException")]
    [InlineData("CreateTaskSet", """{"cluster":"nope","service":"web","taskDefinition":"web"}""", "ClusterNotFoundException")]
    [InlineData("CreateTaskSet", """{"cluster":"default","service":"own","taskDefinition":"web","scale":{"value":101}}""", "InvalidParameterException")]
    [InlineData("CreateTaskSet", """{"cluster":"default","service":"own","taskDefinition":"nope"}""", "ClientException")]
    [InlineData("UpdateTaskSet", """{"cluster":"default","service":"own","taskSet":"ecs-svc/1","scale":{"value":1}}""", "TaskSetNotFoundException")]
    [InlineData("UpdateTaskSet", """{"cluster":"default","service":"own","taskSet":"ecs-svc/1"}""", "InvalidParameterException")]
    [InlineData("DeleteTaskSet", """{"cluster":"default","service":"own","taskSet":"arn:x"}""", "InvalidParameterException")]
    [InlineData("DescribeTaskSets", """{"cluster":"default","service":"web"}""", "InvalidParameterException")]
    [InlineData("DescribeTaskSets", """{"cluster":"default","service":"own","include":["ALL"]}""", "InvalidParameterException")]
    [InlineData("ListServiceDeployments", """{"service":"nope"}""", "ServiceNotFoundException")]
    [InlineData("ListServiceDeployments", """{"service":"web","status":["FINE"]}""", "InvalidParameterException")]
    [InlineData("ListServiceDeployments", """{"service":"web","maxResults":101}""", "InvalidParameterException")]
    [InlineData("DescribeServiceDeployments", """{"serviceDeploymentArns":["x"]}""", "InvalidParameterException")]
    [InlineData("DescribeServiceRevisions", """{"serviceRevisionArns":[]}""", "InvalidParameterException")]
    [InlineData("StopServiceDeployment", """{"serviceDeploymentArn":"arn:aws:ecs:us-east-1:000000000000:service-deployment/default/web/x"}""", "ServiceDeploymentNotFoundException")]
    [InlineData("StopServiceDeployment", """{"serviceDeploymentArn":"arn:aws:ecs:us-east-1:000000000000:service-deployment/nope/web/x"}""", "ServiceDeploymentNotFoundException")]
    [InlineData("StopServiceDeployment", """{"serviceDeploymentArn":"x","stopType":"MAYBE"}""", "InvalidParameterException")]
    [InlineData("ListServiceDeployments", """{"service":"web","createdAt":{"after":"yesterday"}}""", "SerializationException")]
    [InlineData("ListServiceDeployments", """{"service":"web","createdAt":{"after":1e300}}""", "SerializationException")]
    [InlineData("ContinueServiceDeployment", """{"serviceDeploymentArn":"arn:aws:ecs:us-east-1:000000000000:service-deployment/default/web/x","hookId":"h"}""", "ServiceDeploymentNotFoundException")]
    [InlineData("ContinueServiceDeployment", """{"serviceDeploymentArn":"arn:aws:ecs:us-east-1:000000000000:service-deployment/default/web/x"}""", "InvalidParameterException")]
    [InlineData("ListServicesByNamespace", """{"namespace":"n"}""", "NamespaceNotFoundException")]
    [InlineData("UpdateService", """{"service":"web","deploymentController":{"type":"EXTERNAL"}}""", "UnsupportedFeatureException")]
    [InlineData("UpdateService", """{"service":"own","taskDefinition":"web"}""", "InvalidParameterException")]
    [InlineData("UpdateService", """{"service":"web","capacityProviderStrategy":[{"capacityProvider":"x","weight":1}]}""", "InvalidParameterException")]
    [InlineData("UpdateService", """{"service":"web","availabilityZoneRebalancing":"ENABLED","placementStrategy":[{"type":"random"}]}""", "InvalidParameterException")]
    [InlineData("CreateService", """{"serviceName":"web","taskDefinition":"web","desiredCount":1,"clientToken":"t"}""", "InvalidParameterException")]
    public async Task Refuse_what_ecs_refuses(string operation, string request, string type)
    {
        await server.AskAsync("CreateCluster", "{}");
        await server.AskAsync("CreateService", """{"serviceName":"web","taskDefinition":"web","desiredCount":0,"clientToken":"t"}""");
        await server.AskAsync("CreateService", """{"serviceName":"own","desiredCount":0,"deploymentController":{"type":"EXTERNAL"}}""");

        (await server.RefusalAsync(operation, request)).Type.ShouldBe(type);
    }

    [Fact]
    public async Task Are_created_once_for_one_client_token()
    {
        await server.AskAsync("CreateCluster", "{}");
        const string Request = """{"serviceName":"web","taskDefinition":"web","desiredCount":0,"clientToken":"t"}""";
        await server.AskAsync("CreateService", Request);

        (await server.AskAsync("CreateService", Request)).GetProperty("service").GetProperty("serviceName").GetString().ShouldBe("web");
        await server.AskAsync("DeregisterTaskDefinition", """{"taskDefinition":"web:1"}""");
        (await server.AskAsync("CreateService", Request)).GetProperty("service").GetProperty("serviceName").GetString().ShouldBe("web");
    }

    [Theory]
    [InlineData("""{"taskDefinition":"web","externalId":"x","scale":{"value":50},"clientToken":"t"}""")]
    [InlineData("""{"taskDefinition":"web","externalId":"x","scale":{"value":100},"launchType":"EC2","clientToken":"t"}""")]
    [InlineData("""{"taskDefinition":"web","externalId":"x","scale":{"value":100},"tags":[{"key":"a","value":"b"}],"clientToken":"t"}""")]
    public async Task Have_task_sets_that_are_created_once_for_one_client_token(string otherwise)
    {
        const string Own = "\"cluster\":\"default\",\"service\":\"own\",";
        const string Request = $$"""{{{Own}}"taskDefinition":"web","externalId":"x","scale":{"value":100},"clientToken":"t"}""";
        await server.AskAsync("CreateCluster", "{}");
        await server.AskAsync("CreateService", """{"serviceName":"own","desiredCount":0,"deploymentController":{"type":"EXTERNAL"}}""");
        var first = (await server.AskAsync("CreateTaskSet", Request)).GetProperty("taskSet").GetProperty("id").GetString();

        (await server.RefusalAsync("CreateTaskSet", otherwise.Replace("{\"taskDefinition", $"{{{Own}\"taskDefinition", StringComparison.Ordinal)))
            .ShouldBe(("InvalidParameterException", "Creation of task set was not idempotent."));
        await server.AskAsync("DeregisterTaskDefinition", """{"taskDefinition":"web:1"}""");
        (await server.AskAsync("CreateTaskSet", Request)).GetProperty("taskSet").GetProperty("id").GetString().ShouldBe(first);
    }

    [Fact]
    public async Task Are_listed_page_by_page()
    {
        await server.AskAsync("CreateCluster", "{}");
        foreach (var name in new[] { "c", "a", "b" })
        {
            await server.AskAsync("CreateService", $$"""{"serviceName":"{{name}}","taskDefinition":"web","desiredCount":0}""");
        }

        var seen = new List<string>();
        string? token = null;
        do
        {
            var page = await server.AskAsync("ListServices", JsonSerializer.Serialize(new Dictionary<string, object?> { ["maxResults"] = 2, ["launchType"] = "EC2", ["nextToken"] = token }));
            seen.AddRange(page.GetProperty("serviceArns").EnumerateArray().Select(arn => arn.GetString()!.Split('/')[^1]));
            token = page.TryGetProperty("nextToken", out var next) ? next.GetString() : null;
        }
        while (token is not null);

        seen.ShouldBe(["a", "b", "c"]);
        (await server.AskAsync("ListServices", """{"resourceManagementType":"ECS"}""")).GetProperty("serviceArns").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Are_listed_by_the_namespace_they_are_in()
    {
        await server.AskAsync("CreateCluster", """{"clusterName":"a","serviceConnectDefaults":{"namespace":"internal"}}""");
        (await server.AskAsync("ListServicesByNamespace", """{"namespace":"internal"}""")).GetProperty("serviceArns").GetArrayLength().ShouldBe(0);
        foreach (var (name, connect) in new[] { ("in", """{"enabled":true}"""), ("named", """{"enabled":true,"namespace":"other"}"""), ("off", """{"enabled":false}""") })
        {
            // The front door refuses Service Connect; a journal may hold it.
            await server.ExecuteAsync("a", new CreateServiceCommand(
                name,
                new() { TaskDefinitionArn = "", DesiredCount = 0, DeploymentController = DeploymentController.External, ServiceConnectConfiguration = JsonElement.Parse(connect) },
                null, [], null, "arn:aws:iam::000000000000:root", null));
        }

        (await ArnsAsync("internal")).ShouldBe(["service/a/in"]);
        (await ArnsAsync("other")).ShouldBe(["service/a/named"]);

        async Task<IEnumerable<string>> ArnsAsync(string name) =>
            (await server.AskAsync("ListServicesByNamespace", $$"""{"namespace":"{{name}}"}""")).GetProperty("serviceArns").EnumerateArray().Select(arn => arn.GetString()!.Split(':')[^1]);
    }

    [Fact]
    public async Task Tell_what_their_images_turned_out_to_be()
    {
        await server.JoinAsync();
        var service = (await server.AskAsync("CreateService", """{"serviceName":"web","taskDefinition":"web","desiredCount":1}""")).GetProperty("service");
        var task = (await server.AskAsync("ListTasks", "{}")).GetProperty("taskArns")[0].GetString()!;

        await server.AskAsync("SubmitTaskStateChange", $$"""{"cluster":"default","task":"{{task}}","status":"RUNNING","containers":[{"containerName":"app","status":"RUNNING","imageDigest":"sha256:1"}]}""");

        var revision = (await server.AskAsync("DescribeServiceRevisions", $$"""{"serviceRevisionArns":["{{service.GetProperty("currentServiceRevisions")[0].GetProperty("arn").GetString()}}"]}""")).GetProperty("serviceRevisions")[0];
        revision.GetProperty("containerImages")[0].GetProperty("imageDigest").GetString().ShouldBe("sha256:1");
    }
}
