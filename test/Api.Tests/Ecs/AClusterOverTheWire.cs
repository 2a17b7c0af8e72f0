using System.Net;
using System.Text.Json;
using Berth.Domain;
using Microsoft.Data.Sqlite;

namespace Berth.Api.Tests;

public sealed class AClusterOverTheWire : IAsyncLifetime
{
    private EcsServer server = null!;    // Made before each test.

    public async ValueTask InitializeAsync() => server = await EcsServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Is_created_described_listed_and_deleted()
    {
        var created = (await server.AskAsync("CreateCluster", """{"clusterName":"blue","tags":[{"key":"team","value":"x"}]}""")).GetProperty("cluster");
        created.GetProperty("clusterArn").GetString().ShouldBe("arn:aws:ecs:us-east-1:000000000000:cluster/blue");
        created.GetProperty("settings").GetRawText().ShouldBe("""[{"name":"containerInsights","value":"disabled"}]""");
        await server.AskAsync("CreateCluster", """{"clusterName":"blue"}""");
        (await server.RefusalAsync("CreateCluster", """{"clusterName":"blue","settings":[{"name":"containerInsights","value":"enabled"}]}"""))
            .ShouldBe(("InvalidParameterException", "Arguments on this idempotent request are inconsistent with arguments used in previous request(s)."));

        var described = await server.AskAsync("DescribeClusters", """{"clusters":["blue","green"],"include":["TAGS","STATISTICS"]}""");
        described.GetProperty("clusters")[0].GetProperty("tags").GetRawText().ShouldBe("""[{"key":"team","value":"x"}]""");
        described.GetProperty("clusters")[0].GetProperty("settings").GetArrayLength().ShouldBe(0);
        described.GetProperty("failures").GetRawText().ShouldBe("""[{"arn":"arn:aws:ecs:us-east-1:000000000000:cluster/green","reason":"MISSING"}]""");

        (await Arns("ListClusters", "clusterArns")).ShouldBe(["blue"]);
        await server.AskAsync("DeleteCluster", """{"cluster":"arn:aws:ecs:us-east-1:000000000000:cluster/blue"}""");
        (await Arns("ListClusters", "clusterArns")).ShouldBeEmpty();
        (await server.RefusalAsync("DeleteCluster", """{"cluster":"blue"}""")).ShouldBe(("ClusterNotFoundException", "Cluster not found."));
        (await server.RefusalAsync("ListTasks", """{"cluster":"blue"}""")).ShouldBe(("ClusterNotFoundException", "The referenced cluster was inactive."));
        (await server.AskAsync("DescribeClusters", """{"clusters":["blue"]}""")).GetProperty("clusters")[0].GetProperty("status").GetString().ShouldBe("INACTIVE");
    }

    [Fact]
    public async Task Takes_its_Service_Connect_defaults_away_with_an_empty_namespace()
    {
        await server.AskAsync("CreateCluster", """{"clusterName":"blue","serviceConnectDefaults":{"namespace":"internal"}}""");

        await server.AskAsync("UpdateCluster", """{"cluster":"blue","configuration":{"executeCommandConfiguration":{"logging":"NONE"}}}""");
        (await Cluster()).GetProperty("serviceConnectDefaults").GetProperty("namespace").GetString().ShouldBe("internal");
        await server.AskAsync("UpdateCluster", """{"cluster":"blue","serviceConnectDefaults":{"namespace":""}}""");

        (await Cluster()).TryGetProperty("serviceConnectDefaults", out _).ShouldBeFalse();

        async Task<JsonElement> Cluster() => (await server.AskAsync("DescribeClusters", """{"clusters":["blue"],"include":["CONFIGURATIONS"]}""")).GetProperty("clusters")[0];
    }

    [Theory]
    [InlineData("UpdateCluster", """{"cluster":"default","serviceConnectDefaults":{"namespace":"a/b"}}""", "InvalidParameterException")]
    [InlineData("CreateCluster", """{"clusterName":"a b"}""", "InvalidParameterException")]
    [InlineData("CreateCluster", """{"capacityProviders":["nope"]}""", "InvalidParameterException")]
    [InlineData("CreateCluster", """{"configuration":{"executeCommandConfiguration":{"logging":"OVERRIDE"}}}""", "InvalidParameterException")]
    [InlineData("CreateCluster", """{"serviceConnectDefaults":{"namespace":""}}""", "InvalidParameterException")]
    [InlineData("CreateCluster", """{"settings":[{"name":"x","value":"y"}]}""", "InvalidParameterException")]
    [InlineData("CreateCluster", """{"tags":[{"key":"aws:x","value":"y"}]}""", "InvalidParameterException")]
    [InlineData("DescribeClusters", """{"include":["EVERYTHING"]}""", "InvalidParameterException")]
    [InlineData("ListClusters", """{"maxResults":101}""", "InvalidParameterException")]
    [InlineData("ListTasks", "{}", "ClusterNotFoundException")]
    [InlineData("DescribeTasks", """{"cluster":"arn:aws:ecs:eu-west-1:000000000000:cluster/default","tasks":["x"]}""", "ClusterNotFoundException")]
    [InlineData("UpdateClusterSettings", """{"cluster":"nope","settings":[{"name":"containerInsights","value":"enabled"}]}""", "ClusterNotFoundException")]
    public async Task Refuses_what_ecs_refuses(string operation, string request, string type) =>
        (await server.RefusalAsync(operation, request)).Type.ShouldBe(type);

