using System.Text.Json;
using System.Text.Json.Nodes;

namespace Berth.Api.Tests;

public sealed class RegisteringATaskDefinition : IAsyncLifetime
{
    private const string Good = """{"family":"web","containerDefinitions":[{"name":"app","image":"nginx","memory":128}]}""";

    private EcsServer server = null!;    // Made before each test.

    public async ValueTask InitializeAsync() => server = await EcsServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Answers_it_with_ecss_defaults_and_no_others()
    {
        var answer = await server.AskAsync("RegisterTaskDefinition", """
            {"family":"web","cpu":".25 vCPU","memory":"0.5GB","tags":[{"key":"team","value":"x"}],"revision":7,"status":"INACTIVE",
             "volumes":[{"name":"empty"},{"name":"data","host":{"sourcePath":"/srv"}}],
             "containerDefinitions":[{"name":"app","image":"nginx","memory":128,"portMappings":[{"containerPort":80}],"mountPoints":[{"sourceVolume":"data","containerPath":"/d"}],
              "healthCheck":{"command":["CMD","true"]}}]}
            """);

        var definition = (JsonObject)JsonNode.Parse(answer.GetProperty("taskDefinition").GetRawText())!;
        definition["registeredAt"]!.GetValue<double>().ShouldBeGreaterThan(1_700_000_000);
        definition.Remove("registeredAt");
        JsonNode.DeepEquals(definition, JsonNode.Parse("""
            {"taskDefinitionArn":"arn:aws:ecs:us-east-1:000000000000:task-definition/web:1","family":"web","revision":1,"status":"ACTIVE","cpu":"256","memory":"512",
             "containerDefinitions":[{"name":"app","image":"nginx","cpu":0,"memory":128,"essential":true,"environment":[],"volumesFrom":[],"systemControls":[],
              "portMappings":[{"containerPort":80,"hostPort":0,"protocol":"tcp"}],"mountPoints":[{"sourceVolume":"data","containerPath":"/d"}],
              "healthCheck":{"command":["CMD","true"],"interval":30,"timeout":5,"retries":3}}],
             "volumes":[{"name":"empty","host":{}},{"name":"data","host":{"sourcePath":"/srv"}}],"placementConstraints":[],"compatibilities":["EC2","EXTERNAL"],
             "requiresAttributes":[{"name":"com.amazonaws.ecs.capability.docker-remote-api.1.24"},{"name":"ecs.capability.container-health-check"},{"name":"ecs.capability.task-cpu-mem-limit"}],
             "registeredBy":"arn:aws:iam::000000000000:root"}
            """)).ShouldBeTrue(definition.ToJsonString());
        answer.GetProperty("tags").GetRawText().ShouldBe("""[{"key":"team","value":"x"}]""");
    }

    [Fact]
    public async Task Answers_the_same_when_asked_again_and_registers_what_it_answered()
    {
        var registered = (await server.AskAsync("RegisterTaskDefinition", Good)).GetProperty("taskDefinition");

        var described = (await server.AskAsync("DescribeTaskDefinition", """{"taskDefinition":"web"}""")).GetProperty("taskDefinition");
        described.GetRawText().ShouldBe(registered.GetRawText());

        var again = (await server.AskAsync("RegisterTaskDefinition", described.GetRawText())).GetProperty("taskDefinition");
        again.GetProperty("revision").GetInt32().ShouldBe(2);
        again.GetProperty("containerDefinitions").GetRawText().ShouldBe(described.GetProperty("containerDefinitions").GetRawText());
    }

    [Theory]
    [InlineData("awsvpc", 80)]
    [InlineData("host", 80)]
    public async Task Fills_the_host_port_of_the_network_mode(string mode, int hostPort)
    {
        var answer = await server.AskAsync("RegisterTaskDefinition", With($$"""
            {"networkMode":"{{mode}}","containerDefinitions":[{"name":"app","image":"nginx","memory":128,"portMappings":[{"containerPort":80}]}]}
            """));

        answer.GetProperty("taskDefinition").GetProperty("containerDefinitions")[0].GetProperty("portMappings")[0].GetProperty("hostPort").GetInt32().ShouldBe(hostPort);
    }

    [Fact]
    public async Task Finds_what_would_run_on_fargate()
    {
        var answer = await server.AskAsync("RegisterTaskDefinition", With("""{"networkMode":"awsvpc","cpu":"512","memory":"1024","requiresCompatibilities":["FARGATE"]}"""));

        Texts(answer.GetProperty("taskDefinition").GetProperty("compatibilities")).ShouldBe(["EC2", "FARGATE"]);
    }

