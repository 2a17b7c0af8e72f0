namespace Berth.Api.Tests;

public sealed class PlacingOverTheWire : IAsyncLifetime
{
    private const string MemberOf = "MemberOf placement constraint unsatisfied.";

    private EcsServer server = null!;    // Made before each test.

    public async ValueTask InitializeAsync() => server = await EcsServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Lists_the_instances_that_meet_a_filter()
    {
        var blue = await JoinAsync("blue");
        var green = await JoinAsync("green");
        await server.RegisterDefinitionAsync("web");

        (await ListAsync("attribute:colour == blue")).ShouldBe([blue]);
        (await ListAsync("attribute:colour in [blue, green] and not attribute:colour =~ b.*")).ShouldBe([green]);
        (await ListAsync("agentConnected == true and runningTasksCount == 0")).ShouldBe([blue, green], ignoreOrder: true);
        (await ListAsync("attribute:nobody exists")).ShouldBeEmpty();

        await server.AskAsync("StartTask", $$"""{"taskDefinition":"web","containerInstances":["{{green}}"],"group":"here"}""");
        (await ListAsync("task:group == here")).ShouldBe([green]);
        (await ListAsync("runningTasksCount < 1")).ShouldBe([blue]);
    }

    [Theory]
    [InlineData("attribute:stack = test", "Invalid expression: Expected an operator, such as ==, !=, in or exists (at character 17).")]
    [InlineData("size == 3", "Invalid expression: Expected agentConnected, *(at character 1).")]
    public async Task Refuses_an_expression_it_cannot_read(string expression, string message)
    {
        await server.JoinAsync();
        await server.RegisterDefinitionAsync("web");
        var constraints = $$"""
            "placementConstraints":[{"type":"memberOf","expression":"{{expression}}"}]
            """;

        await ShouldRefuse("ListContainerInstances", $$"""{"filter":"{{expression}}"}""", "InvalidParameterException", message);
        await ShouldRefuse("RunTask", $$"""{"taskDefinition":"web",{{constraints}}}""", "InvalidParameterException", message);
        await ShouldRefuse("CreateService", $$"""{"serviceName":"web","taskDefinition":"web","desiredCount":1,{{constraints}}}""", "InvalidParameterException", message);
        await ShouldRefuse("RegisterTaskDefinition", $$"""{"family":"x","containerDefinitions":[{"name":"app","image":"nginx","memory":100}],{{constraints}}}""", "ClientException", message);
    }