    [Fact]
    public async Task Runs_a_task_from_its_placement_to_its_end()
    {
        var instance = await server.JoinAsync();
        await server.RegisterDefinitionAsync("web", ""","tags":[{"key":"from","value":"definition"}]""");

        var placed = await server.AskAsync("RunTask", """
            {"taskDefinition":"web","count":2,"startedBy":"me","group":"g","propagateTags":"TASK_DEFINITION","enableECSManagedTags":true,"tags":[{"key":"a","value":"b"}],
             "overrides":{"containerOverrides":[{"name":"app","command":["sh"],"environment":[{"name":"X","value":"1"}]}]}}
            """);
        var task = placed.GetProperty("tasks")[0];
        var arn = task.GetProperty("taskArn").GetString()!;
        task.GetProperty("lastStatus").GetString().ShouldBe("PENDING");
        task.GetProperty("containers")[0].GetProperty("cpu").GetString().ShouldBe("100");
        task.GetProperty("overrides").GetProperty("containerOverrides")[0].GetProperty("command")[0].GetString().ShouldBe("sh");
        task.GetProperty("tags").GetRawText().ShouldBe("""[{"key":"a","value":"b"},{"key":"from","value":"definition"},{"key":"aws:ecs:clusterName","value":"default"}]""");
        placed.GetProperty("failures").GetArrayLength().ShouldBe(0);

        await server.AskAsync("SubmitTaskStateChange", $$"""
            {"cluster":"default","task":"{{arn}}","status":"RUNNING","reason":"","pullStartedAt":1764000000.5,
             "containers":[{"containerName":"app","status":"RUNNING","runtimeId":"abc","networkBindings":[{"bindIP":"0.0.0.0","containerPort":80,"hostPort":32768,"protocol":"tcp"}]}]}
            """);
        var running = await DescribeTask(arn);
        running.GetProperty("lastStatus").GetString().ShouldBe("RUNNING");
        running.GetProperty("pullStartedAt").GetDouble().ShouldBe(1764000000.5);
        running.GetProperty("containers")[0].GetProperty("networkBindings").GetRawText().ShouldBe("""[{"bindIP":"0.0.0.0","containerPort":80,"hostPort":32768,"protocol":"tcp"}]""");
        var cluster = (await server.AskAsync("DescribeClusters", "{}")).GetProperty("clusters")[0];
        (cluster.GetProperty("runningTasksCount").GetInt32(), cluster.GetProperty("pendingTasksCount").GetInt32()).ShouldBe((1, 1));

        (await Arns("ListTasks", "taskArns")).Count.ShouldBe(2);
        (await Arns("ListTasks", "taskArns", $$"""{"startedBy":"me"}""")).Count.ShouldBe(2);
        (await Arns("ListTasks", "taskArns", $$"""{"containerInstance":"{{instance}}","family":"web"}""")).Count.ShouldBe(2);
        (await Arns("ListTasks", "taskArns", """{"family":"other"}""")).ShouldBeEmpty();
        (await Arns("ListTasks", "taskArns", """{"desiredStatus":"PENDING"}""")).ShouldBeEmpty();
        (await server.RefusalAsync("ListTasks", """{"serviceName":"nope"}""")).Type.ShouldBe("ServiceNotFoundException");

        var stopped = (await server.AskAsync("StopTask", $$"""{"task":"{{arn}}","reason":"enough"}""")).GetProperty("task");
        stopped.GetProperty("desiredStatus").GetString().ShouldBe("STOPPED");
        stopped.GetProperty("stopCode").GetString().ShouldBe("UserInitiated");
        await server.AskAsync("SubmitTaskStateChange", $$"""{"task":"{{arn}}","status":"STOPPED","containers":[{"containerName":"app","status":"STOPPED","exitCode":137}]}""");
        var ended = await DescribeTask(arn);
        ended.GetProperty("lastStatus").GetString().ShouldBe("STOPPED");
        ended.GetProperty("stoppedReason").GetString().ShouldBe("enough");
        ended.GetProperty("containers")[0].GetProperty("exitCode").GetInt32().ShouldBe(137);
        (await Arns("ListTasks", "taskArns", """{"desiredStatus":"STOPPED"}""")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Tells_what_found_no_room()
    {
        await server.RegisterDefinitionAsync("web");
        await server.AskAsync("CreateCluster", "{}");
        (await server.RefusalAsync("RunTask", """{"taskDefinition":"web"}""")).ShouldBe(("InvalidParameterException", "No Container Instances were found in your cluster."));
        var instance = await server.JoinAsync(cpu: 250);

        var answer = await server.AskAsync("RunTask", """{"taskDefinition":"web","count":3}""");

        answer.GetProperty("tasks").GetArrayLength().ShouldBe(2);
        answer.GetProperty("failures").GetRawText().ShouldBe(
            $$"""[{"arn":"arn:aws:ecs:us-east-1:000000000000:container-instance/default/{{instance}}","reason":"RESOURCE:CPU"}]""");
    }

    [Theory]
    [InlineData("""{"taskDefinition":"nope"}""", "ClientException", "TaskDefinition not found.")]
    [InlineData("""{"taskDefinition":"web","count":11}""", "InvalidParameterException", "Count must be between 1 and 10.")]
    [InlineData("""{"taskDefinition":"web","launchType":"FARGATE"}""", "InvalidParameterException", "Task definition does not support launch_type FARGATE.")]
    [InlineData("""{"taskDefinition":"web","placementStrategy":[{"type":"binpack","field":"disk"}]}""", "InvalidParameterException", "The field 'disk' is not valid for the placement strategy binpack.")]
    [InlineData("""{"taskDefinition":"web","overrides":{"containerOverrides":[{"name":"db"}]}}""", "InvalidParameterException", "Override for container named db is not a container in the TaskDefinition.")]
    [InlineData("""{"taskDefinition":"web","startedBy":"a b"}""", "InvalidParameterException", "startedBy can have at most 128 letters, digits, hyphens, underscores and slashes.")]
    [InlineData("""{"taskDefinition":"web","cluster":"nope"}""", "ClusterNotFoundException", "Cluster not found.")]
    public async Task Refuses_to_run_what_ecs_would_not(string request, string type, string message)
    {
        await server.JoinAsync();
        await server.RegisterDefinitionAsync("web");

        (await server.RefusalAsync("RunTask", request)).ShouldBe((type, message));
    }

    [Fact]
    public async Task Accepts_reports_of_what_it_does_not_know()
    {
        foreach (var request in new[] { """{"task":"0123456789abcdef0123456789abcdef","status":"STOPPED"}""", """{"cluster":"gone","task":"0123456789abcdef0123456789abcdef","status":"RUNNING"}""" })
        {
            (await server.AskAsync("SubmitTaskStateChange", request)).GetProperty("acknowledgment").GetString().ShouldBe("ACCEPT");
        }
    }

    [Fact]
    public async Task Knows_its_container_instances()
    {
        var id = await server.JoinAsync();
        var arn = $"arn:aws:ecs:us-east-1:000000000000:container-instance/default/{id}";

        var described = await server.AskAsync("DescribeContainerInstances", $$"""{"containerInstances":["{{arn}}","{{new string('0', 32)}}"],"include":["TAGS"]}""");
        var instance = described.GetProperty("containerInstances")[0];
        instance.GetProperty("agentConnected").GetBoolean().ShouldBeTrue();
        instance.GetProperty("versionInfo").GetProperty("dockerVersion").GetString().ShouldBe("DockerVersion: 20.10");
        instance.GetProperty("attributes").EnumerateArray().Select(attribute => attribute.GetProperty("name").GetString()).ShouldContain("ecs.availability-zone");
        described.GetProperty("failures")[0].GetProperty("reason").GetString().ShouldBe("MISSING");

        await server.AskAsync("PutAttributes", $$"""{"attributes":[{"name":"rack","value":"7","targetId":"{{arn}}"}]}""");
        (await server.AskAsync("ListAttributes", """{"targetType":"container-instance","attributeName":"rack","attributeValue":"7"}""")).GetProperty("attributes")[0]
            .GetProperty("targetId").GetString().ShouldBe(arn);
        await server.AskAsync("DeleteAttributes", $$"""{"attributes":[{"name":"rack","targetId":"{{id}}","targetType":"container-instance"}]}""");
        (await server.AskAsync("ListAttributes", """{"targetType":"container-instance","attributeName":"rack"}""")).GetProperty("attributes").GetArrayLength().ShouldBe(0);

        (await server.RefusalAsync("UpdateContainerInstancesState", $$"""{"containerInstances":["{{id}}"],"status":"LAZY"}"""))
            .ShouldBe(("InvalidParameterException", "Container instance status should be one of [ACTIVE, DRAINING]"));
        await server.AskAsync("UpdateContainerInstancesState", $$"""{"containerInstances":["{{id}}"],"status":"DRAINING"}""");
        (await Arns("ListContainerInstances", "containerInstanceArns", """{"status":"DRAINING"}""")).ShouldBe([id]);
        await server.AskAsync("DeregisterContainerInstance", $$"""{"containerInstance":"{{id}}"}""");
        (await Arns("ListContainerInstances", "containerInstanceArns")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Tells_an_agent_where_its_sockets_are()
    {
        var answer = await server.AskAsync("DiscoverPollEndpoint", """{"cluster":"default","zoneId":"z"}""");

        answer.GetProperty("endpoint").GetString().ShouldBe($"http://{server.Http.Address.Authority}/acs");
        answer.GetProperty("telemetryEndpoint").GetString().ShouldBe($"http://{server.Http.Address.Authority}/tcs");
    }

    [Fact]
    public async Task Keeps_a_service_from_its_creation_to_its_end()
    {
        await server.JoinAsync();
        await server.RegisterDefinitionAsync("web");
        var created = (await server.AskAsync("CreateService", """
            {"serviceName":"web","taskDefinition":"web","desiredCount":2,"clientToken":"t","placementStrategy":[{"type":"spread","field":"host"}],"tags":[{"key":"a","value":"b"}]}
            """)).GetProperty("service");
        created.GetProperty("serviceArn").GetString().ShouldBe("arn:aws:ecs:us-east-1:000000000000:service/default/web");
        created.GetProperty("taskDefinition").GetString().ShouldBe("arn:aws:ecs:us-east-1:000000000000:task-definition/web:1");
        created.GetProperty("deployments")[0].GetProperty("status").GetString().ShouldBe("PRIMARY");
        created.GetProperty("placementStrategy").GetRawText().ShouldBe("""[{"type":"spread","field":"instanceId"}]""");
        created.TryGetProperty("networkConfiguration", out _).ShouldBeFalse();
        created.TryGetProperty("healthCheckGracePeriodSeconds", out _).ShouldBeFalse();
        created.GetProperty("deploymentConfiguration").GetProperty("maximumPercent").GetInt32().ShouldBe(200);
        (await server.RefusalAsync("CreateService", """{"serviceName":"web","taskDefinition":"web","desiredCount":1}""")).Message.ShouldBe("Creation of service was not idempotent.");

        (await Arns("ListTasks", "taskArns", """{"serviceName":"web"}""")).Count.ShouldBe(2);
        var described = (await server.AskAsync("DescribeServices", """{"services":["web","nope"],"include":["TAGS"]}"""));
        described.GetProperty("services")[0].GetProperty("pendingCount").GetInt32().ShouldBe(2);
        described.GetProperty("services")[0].GetProperty("tags").GetArrayLength().ShouldBe(1);
        described.GetProperty("failures")[0].GetProperty("arn").GetString()!.ShouldEndWith("service/default/nope");
        (await Arns("ListServices", "serviceArns")).ShouldBe(["web"]);

        await server.RegisterDefinitionAsync("web");
        await server.AskAsync("DeregisterTaskDefinition", """{"taskDefinition":"web:1"}""");
        var kept = (await server.AskAsync("UpdateService", """{"service":"web","taskDefinition":"arn:aws:ecs:us-east-1:000000000000:task-definition/web:1","desiredCount":1}""")).GetProperty("service");
        kept.GetProperty("desiredCount").GetInt32().ShouldBe(1);
        kept.GetProperty("deployments").GetArrayLength().ShouldBe(1);
        var updated = (await server.AskAsync("UpdateService", """{"service":"web","taskDefinition":"web"}""")).GetProperty("service");
        updated.GetProperty("taskDefinition").GetString()!.ShouldEndWith("web:2");
        updated.GetProperty("deployments").GetArrayLength().ShouldBe(2);

        (await server.RefusalAsync("DeleteService", """{"service":"web"}""")).Message.ShouldBe("The service cannot be stopped while it is scaled above 0.");
        await server.AskAsync("UpdateService", """{"service":"web","desiredCount":0}""");
        await server.AskAsync("DeleteService", """{"service":"web"}""");
        (await Arns("ListServices", "serviceArns")).ShouldBeEmpty();
        (await server.RefusalAsync("UpdateService", """{"service":"nope"}""")).ShouldBe(("ServiceNotFoundException", "Service not found."));
    }

    [Theory]
    [InlineData("""{"desiredCount":null}""", "InvalidParameterException")]
    [InlineData("""{"desiredCount":-1}""", "InvalidParameterException")]
    [InlineData("""{"serviceName":"a b"}""", "InvalidParameterException")]
    [InlineData("""{"schedulingStrategy":"SOMETIMES"}""", "InvalidParameterException")]
    [InlineData("""{"schedulingStrategy":"DAEMON","placementStrategy":[{"type":"random"}]}""", "InvalidParameterException")]
    [InlineData("""{"schedulingStrategy":"DAEMON","deploymentConfiguration":{"maximumPercent":200}}""", "InvalidParameterException")]
    [InlineData("""{"schedulingStrategy":"DAEMON","availabilityZoneRebalancing":"ENABLED"}""", "InvalidParameterException")]
    [InlineData("""{"deploymentController":{"type":"EXTERNAL"}}""", "InvalidParameterException")]
    [InlineData("""{"deploymentController":{"type":"CODE_DEPLOY"}}""", "UnsupportedFeatureException")]
    [InlineData("""{"deploymentConfiguration":{"deploymentCircuitBreaker":{"enable":true}}}""", "InvalidParameterException")]
    [InlineData("""{"deploymentConfiguration":{"deploymentCircuitBreaker":{"enable":true,"rollback":true,"thresholdConfiguration":{"type":"COUNT","value":0}}}}""", "InvalidParameterException")]
    [InlineData("""{"deploymentConfiguration":{"strategy":"BLUE_GREEN"}}""", "InvalidParameterException")]
    [InlineData("""{"deploymentConfiguration":{"strategy":"CANARY","linearConfiguration":{"stepPercent":10}}}""", "InvalidParameterException")]
    [InlineData("""{"deploymentConfiguration":{"strategy":"LINEAR","linearConfiguration":{"stepPercent":2.5}}}""", "InvalidParameterException")]
    [InlineData("""{"deploymentConfiguration":{"strategy":"BLUE_GREEN","lifecycleHooks":[{"targetType":"PAUSE","lifecycleStages":["PRODUCTION_TRAFFIC_SHIFT"]}]}}""", "InvalidParameterException")]
    [InlineData("""{"deploymentConfiguration":{"strategy":"BLUE_GREEN","lifecycleHooks":[{"hookTargetArn":"arn:f","roleArn":"arn:r","lifecycleStages":["POST_SCALE_UP"]}]}}""", "UnsupportedFeatureException")]
    [InlineData("""{"availabilityZoneRebalancing":"ENABLED","deploymentConfiguration":{"maximumPercent":100,"minimumHealthyPercent":50}}""", "InvalidParameterException")]
    [InlineData("""{"capacityProviderStrategy":[{"capacityProvider":"x","weight":1}],"launchType":"EC2"}""", "InvalidParameterException")]
    [InlineData("""{"serviceRegistries":[{"registryArn":"arn:r"}]}""", "UnsupportedFeatureException")]
    [InlineData("""{"serviceRegistries":[{"registryArn":"arn:r","port":70000}]}""", "InvalidParameterException")]
    [InlineData("""{"vpcLatticeConfigurations":[{"roleArn":"arn:r","targetGroupArn":"arn:t","portName":"p"}]}""", "UnsupportedFeatureException")]
    [InlineData("""{"volumeConfigurations":[{"name":"v"}]}""", "UnsupportedFeatureException")]
    [InlineData("""{"monitoring":{"metricConfigurations":[{"metricNames":["CPUUtilization"],"resolutionSeconds":30}]}}""", "InvalidParameterException")]
    [InlineData("""{"platformVersion":"1.4.0"}""", "InvalidParameterException")]
    [InlineData("""{"desiredCount":5001}""", "InvalidParameterException")]
    [InlineData("""{"deploymentConfiguration":{"maximumPercent":100,"minimumHealthyPercent":100}}""", "InvalidParameterException")]
    [InlineData("""{"serviceConnectConfiguration":{"enabled":true}}""", "UnsupportedFeatureException")]
    [InlineData("""{"placementConstraints":[{"type":"memberOf","expression":"x"}]}""", "InvalidParameterException")]
    [InlineData("""{"loadBalancers":[{"targetGroupArn":"arn:x","containerName":"db","containerPort":80}]}""", "InvalidParameterException")]
    [InlineData("""{"loadBalancers":[{"targetGroupArn":"arn:x","containerName":"app","containerPort":81}]}""", "InvalidParameterException")]
    [InlineData("""{"loadBalancers":[{"targetGroupArn":"arn:x","containerName":"app","containerPort":80}]}""", "InvalidParameterException")]
    [InlineData("""{"networkConfiguration":{"awsvpcConfiguration":{"subnets":["s"]}}}""", "InvalidParameterException")]
    [InlineData("""{"role":"r"}""", "InvalidParameterException")]
    [InlineData("""{"taskDefinition":"nope"}""", "ClientException")]
    public async Task Refuses_a_service_it_cannot_keep(string change, string type)
    {
        await server.AskAsync("CreateCluster", "{}");
        await server.RegisterDefinitionAsync("web");
        var request = new System.Text.Json.Nodes.JsonObject { ["serviceName"] = "web", ["taskDefinition"] = "web", ["desiredCount"] = 1 };
        foreach (var (name, value) in System.Text.Json.Nodes.JsonNode.Parse(change)!.AsObject())
        {
            request[name] = value?.DeepClone();
        }

        (await server.RefusalAsync("CreateService", request.ToJsonString())).Type.ShouldBe(type);
        (await Arns("ListServices", "serviceArns")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Tags_everything_by_arn()
    {
        var instance = await server.JoinAsync();
        await server.RegisterDefinitionAsync("web");
        await server.AskAsync("CreateService", """{"serviceName":"web","taskDefinition":"web","desiredCount":1}""");
        var task = (await server.AskAsync("ListTasks", "{}")).GetProperty("taskArns")[0].GetString()!;
        const string Prefix = "arn:aws:ecs:us-east-1:000000000000:";
        foreach (var arn in new[] { $"{Prefix}cluster/default", $"{Prefix}container-instance/default/{instance}", $"{Prefix}service/default/web", $"{Prefix}task-definition/web:1", task })
        {
            await server.AskAsync("TagResource", $$"""{"resourceArn":"{{arn}}","tags":[{"key":"a","value":"1"},{"key":"b","value":"2"}]}""");
            await server.AskAsync("TagResource", $$"""{"resourceArn":"{{arn}}","tags":[{"key":"b","value":"3"}]}""");
            await server.AskAsync("UntagResource", $$"""{"resourceArn":"{{arn}}","tagKeys":["a","team"]}""");

            (await server.AskAsync("ListTagsForResource", $$"""{"resourceArn":"{{arn}}"}""")).GetProperty("tags").GetRawText().ShouldBe("""[{"key":"b","value":"3"}]""", arn);
        }

        foreach (var bad in new[] { "", "x", $"{Prefix}cluster/", $"{Prefix}secret/x", "arn:aws:ecs:eu-west-1:000000000000:cluster/default" })
        {
            (await server.RefusalAsync("ListTagsForResource", $$"""{"resourceArn":"{{bad}}"}""")).Message!.ShouldStartWith("The ARN provided is invalid.");
        }
    }

    [Fact]
    public async Task Keeps_account_settings()
    {
        await server.AskAsync("PutAccountSetting", """{"name":"containerInsights","value":"enabled"}""");
        (await server.AskAsync("ListAccountSettings", "{}")).GetProperty("settings").GetRawText()
            .ShouldBe("""[{"name":"containerInsights","value":"enabled","principalArn":"arn:aws:iam::000000000000:root","type":"user"}]""");
        (await server.AskAsync("CreateCluster", "{}")).GetProperty("cluster").GetProperty("settings")[0].GetProperty("value").GetString().ShouldBe("enabled");
        await server.AskAsync("DeleteAccountSetting", """{"name":"containerInsights"}""");

        var effective = await server.AskAsync("ListAccountSettings", """{"effectiveSettings":true}""");
        effective.GetProperty("settings").GetArrayLength().ShouldBe(10);
        effective.GetProperty("nextToken").GetString().ShouldNotBeNull();
        (await server.RefusalAsync("PutAccountSetting", """{"name":"unknown","value":"enabled"}""")).Message!.ShouldStartWith("unknown should be one of [serviceLongArnFormat,");
    }

    [Fact]
    public async Task Is_empty_after_a_reset_and_keeps_the_machines_that_are_there()
    {
        var gone = await server.JoinAsync();
        await server.RegisterDefinitionAsync("web");
        await server.AskAsync("CreateService", """{"serviceName":"web","taskDefinition":"web","desiredCount":2}""");
        await server.AskAsync("RunTask", """{"taskDefinition":"web"}""");
        await server.ExecuteAsync("default", new DisconnectAgentsCommand([gone]));
        var here = await server.JoinAsync();
        await server.AskAsync("CreateCluster", """{"clusterName":"empty"}""");

        (await server.ResetAsync()).Status.ShouldBe(System.Net.HttpStatusCode.OK);

        (await Arns("ListClusters", "clusterArns")).ShouldBe(["default"]);
        (await Arns("ListContainerInstances", "containerInstanceArns")).ShouldBe([here]);
        (await Arns("ListServices", "serviceArns")).ShouldBeEmpty();
        (await Arns("ListTasks", "taskArns", """{"desiredStatus":"STOPPED"}""")).ShouldBeEmpty();
        (await Arns("ListTaskDefinitionFamilies", "families")).ShouldBeEmpty();
        (await server.AskAsync("DescribeClusters", """{"clusters":["empty"]}""")).GetProperty("failures").GetArrayLength().ShouldBe(1);
        (await server.AskAsync("DescribeServices", """{"services":["web"]}""")).GetProperty("failures").GetArrayLength().ShouldBe(1);
        await server.RegisterDefinitionAsync("web");
        (await server.AskAsync("RunTask", """{"taskDefinition":"web:1"}""")).GetProperty("tasks").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Begins_nothing_in_a_region_where_somebody_only_asks()
    {
        await server.AskAsync("CreateCluster", "{}");

        foreach (var operation in new[] { "ListClusters", "ListTaskDefinitions", "ListTaskDefinitionFamilies", "ListAccountSettings", "DescribeCapacityProviders", "DescribeClusters" })
        {
            var answer = await server.Http.JsonAsync($"AmazonEC2ContainerServiceV20141113.{operation}", "{}", service: "ecs", region: "eu-west-1");
            answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        }

        // Not even an empty stream: it would be kept open for as long as the server runs.
        await using var journal = new SqliteConnection($"Data Source={Path.Combine(server.DataDirectory, "journal.db")}");
        await journal.OpenAsync(TestContext.Current.CancellationToken);
        await using var count = journal.CreateCommand();
        count.CommandText = "select count(*) from stream where id like '%/eu-west-1%'";
        (await count.ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBe(0L);
    }

    [Theory]
    [InlineData("arn:aws-cn:ecs:us-east-1:000000000000:")]
    [InlineData("arn:aws:ecs:eu-west-1:000000000000:")]
    [InlineData("arn:aws:ecs:us-east-1:111111111111:")]
    [InlineData("arn:aws:elasticloadbalancing:us-east-1:000000000000:")]
    public async Task Has_nothing_that_an_arn_of_elsewhere_names(string elsewhere)
    {
        var instance = await server.JoinAsync();
        await server.RegisterDefinitionAsync("web");
        await server.AskAsync("CreateService", """{"serviceName":"web","taskDefinition":"web","desiredCount":0}""");
        var task = (await server.AskAsync("RunTask", """{"taskDefinition":"web"}""")).GetProperty("tasks")[0].GetProperty("taskArn").GetString()!.Split('/')[^1];
        var (taskArn, serviceArn, instanceArn) = ($"{elsewhere}task/default/{task}", $"{elsewhere}service/default/web", $"{elsewhere}container-instance/default/{instance}");

        (await FailuresAsync("DescribeTasks", $$"""{"tasks":["{{taskArn}}"]}""")).ShouldBe($$"""[{"arn":"{{taskArn}}","reason":"MISSING"}]""");
        (await FailuresAsync("DescribeServices", $$"""{"services":["{{serviceArn}}"]}""")).ShouldBe($$"""[{"arn":"{{serviceArn}}","reason":"MISSING"}]""");
        (await FailuresAsync("DescribeContainerInstances", $$"""{"containerInstances":["{{instanceArn}}"]}""")).ShouldBe($$"""[{"arn":"{{instanceArn}}","reason":"MISSING"}]""");
        (await FailuresAsync("StartTask", $$"""{"taskDefinition":"web","containerInstances":["{{instanceArn}}"]}""")).ShouldBe($$"""[{"arn":"{{instanceArn}}","reason":"MISSING"}]""");
        (await FailuresAsync("UpdateContainerInstancesState", $$"""{"status":"DRAINING","containerInstances":["{{instanceArn}}"]}""")).ShouldBe($$"""[{"arn":"{{instanceArn}}","reason":"MISSING"}]""");
        (await FailuresAsync("UpdateTaskProtection", $$"""{"cluster":"default","protectionEnabled":true,"tasks":["{{taskArn}}"]}""")).ShouldBe($$"""[{"arn":"{{taskArn}}","reason":"MISSING"}]""");
        (await server.RefusalAsync("StopTask", $$"""{"task":"{{taskArn}}"}""")).ShouldBe(("InvalidParameterException", "The referenced task was not found."));
        (await server.RefusalAsync("UpdateService", $$"""{"service":"{{serviceArn}}","desiredCount":1}""")).ShouldBe(("ServiceNotFoundException", "Service not found."));
        (await server.RefusalAsync("DeleteService", $$"""{"service":"{{serviceArn}}"}""")).ShouldBe(("ServiceNotFoundException", "Service not found."));
        (await server.RefusalAsync("ListTasks", $$"""{"serviceName":"{{serviceArn}}"}""")).ShouldBe(("ServiceNotFoundException", "Service not found."));
        (await server.RefusalAsync("DeregisterContainerInstance", $$"""{"containerInstance":"{{instanceArn}}","force":true}""")).Message.ShouldBe($"Referenced container instance {instanceArn} not found.");
        (await server.RefusalAsync("PutAttributes", $$"""{"attributes":[{"name":"a","targetId":"{{instanceArn}}"}]}""")).Type.ShouldBe("TargetNotFoundException");
        (await server.RefusalAsync("RegisterContainerInstance", $$"""
            {"containerInstanceArn":"{{instanceArn}}","totalResources":[{"name":"CPU","type":"INTEGER","integerValue":1},{"name":"MEMORY","type":"INTEGER","integerValue":1}]}
            """)).Message.ShouldBe($"Referenced container instance {instanceArn} not found.");
        (await server.AskAsync("ListContainerInstances", "{}")).GetProperty("containerInstanceArns").GetArrayLength().ShouldBe(1);

        async Task<string> FailuresAsync(string operation, string request) => (await server.AskAsync(operation, request)).GetProperty("failures").GetRawText();
    }

    [Fact]
    public async Task Refuses_an_identifier_of_another_cluster()
    {
        await server.AskAsync("CreateCluster", "{}");

        (await server.RefusalAsync("StopTask", $$"""{"task":"arn:aws:ecs:us-east-1:000000000000:task/other/{{new string('0', 32)}}"}"""))
            .ShouldBe(("InvalidParameterException", "Identifier is for cluster other. Your cluster is default"));
        (await server.RefusalAsync("DescribeTasks", """{"tasks":["short"]}""")).ShouldBe(("InvalidParameterException", "taskId length should be one of [32,36]"));
        (await server.RefusalAsync("DescribeTasks", """{"tasks":["arn:x"]}""")).ShouldBe(("InvalidParameterException", "Unexpected number of separators"));
        (await server.RefusalAsync("StopTask", $$"""{"task":"{{new string('0', 32)}}"}""")).ShouldBe(("InvalidParameterException", "The referenced task was not found."));
    }

    [Fact]
    public async Task Lists_tasks_page_by_page_in_either_status()
    {
        await server.JoinAsync(cpu: 10_000, memory: 10_000);
        await server.RegisterDefinitionAsync("web");
        var all = new List<string>();
        for (var call = 0; call < 3; call++)
        {
            var answer = await server.AskAsync("RunTask", """{"taskDefinition":"web","count":5}""");
            all.AddRange(answer.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("taskArn").GetString()!));
        }

        foreach (var arn in all.Take(7))
        {
            await server.AskAsync("StopTask", $$"""{"task":"{{arn}}"}""");
        }

        foreach (var arn in all.Take(4))
        {
            await server.ExecuteAsync("default", new SubmitTaskStateChangeCommand(arn.Split('/')[^1]) { Status = EcsTaskStatus.Stopped });
        }

        (await Pages("RUNNING")).ShouldBe(all.Skip(7).Order(StringComparer.Ordinal));
        (await Pages("STOPPED")).ShouldBe(all.Take(7).Order(StringComparer.Ordinal));
    }

    private async Task<List<string>> Pages(string desiredStatus)
    {
        var all = new List<string>();
        string? token = null;
        do
        {
            var page = await server.AskAsync("ListTasks", $$"""{"desiredStatus":"{{desiredStatus}}","maxResults":3,"nextToken":"{{token}}"}""");
            all.AddRange(page.GetProperty("taskArns").EnumerateArray().Select(arn => arn.GetString()!));
            token = page.TryGetProperty("nextToken", out var next) ? next.GetString() : null;
        }
        while (token is not null);
        return all;
    }

    private async Task<List<string>> Arns(string operation, string member, string request = "{}") =>
        [.. (await server.AskAsync(operation, request)).GetProperty(member).EnumerateArray().Select(arn => arn.GetString()!.Split('/')[^1])];

    private async Task<JsonElement> DescribeTask(string arn) => (await server.AskAsync("DescribeTasks", $$"""{"tasks":["{{arn}}"]}""")).GetProperty("tasks")[0];
}