    [Theory]
    [InlineData("""{"family":""}""", "Family should not be null or empty.")]
    [InlineData("""{"family":"a b"}""", "Family contains invalid characters.")]
    [InlineData("""{"containerDefinitions":[]}""", "Container list cannot be empty.")]
    [InlineData("""{"networkMode":"overlay"}""", "networkMode should be one of [bridge, host, awsvpc, none]")]
    [InlineData("""{"cpu":"lots"}""", "Invalid 'cpu' setting for task.*")]
    [InlineData("""{"cpu":"127"}""", "Invalid 'cpu' setting for task.*")]
    [InlineData("""{"cpu":"99999999999999999999999999999"}""", "Invalid 'cpu' setting for task.*")]
    [InlineData("""{"memory":"1"}""", "Invalid 'memory' setting for task.*")]
    [InlineData("""{"requiresCompatibilities":["FARGATE"]}""", "Fargate only supports network mode 'awsvpc'.")]
    [InlineData("""{"requiresCompatibilities":["FARGATE"],"networkMode":"awsvpc"}""", "Fargate requires that 'cpu' be defined at the task level.")]
    [InlineData("""{"requiresCompatibilities":["FARGATE"],"networkMode":"awsvpc","cpu":"256","memory":"4096"}""", "No Fargate configuration exists for given values: 256 CPU, 4096 memory.*")]
    [InlineData("""{"requiresCompatibilities":["EXTERNAL"],"networkMode":"awsvpc"}""", "External instances do not support network mode 'awsvpc'.")]
    [InlineData("""{"placementConstraints":[{"type":"distinctInstance"}]}""", "placementConstraints.type should be one of [memberOf]")]
    [InlineData("""{"volumes":[{"name":"a"},{"name":"a"}]}""", "Duplicate volume name 'a'.")]
    public async Task Refuses_a_task_setting(string change, string message) => await ShouldRefuse(With(change), message);

    [Theory]
    [InlineData("""{"name":null}""", "Container.name should not be null or empty.")]
    [InlineData("""{"name":"a b"}""", "Container.name contains invalid characters.")]
    [InlineData("""{"image":null}""", "Container.image should not be null or empty.")]
    [InlineData("""{"image":"nginx@sha256:123"}""", "Container.image repository digest is invalid.")]
    [InlineData("""{"memory":null}""", "Invalid setting for container 'app'. At least one of 'memory' or 'memoryReservation' must be specified.")]
    [InlineData("""{"memory":3}""", "Invalid setting for container 'app'.*")]
    [InlineData("""{"memoryReservation":256}""", "Invalid setting for container 'app'. 'memory' must be greater than or equal to 'memoryReservation'")]
    [InlineData("""{"essential":false}""", "At least one container in the task definition must be essential.")]
    [InlineData("""{"portMappings":[{"containerPort":0}]}""", "Invalid 'containerPort' setting for container 'app'.")]
    [InlineData("""{"portMappings":[{"containerPort":80,"hostPort":65536}]}""", "Invalid 'hostPort' setting for container 'app'.")]
    [InlineData("""{"portMappings":[{"containerPort":80},{"containerPort":80,"protocol":"udp"}]}""", "Container 'app' cannot have duplicate container ports*")]
    [InlineData("""{"portMappings":[{"containerPort":80,"hostPort":8080},{"containerPort":81,"hostPort":8080}]}""", "The host port 8080 is used by more than one port mapping.")]
    [InlineData("""{"portMappings":[{"containerPortRange":"80-90"},{"containerPort":90}]}""", "Container 'app' cannot have duplicate container ports*")]
    [InlineData("""{"portMappings":[{"containerPort":91},{"containerPortRange":"80-90"},{"containerPortRange":"90-92"}]}""", "Container 'app' cannot have duplicate container ports*")]
    [InlineData("""{"portMappings":[{"containerPortRange":"20-10"}]}""", "Invalid 'containerPortRange' setting for container 'app'.")]
    [InlineData("""{"portMappings":[{"containerPort":80,"appProtocol":"http"}]}""", "Invalid 'appProtocol' setting for container 'app'.*")]
    [InlineData("""{"mountPoints":[{"sourceVolume":"x","containerPath":"/x"}]}""", "Unknown volume 'x'.")]
    [InlineData("""{"logConfiguration":{"logDriver":"awslogs"}}""", "Log driver awslogs requires options: awslogs-region, awslogs-group")]
    [InlineData("""{"logConfiguration":{"logDriver":"smoke"}}""", "logDriver should be one of *")]
    [InlineData("""{"healthCheck":{"command":["true"]}}""", "Invalid setting for container 'app'.*")]
    [InlineData("""{"healthCheck":{"command":["CMD","true"],"interval":4}}""", "Invalid setting for container 'app'. 'healthCheck.interval' must be between 5 and 300.")]
    [InlineData("""{"dependsOn":[{"containerName":"b","condition":"START"}]}""", "Invalid setting for container 'app'.*")]
    [InlineData("""{"dependsOn":[{"containerName":"app","condition":"START"}]}""", "The container dependencies of the task definition have a cycle.")]
    [InlineData("""{"dependsOn":[{"containerName":"app","condition":"SUCCESS"}]}""", "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container")]
    [InlineData("""{"ulimits":[{"name":"nofile","softLimit":2,"hardLimit":1}]}""", "Invalid setting for container 'app'.*")]
    [InlineData("""{"environmentFiles":[{"type":"s3","value":"arn:aws:s3:::b/vars.txt"}]}""", "Invalid setting for container 'app'.*")]
    public async Task Refuses_a_container_setting(string change, string message) => await ShouldRefuse(WithContainer(change), message);