    [Fact]
    public async Task Holds_constraints_of_the_call_and_of_the_definition()
    {
        var blue = await JoinAsync("blue");
        await JoinAsync("green");
        await server.RegisterDefinitionAsync("web");
        await server.RegisterDefinitionAsync("blue", ""","placementConstraints":[{"type":"memberOf","expression":"attribute:colour == blue"}]""");

        var ran = await server.AskAsync("RunTask", """{"taskDefinition":"blue","count":4}""");
        ran.GetProperty("tasks").EnumerateArray().ShouldAllBe(task => task.GetProperty("containerInstanceArn").GetString()!.EndsWith(blue, StringComparison.Ordinal));

        var neither = await server.AskAsync("RunTask", """{"taskDefinition":"blue","placementConstraints":[{"type":"memberOf","expression":"attribute:colour == green"}]}""");
        neither.GetProperty("tasks").GetArrayLength().ShouldBe(0);
        neither.GetProperty("failures").EnumerateArray().Select(failure => failure.GetProperty("reason").GetString()).ShouldBe([MemberOf, MemberOf]);

        var once = await server.AskAsync("RunTask", """{"taskDefinition":"web","count":3,"placementConstraints":[{"type":"memberOf","expression":"not task:group == family:web"}]}""");
        once.GetProperty("tasks").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Tells_of_so_many_failures_at_most()
    {
        for (var i = 0; i < 103; i++)
        {
            await server.JoinAsync(cpu: 50);
        }

        await server.RegisterDefinitionAsync("web");

        (await server.AskAsync("RunTask", """{"taskDefinition":"web","count":10}""")).GetProperty("failures").GetArrayLength().ShouldBe(100);
    }

    [Fact]
    public async Task Explains_where_a_task_would_go_and_why_not_elsewhere()
    {
        var roomy = await JoinAsync("blue");
        var small = await server.JoinAsync(cpu: 50);
        await server.RegisterDefinitionAsync("web");
        await server.AskAsync("CreateService", """{"serviceName":"front","taskDefinition":"web","desiredCount":1,"placementConstraints":[{"type":"distinctInstance"}]}""");

        var alone = (await server.AskOperatorAsync("/_berth/explain", """{"target":"web"}""")).Json;
        alone.GetProperty("next").GetProperty("containerInstance").GetString().ShouldBe(roomy);
        alone.GetProperty("feasible").GetInt32().ShouldBe(1);
        alone.GetProperty("obstacles").GetRawText().ShouldBe($$"""[{"containerInstance":"{{small}}","reason":"RESOURCE:CPU","needed":100,"left":50}]""");

        var service = (await server.AskOperatorAsync("/_berth/explain", """{"target":"front","count":0}""")).Json;
        service.GetProperty("subject").GetProperty("service").GetString().ShouldBe("front");
        service.TryGetProperty("next", out _).ShouldBeFalse();
        service.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("reason").GetString()).ShouldBe(["DistinctInstance placement constraint unsatisfied.", "RESOURCE:CPU"]);
        service.GetProperty("obstacles").GetArrayLength().ShouldBe(0);

        (await server.AskOperatorAsync("/_berth/explain", """{"target":"nope"}""")).Error.Type.ShouldBe("ClientException");
        (await server.AskOperatorAsync("/_berth/explain", "{}")).Error.Type.ShouldBe("InvalidParameterException");
        (await server.AskOperatorAsync("/_berth/explain", "[")).Error.Type.ShouldBe("SerializationException");
    }

    [Fact]
    public async Task Plans_without_placing()
    {
        var a = await JoinAsync("blue");
        var b = await JoinAsync("green");
        await server.RegisterDefinitionAsync("web");

        var plan = (await server.AskOperatorAsync("/_berth/plan", """{"target":"web","count":25}""")).Json;

        plan.GetProperty("placed").GetInt32().ShouldBe(20);
        plan.GetProperty("instances").EnumerateArray().ToDictionary(instance => instance.GetProperty("containerInstance").GetString()!, instance => instance.GetProperty("tasks").GetInt32())
            .ShouldBe(new Dictionary<string, int> { [a] = 10, [b] = 10 }, ignoreOrder: true);
        plan.GetProperty("closest").GetProperty("reason").GetString().ShouldBe("RESOURCE:CPU");
        (await server.AskAsync("ListTasks", "{}")).GetProperty("taskArns").GetArrayLength().ShouldBe(0);
        (await server.AskOperatorAsync("/_berth/plan", """{"target":"web","count":0}""")).Error.Type.ShouldBe("InvalidParameterException");
    }

    private async Task<string> JoinAsync(string colour)
    {
        var id = await server.JoinAsync();
        await server.AskAsync("PutAttributes", $$"""{"attributes":[{"name":"colour","value":"{{colour}}","targetType":"container-instance","targetId":"{{id}}"}]}""");
        return id;
    }

    private async Task<List<string>> ListAsync(string filter) =>
        [.. (await server.AskAsync("ListContainerInstances", $$"""{"filter":"{{filter}}"}""")).GetProperty("containerInstanceArns").EnumerateArray().Select(arn => arn.GetString()!.Split('/')[^1])];

    private async Task ShouldRefuse(string operation, string request, string type, string message)
    {
        var refusal = await server.RefusalAsync(operation, request);
        refusal.Type.ShouldBe(type);
        refusal.Message!.ShouldMatch("^" + System.Text.RegularExpressions.Regex.Escape(message).Replace("\\*", ".*", StringComparison.Ordinal) + "$");
    }
}
