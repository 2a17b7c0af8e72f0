using System.Text.Json;
using Berth.Domain;

namespace Berth.Api.Tests;

public sealed class LaunchingTasks : IAsyncLifetime
{
    private const string Network = """ "networkConfiguration":{"awsvpcConfiguration":{"subnets":["subnet-1"],"assignPublicIp":"ENABLED"}} """;

    private EcsServer server = null!;    // Made before each test.

    public async ValueTask InitializeAsync()
    {
        server = await EcsServer.StartAsync();
        await server.RegisterDefinitionAsync("web");
        await server.RegisterDefinitionAsync("vpc", ""","networkMode":"awsvpc","cpu":"256","memory":"512" """);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task On_fargate_tells_its_platform()
    {
        await JoinAsync("ecs.capability.task-eni", "ecs.capability.task-cpu-mem-limit");

        var task = (await server.AskAsync("RunTask", $$"""{"taskDefinition":"vpc","launchType":"FARGATE","platformVersion":"LATEST",{{Network}}}""")).GetProperty("tasks")[0];

        task.GetProperty("launchType").GetString().ShouldBe("FARGATE");
        task.GetProperty("platformVersion").GetString().ShouldBe("1.4.0");
        task.GetProperty("platformFamily").GetString().ShouldBe("Linux");
        task.GetProperty("ephemeralStorage").GetProperty("sizeInGiB").GetInt32().ShouldBe(20);
        var cluster = (await server.AskAsync("DescribeClusters", """{"include":["STATISTICS"]}""")).GetProperty("clusters")[0];
        cluster.GetProperty("statistics").EnumerateArray().Single(entry => entry.GetProperty("name").GetString() == "pendingFargateTasksCount")
            .GetProperty("value").GetString().ShouldBe("1");
        (await server.AskAsync("ListTasks", """{"launchType":"FARGATE"}""")).GetProperty("taskArns").GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData(""" "capacityProviderStrategy":[{"capacityProvider":"FARGATE_SPOT","weight":1}],""")]
    public async Task Of_a_fargate_service_tells_the_platform(string strategy)
    {
        await JoinAsync("ecs.capability.task-eni", "ecs.capability.task-cpu-mem-limit");
        await server.AskAsync("PutClusterCapacityProviders", """{"cluster":"default","capacityProviders":["FARGATE","FARGATE_SPOT"],"defaultCapacityProviderStrategy":[]}""");
        var launch = strategy.Length > 0 ? strategy : """ "launchType":"FARGATE",""";

        var service = (await server.AskAsync("CreateService", $$"""{"serviceName":"s","taskDefinition":"vpc","desiredCount":1,{{launch}}{{Network}}}""")).GetProperty("service");

        Platform(service).ShouldBe(("LATEST", "Linux"));
        Platform(service.GetProperty("deployments")[0]).ShouldBe(("LATEST", "Linux"));
        service.GetProperty("resourceManagementType").GetString().ShouldBe("CUSTOMER");
        var revision = service.GetProperty("currentServiceRevisions")[0].GetProperty("arn").GetString();
        Platform((await server.AskAsync("DescribeServiceRevisions", $$"""{"serviceRevisionArns":["{{revision}}"]}""")).GetProperty("serviceRevisions")[0]).ShouldBe(("LATEST", "Linux"));
        (await server.AskAsync("UpdateService", """{"service":"s","platformVersion":"LATEST"}""")).GetProperty("service").GetProperty("deployments").GetArrayLength().ShouldBe(1, "Nothing has changed.");
        var cluster = (await server.AskAsync("DescribeClusters", """{"include":["STATISTICS"]}""")).GetProperty("clusters")[0];
        cluster.GetProperty("statistics").EnumerateArray().Single(entry => entry.GetProperty("name").GetString() == "activeFargateServiceCount").GetProperty("value").GetString().ShouldBe("1");

        static (string?, string?) Platform(System.Text.Json.JsonElement of) => (of.GetProperty("platformVersion").GetString(), of.GetProperty("platformFamily").GetString());
    }

    [Fact]
    public async Task Over_fargate_and_spot_shares_them_out()
    {
        await JoinAsync("ecs.capability.task-eni", "ecs.capability.task-cpu-mem-limit");
        await server.AskAsync("PutClusterCapacityProviders", """{"cluster":"default","capacityProviders":["FARGATE","FARGATE_SPOT"],"defaultCapacityProviderStrategy":[]}""");

        var answer = await server.AskAsync("RunTask", $$"""
            {"taskDefinition":"vpc","count":4,"capacityProviderStrategy":[{"capacityProvider":"FARGATE","base":1,"weight":1},{"capacityProvider":"FARGATE_SPOT","weight":2}],{{Network}}}
            """);

        answer.GetProperty("tasks").EnumerateArray().CountBy(task => task.GetProperty("capacityProviderName").GetString()!).ShouldBe([new("FARGATE", 2), new("FARGATE_SPOT", 2)], ignoreOrder: true);
    }

    [Fact]
    public async Task Without_an_agent_that_gives_them_an_address_is_told_as_a_missing_attribute()
    {
        await JoinAsync("ecs.capability.task-cpu-mem-limit");

        var failure = (await server.AskAsync("RunTask", $$"""{"taskDefinition":"vpc","launchType":"FARGATE",{{Network}}}""")).GetProperty("failures")[0];

        failure.GetProperty("reason").GetString().ShouldBe("ATTRIBUTE");
        failure.GetProperty("detail").GetString().ShouldBe("ecs.capability.task-eni");
    }

    [Fact]
    public async Task Is_told_back_with_all_its_overrides()
    {
        await JoinAsync("com.amazonaws.ecs.capability.task-iam-role", "com.amazonaws.ecs.capability.docker-remote-api.1.17");
        await server.RegisterDefinitionAsync("role", ""","taskRoleArn":"arn:aws:iam::000000000000:role/r" """);

        var task = (await server.AskAsync("RunTask", """
            {"taskDefinition":"role","enableExecuteCommand":true,"referenceId":"r","overrides":{"cpu":"128","memory":"256","executionRoleArn":"arn:aws:iam::000000000000:role/e",
             "containerOverrides":[{"name":"app","cpu":5,"memory":64,"memoryReservation":32}]}}
            """)).GetProperty("tasks")[0];

        task.GetProperty("enableExecuteCommand").GetBoolean().ShouldBeTrue();
        task.GetProperty("containers")[0].GetProperty("managedAgents").GetRawText().ShouldBe("""[{"name":"ExecuteCommandAgent","lastStatus":"PENDING"}]""");
        task.GetProperty("overrides").GetRawText().ShouldBe("""
            {"containerOverrides":[{"name":"app","cpu":5,"memory":64,"memoryReservation":32}],"cpu":"128","inferenceAcceleratorOverrides":[],"executionRoleArn":"arn:aws:iam::000000000000:role/e","memory":"256"}
            """);
    }

    [Fact]
    public async Task With_gpus_pins_them_to_their_containers()
    {
        await server.AskAsync("RegisterTaskDefinition", """
            {"family":"train","containerDefinitions":[{"name":"app","image":"app","memory":100,"resourceRequirements":[{"type":"GPU","value":"1"}]}]}
            """);
        var instance = await server.JoinAsync(devices: """,{"id":"GPU-1","type":"GPU"},{"id":"GPU-2","type":"GPU"}""");

        var task = (await server.AskAsync("RunTask", """{"taskDefinition":"train"}""")).GetProperty("tasks")[0];
        task.GetProperty("containers")[0].GetProperty("gpuIds").GetRawText().ShouldBe("""["GPU-1"]""");
        (await GpusAsync("registeredResources")).ShouldBe("""["GPU-1","GPU-2"]""");
        (await GpusAsync("remainingResources")).ShouldBe("""["GPU-2"]""");

        var failure = (await server.AskAsync("RunTask", """
            {"taskDefinition":"train","overrides":{"containerOverrides":[{"name":"app","resourceRequirements":[{"type":"GPU","value":"2"}]}]}}
            """)).GetProperty("failures")[0];
        failure.GetProperty("reason").GetString().ShouldBe("RESOURCE:GPU");
        failure.GetProperty("arn").GetString()!.ShouldEndWith(instance);
        var other = (await server.AskAsync("RunTask", """
            {"taskDefinition":"web","overrides":{"containerOverrides":[{"name":"app","resourceRequirements":[{"type":"GPU","value":"1"}]}]}}
            """)).GetProperty("tasks")[0];
        other.GetProperty("containers")[0].GetProperty("gpuIds").GetRawText().ShouldBe("""["GPU-2"]""");
        other.GetProperty("overrides").GetProperty("containerOverrides")[0].GetProperty("resourceRequirements").GetRawText().ShouldBe("""[{"value":"1","type":"GPU"}]""");
        (await server.RefusalAsync("RunTask", """
            {"taskDefinition":"web","overrides":{"containerOverrides":[{"name":"app","resourceRequirements":[{"type":"GPU","value":"some"}]}]}}
            """)).Type.ShouldBe("InvalidParameterException");

        async Task<string> GpusAsync(string which) =>
            (await server.AskAsync("DescribeContainerInstances", $$"""{"containerInstances":["{{instance}}"]}""")).GetProperty("containerInstances")[0].GetProperty(which)
                .EnumerateArray().Single(resource => resource.GetProperty("name").GetString() == "GPU").GetProperty("stringSetValue").GetRawText();
    }

    [Fact]
    public async Task Tells_since_when_it_is_connected_and_what_its_command_agent_does()
    {
        await JoinAsync("com.amazonaws.ecs.capability.task-iam-role", "com.amazonaws.ecs.capability.docker-remote-api.1.17");
        await server.RegisterDefinitionAsync("role", ""","taskRoleArn":"arn:aws:iam::000000000000:role/r" """);
        var task = (await server.AskAsync("RunTask", """{"taskDefinition":"role","enableExecuteCommand":true}""")).GetProperty("tasks")[0];
        task.GetProperty("connectivity").GetString().ShouldBe("CONNECTED");
        task.GetProperty("connectivityAt").GetDouble().ShouldBe(task.GetProperty("createdAt").GetDouble());
        var arn = task.GetProperty("taskArn").GetString();

        await server.AskAsync("SubmitTaskStateChange", $$"""
            {"task":"{{arn}}","status":"RUNNING","managedAgents":[{"containerName":"app","managedAgentName":"ExecuteCommandAgent","status":"RUNNING"}]}
            """);

        var agent = await AgentAsync();
        agent.GetProperty("lastStatus").GetString().ShouldBe("RUNNING");
        var started = agent.GetProperty("lastStartedAt").GetDouble();
        started.ShouldBeGreaterThan(0);
        await server.AskAsync("SubmitTaskStateChange", $$"""
            {"task":"{{arn}}","managedAgents":[{"containerName":"app","managedAgentName":"ExecuteCommandAgent","status":"STOPPED","reason":"gone"}]}
            """);
        agent = await AgentAsync();
        agent.GetProperty("lastStatus").GetString().ShouldBe("STOPPED");
        agent.GetProperty("reason").GetString().ShouldBe("gone");
        agent.GetProperty("lastStartedAt").GetDouble().ShouldBe(started);

        async Task<JsonElement> AgentAsync() =>
            (await server.AskAsync("DescribeTasks", $$"""{"tasks":["{{arn}}"]}""")).GetProperty("tasks")[0].GetProperty("containers")[0].GetProperty("managedAgents")[0];
    }

    [Fact]
    public async Task Shows_the_health_of_their_instance()
    {
        var instance = await server.JoinAsync();

        (await HealthAsync()).ShouldBe(("OK", "AGENT_CONNECTIVITY OK"));
        await server.ExecuteAsync("default", new DisconnectAgentsCommand([instance]));
        (await HealthAsync()).ShouldBe(("IMPAIRED", "AGENT_CONNECTIVITY IMPAIRED"));

        async Task<(string?, string)> HealthAsync()
        {
            var health = (await server.AskAsync("DescribeContainerInstances", $$"""{"containerInstances":["{{instance}}"],"include":["CONTAINER_INSTANCE_HEALTH"]}"""))
                .GetProperty("containerInstances")[0].GetProperty("healthStatus");
            health.GetProperty("details")[0].GetProperty("lastStatusChange").GetDouble().ShouldBeGreaterThan(0);
            return (
                health.GetProperty("overallStatus").GetString(),
                string.Join(',', health.GetProperty("details").EnumerateArray().Select(detail => $"{detail.GetProperty("type").GetString()} {detail.GetProperty("status").GetString()}")));
        }
    }

    [Fact]
    public async Task With_a_used_token_names_the_tasks_it_started()
    {
        await server.JoinAsync();
        var arn = (await server.AskAsync("RunTask", """{"taskDefinition":"web","clientToken":"t"}""")).GetProperty("tasks")[0].GetProperty("taskArn").GetString();

        var answer = await server.CallAsync("RunTask", """{"taskDefinition":"web","clientToken":"t","startedBy":"me"}""");

        answer.Error.Type.ShouldBe("ConflictException");
        answer.Json.GetProperty("resourceIds").GetRawText().ShouldBe($"""["{arn}"]""");
    }

    [Theory]
    [InlineData("""{"taskDefinition":"vpc"}""", "Network Configuration must be provided when networkMode 'awsvpc' is specified.")]
    [InlineData("""{"taskDefinition":"vpc","networkConfiguration":{"awsvpcConfiguration":{"subnets":[]}}}""", "subnets can not be empty.")]
    [InlineData("""{"taskDefinition":"vpc","networkConfiguration":{"awsvpcConfiguration":{"subnets":["s"],"assignPublicIp":"ENABLED"}}}""", "Assign public IP is not supported for this launch type.")]
    [InlineData("""{"taskDefinition":"vpc","networkConfiguration":{"awsvpcConfiguration":{"subnets":["s"],"securityGroups":["1","2","3","4","5","6"]}}}""", "securityGroups can have at most 5 items.")]
    [InlineData("""{"taskDefinition":"web","networkConfiguration":{"awsvpcConfiguration":{"subnets":["s"]}}}""", "Network Configuration is not valid for the given networkMode of this task definition.")]
    [InlineData("""{"taskDefinition":"web","launchType":"MANAGED_INSTANCES"}""", "The launch type MANAGED_INSTANCES cannot be requested. Specify a capacity provider strategy with a Managed Instances capacity provider.")]
    [InlineData("""{"taskDefinition":"web","platformVersion":"LATEST"}""", "The platform version must be null when specifying an EC2 launch type.")]
    [InlineData("""{"taskDefinition":"web","launchType":"EC2","capacityProviderStrategy":[{"capacityProvider":"FARGATE"}]}""", "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.")]
    [InlineData("""{"taskDefinition":"web","capacityProviderStrategy":[{"capacityProvider":"FARGATE"}]}""", "The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.")]
    [InlineData("""{"taskDefinition":"web","enableExecuteCommand":true}""", "The task couldn't be run because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and try again.")]
    [InlineData("""{"taskDefinition":"web","volumeConfigurations":[{"name":"data"}]}""", "The volume configuration 'data' does not match a volume of the task definition that is configured at launch.")]
    [InlineData("""{"taskDefinition":"vpc","launchType":"FARGATE","placementStrategy":[{"type":"random"}]}""", "Placement strategies are not supported with FARGATE launch type.")]
    [InlineData("""{"taskDefinition":"web","overrides":{"containerOverrides":[{"name":"app","cpu":1},{"name":"app","cpu":2}]}}""", "Container overrides must not name a container twice.")]
    [InlineData("""{"taskDefinition":"web","overrides":{"ephemeralStorage":{"sizeInGiB":30}}}""", "ephemeralStorage can be overridden for FARGATE tasks only, and its sizeInGiB must be between 21 and 200.")]
    [InlineData("""{"taskDefinition":"web","propagateTags":"SERVICE"}""", "propagateTags SERVICE is only valid for services.")]
    public async Task Is_refused_as_ecs_refuses_it(string request, string message)
    {
        await server.JoinAsync();

        (await server.RefusalAsync("RunTask", request)).ShouldBe(("InvalidParameterException", message));
        (await server.AskAsync("ListTasks", "{}")).GetProperty("taskArns").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task On_an_unknown_platform_is_refused()
    {
        await server.JoinAsync();

        (await server.RefusalAsync("RunTask", $$"""{"taskDefinition":"vpc","launchType":"FARGATE","platformVersion":"9.9",{{Network}}}""")).Type.ShouldBe("PlatformUnknownException");
    }

    [Fact]
    public async Task Opens_no_session_where_that_was_not_enabled()
    {
        await server.JoinAsync();
        var arn = (await server.AskAsync("RunTask", """{"taskDefinition":"web"}""")).GetProperty("tasks")[0].GetProperty("taskArn").GetString();

        (await server.RefusalAsync("ExecuteCommand", $$"""{"task":"{{arn}}","command":"sh","interactive":true}""")).Message!.ShouldStartWith("The execute command failed because execute command was not enabled");
        (await server.RefusalAsync("ExecuteCommand", $$"""{"task":"{{arn}}","command":"sh","interactive":false}""")).Type.ShouldBe("InvalidParameterException");
        (await server.RefusalAsync("ExecuteCommand", $$"""{"task":"{{new string('0', 32)}}","command":"sh","interactive":true}""")).Message.ShouldBe("The referenced task was not found.");
    }

    [Fact]
    public async Task Opens_no_session_while_the_agent_cannot_be_asked()
    {
        await JoinAsync("com.amazonaws.ecs.capability.task-iam-role", "com.amazonaws.ecs.capability.docker-remote-api.1.17");
        await server.RegisterDefinitionAsync("role", ""","taskRoleArn":"arn:aws:iam::000000000000:role/r" """);
        var arn = (await server.AskAsync("RunTask", """{"taskDefinition":"role","enableExecuteCommand":true}""")).GetProperty("tasks")[0].GetProperty("taskArn").GetString();
        var request = $$"""{"task":"{{arn}}","command":"sh","interactive":true}""";
        await server.AskAsync("SubmitTaskStateChange", $$"""{"task":"{{arn}}","status":"RUNNING","containers":[{"containerName":"app","status":"RUNNING","runtimeId":"abc"}]}""");
        (await server.RefusalAsync("ExecuteCommand", request)).Type.ShouldBe("InvalidParameterException");

        await server.AskAsync("SubmitTaskStateChange", $$"""
            {"task":"{{arn}}","status":"RUNNING","managedAgents":[{"containerName":"app","managedAgentName":"ExecuteCommandAgent","status":"RUNNING"}]}
            """);

        (await server.RefusalAsync("ExecuteCommand", request)).ShouldBe(("TargetNotConnectedException", "The execute command failed due to an internal error. Try again later."));
        (await server.RefusalAsync("ExecuteCommand", $$"""{"task":"{{arn}}","container":"other","command":"sh","interactive":true}""")).Message!.ShouldStartWith("The container name is not valid");
        (await server.RefusalAsync("ExecuteCommand", $$"""{"task":"{{arn}}","command":"{{new string('x', 9000)}}","interactive":true}""")).Message!.ShouldStartWith("Command can not be longer");
    }

    [Fact]
    public async Task For_a_service_can_be_protected()
    {
        await server.JoinAsync();
        await server.AskAsync("CreateService", """{"serviceName":"web","taskDefinition":"web","desiredCount":1}""");
        var arn = (await server.AskAsync("ListTasks", "{}")).GetProperty("taskArns")[0].GetString();
        var alone = (await server.AskAsync("RunTask", """{"taskDefinition":"web"}""")).GetProperty("tasks")[0].GetProperty("taskArn").GetString();

        var answer = await server.AskAsync("UpdateTaskProtection", $$"""{"cluster":"default","tasks":["{{arn}}","{{alone}}"],"protectionEnabled":true,"expiresInMinutes":60}""");
        answer.GetProperty("protectedTasks")[0].GetProperty("protectionEnabled").GetBoolean().ShouldBeTrue();
        answer.GetProperty("failures")[0].GetProperty("reason").GetString().ShouldBe("TASK_NOT_VALID");

        var got = await server.AskAsync("GetTaskProtection", $$"""{"cluster":"default","tasks":["{{arn}}","{{alone}}","{{new string('0', 32)}}"]}""");
        got.GetProperty("protectedTasks")[0].GetProperty("expirationDate").GetDouble().ShouldBeGreaterThan(0);
        got.GetProperty("failures").EnumerateArray().Select(failure => failure.GetProperty("reason").GetString()).ShouldBe(["TASK_NOT_VALID", "MISSING"]);
        (await server.AskAsync("GetTaskProtection", """{"cluster":"default"}""")).GetProperty("protectedTasks").EnumerateArray().Select(task => task.GetProperty("taskArn").GetString()).ShouldBe([arn]);
        (await server.RefusalAsync("UpdateTaskProtection", $$"""{"cluster":"default","tasks":["{{arn}}"],"protectionEnabled":true,"expiresInMinutes":2881}""")).Type.ShouldBe("InvalidParameterException");
    }

    [Fact]
    public async Task Goes_on_an_agent_that_has_no_update()
    {
        var id = await server.JoinAsync();

        (await server.RefusalAsync("UpdateContainerAgent", $$"""{"containerInstance":"{{id}}"}""")).Type.ShouldBe("NoUpdateAvailableException");
        (await server.RefusalAsync("UpdateContainerAgent", $$"""{"containerInstance":"{{new string('0', 32)}}"}""")).Type.ShouldBe("InvalidParameterException");
    }

    private async Task JoinAsync(params string[] capabilities)
    {
        var id = await server.JoinAsync(cpu: 4096, memory: 8192);
        var attributes = string.Join(',', capabilities.Select(name => $$"""{"name":"{{name}}","targetId":"{{id}}"}"""));
        await server.AskAsync("PutAttributes", $$"""{"attributes":[{{attributes}}]}""");
    }
}