    [Fact]
    public async Task Refuses_containers_that_wait_for_each_other() => await ShouldRefuse(
        With("""
            {"containerDefinitions":[
             {"name":"a","image":"i","memory":10,"dependsOn":[{"containerName":"b","condition":"START"}]},
             {"name":"b","image":"i","memory":10,"links":["c"]},
             {"name":"c","image":"i","memory":10,"volumesFrom":[{"sourceContainer":"a"}]}]}
            """),
        "The container dependencies of the task definition have a cycle.");

    [Theory]
    [InlineData("RegisterTaskDefinition", 25_000, "\"links\":[\"c{0}\"]")]
    [InlineData("RegisterDaemonTaskDefinition", 12_000, "\"dependsOn\":[{{\"containerName\":\"c{0}\",\"condition\":\"START\"}}]")]
    public async Task Refuses_a_chain_of_very_many_containers(string operation, int length, string need)
    {
        var needs = System.Text.CompositeFormat.Parse(need);
        var containers = Enumerable.Range(1, length).Select(at => $$"""{"name":"c{{at}}",{{string.Format(null, needs, at + 1)}}}""");

        (await server.RefusalAsync(operation, $$"""{"family":"web","containerDefinitions":[{{string.Join(',', containers)}}]}"""))
            .ShouldBe(("ClientException", "Container list cannot have more than 10 containers."));

        (await server.AskAsync("ListTaskDefinitions", "{}")).GetProperty("taskDefinitionArns").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Refuses_ports_that_differ_where_the_host_has_no_others() => await ShouldRefuse(
        With("""{"networkMode":"awsvpc","containerDefinitions":[{"name":"app","image":"nginx","memory":128,"portMappings":[{"containerPort":80,"hostPort":8080}]}]}"""),
        "When networkMode=awsvpc, the host ports and container ports in port mappings must match.");

    [Fact]
    public async Task Refuses_two_containers_of_one_name() => await ShouldRefuse(
        With("""{"containerDefinitions":[{"name":"a","image":"i","memory":10},{"name":"a","image":"i","memory":10}]}"""), "Container.name contains duplicate container names.");

    [Fact]
    public async Task Refuses_containers_that_need_more_than_the_task_has() => await ShouldRefuse(
        With("""{"cpu":"128","containerDefinitions":[{"name":"a","image":"i","memory":10,"cpu":64},{"name":"b","image":"i","memory":10,"cpu":65}]}"""),
        "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.");

    [Fact]
    public async Task Refuses_a_document_beyond_64_kibibytes() => await ShouldRefuse(
        WithContainer($$"""{"command":["{{new string('x', 65_536)}}"]}"""), "Actual length: '*'. Max allowed length is '65536' bytes.");

    [Fact]
    public async Task Derives_what_the_agent_must_be_able_to_do()
    {
        var answer = await server.AskAsync("RegisterTaskDefinition", WithContainer("""
            {"image":"123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1","privileged":true,"memoryReservation":64,"stopTimeout":5,
             "logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"g","awslogs-region":"us-east-1"}},
             "secrets":[{"name":"A","valueFrom":"arn:aws:secretsmanager:us-east-1:000000000000:secret:x"},{"name":"B","valueFrom":"/param"}]}
            """, """{"taskRoleArn":"arn:aws:iam::000000000000:role/t","executionRoleArn":"arn:aws:iam::000000000000:role/e"}"""));

        answer.GetProperty("taskDefinition").GetProperty("requiresAttributes").EnumerateArray().Select(attribute => attribute.GetProperty("name").GetString())
            .ShouldBe(
            [
                "com.amazonaws.ecs.capability.docker-remote-api.1.17", "com.amazonaws.ecs.capability.docker-remote-api.1.19",
                "com.amazonaws.ecs.capability.docker-remote-api.1.21", "com.amazonaws.ecs.capability.ecr-auth",
                "com.amazonaws.ecs.capability.logging-driver.awslogs", "com.amazonaws.ecs.capability.privileged-container",
                "com.amazonaws.ecs.capability.task-iam-role", "ecs.capability.container-ordering", "ecs.capability.execution-role-awslogs",
                "ecs.capability.execution-role-ecr-pull", "ecs.capability.secrets.asm.environment-variables", "ecs.capability.secrets.ssm.environment-variables",
            ]);
    }

    [Fact]
    public async Task Ends_with_deregistering_and_deleting()
    {
        await server.AskAsync("RegisterTaskDefinition", Good);
        (await server.RefusalAsync("DeregisterTaskDefinition", """{"taskDefinition":"web"}""")).ShouldBe(("ClientException", "Revision is missing."));
        (await server.RefusalAsync("DeregisterTaskDefinition", """{"taskDefinition":"web:x"}""")).ShouldBe(("InvalidParameterException", "Invalid revision number. Number: x"));
        (await server.RefusalAsync("DescribeTaskDefinition", """{"taskDefinition":"web:2"}""")).ShouldBe(("ClientException", "Unable to describe task definition."));

        var active = await server.AskAsync("DeleteTaskDefinitions", """{"taskDefinitions":["web:1","nope:1"]}""");
        active.GetProperty("failures").GetArrayLength().ShouldBe(2);
        var inactive = await server.AskAsync("DeregisterTaskDefinition", """{"taskDefinition":"arn:aws:ecs:us-east-1:000000000000:task-definition/web:1"}""");
        inactive.GetProperty("taskDefinition").GetProperty("status").GetString().ShouldBe("INACTIVE");
        (await server.RefusalAsync("DescribeTaskDefinition", """{"taskDefinition":"web"}""")).Type.ShouldBe("ClientException");
        var deleted = await server.AskAsync("DeleteTaskDefinitions", """{"taskDefinitions":["web:1"]}""");
        deleted.GetProperty("taskDefinitions")[0].GetProperty("status").GetString().ShouldBe("DELETE_IN_PROGRESS");
    }

    [Fact]
    public async Task Lists_page_by_page()
    {
        for (var revision = 0; revision < 5; revision++)
        {
            await server.AskAsync("RegisterTaskDefinition", Good);
        }

        await server.AskAsync("RegisterTaskDefinition", With("""{"family":"web-2"}"""));
        var arns = new List<string>();
        var token = "";
        do
        {
            var page = await server.AskAsync("ListTaskDefinitions", $$"""{"sort":"DESC","maxResults":2,"nextToken":"{{token}}"}""");
            arns.AddRange(Texts(page.GetProperty("taskDefinitionArns")));
            token = page.TryGetProperty("nextToken", out var next) ? next.GetString() : null;
        }
        while (token is not null);

        arns.Select(arn => arn.Split('/')[1]).ShouldBe(["web-2:1", "web:5", "web:4", "web:3", "web:2", "web:1"], ignoreOrder: true);
        arns.Count.ShouldBe(6);
        Texts((await server.AskAsync("ListTaskDefinitions", """{"familyPrefix":"web","status":"ACTIVE"}""")).GetProperty("taskDefinitionArns")).Count.ShouldBe(5);
        Texts((await server.AskAsync("ListTaskDefinitionFamilies", """{"familyPrefix":"we"}""")).GetProperty("families")).ShouldBe(["web", "web-2"]);
        foreach (var bad in new[] { "x", "???", "TGlzdENsdXN0ZXJzCmE" })
        {
            (await server.RefusalAsync("ListTaskDefinitions", $$"""{"nextToken":"{{bad}}"}""")).Type.ShouldBe("InvalidParameterException");
        }
    }

    private static List<string> Texts(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetString()!)];

    private static string With(string change, string start = Good)
    {
        var document = (JsonObject)JsonNode.Parse(start)!;
        foreach (var (name, value) in (JsonObject)JsonNode.Parse(change)!)
        {
            document[name] = value?.DeepClone();
        }

        return document.ToJsonString();
    }

    private static string WithContainer(string change, string task = "{}")
    {
        var document = (JsonObject)JsonNode.Parse(With(task))!;
        document["containerDefinitions"]![0] = JsonNode.Parse(With(change, document["containerDefinitions"]![0]!.ToJsonString()));
        return document.ToJsonString();
    }

    private async Task ShouldRefuse(string request, string message)
    {
        var (type, text) = await server.RefusalAsync("RegisterTaskDefinition", request);

        type.ShouldBe("ClientException");
        var pattern = "^" + System.Text.RegularExpressions.Regex.Escape(message).Replace("\\*", ".*", StringComparison.Ordinal) + "$";
        text.ShouldNotBeNull().ShouldMatch(pattern);
        (await server.AskAsync("ListTaskDefinitions", "{}")).GetProperty("taskDefinitionArns").GetArrayLength().ShouldBe(0);
    }
}
