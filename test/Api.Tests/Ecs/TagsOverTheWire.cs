namespace Berth.Api.Tests;

public sealed class TagsOverTheWire : IAsyncLifetime
{
    private EcsServer server = null!;    // Made before each test.

    public async ValueTask InitializeAsync()
    {
        server = await EcsServer.StartAsync();
        await server.JoinAsync(cpu: 4096, memory: 4096);
        await server.RegisterDefinitionAsync("web", ""","tags":[{"key":"of","value":"definition"}]""");
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Of_a_task_set_are_set_removed_and_listed()
    {
        await server.AskAsync("CreateService", """{"serviceName":"web","desiredCount":1,"deploymentController":{"type":"EXTERNAL"}}""");
        var arn = (await server.AskAsync("CreateTaskSet", """{"cluster":"default","service":"web","taskDefinition":"web","tags":[{"key":"a","value":"1"}]}"""))
            .GetProperty("taskSet").GetProperty("taskSetArn").GetString();

        await server.AskAsync("TagResource", $$"""{"resourceArn":"{{arn}}","tags":[{"key":"b","value":"2"}]}""");
        await server.AskAsync("UntagResource", $$"""{"resourceArn":"{{arn}}","tagKeys":["a"]}""");

        (await server.AskAsync("ListTagsForResource", $$"""{"resourceArn":"{{arn}}"}""")).GetProperty("tags").GetRawText().ShouldBe("""[{"key":"b","value":"2"}]""");
        (await server.AskAsync("DescribeTaskSets", """{"cluster":"default","service":"web","include":["TAGS"]}""")).GetProperty("taskSets")[0].GetProperty("tags").GetRawText().ShouldBe("""[{"key":"b","value":"2"}]""");
        (await server.RefusalAsync("TagResource", $$"""{"resourceArn":"{{arn}}1","tags":[{"key":"b","value":"2"}]}""")).Message
            .ShouldBe("The specified task set is inactive. Specify an active task set and try again.");
        (await server.RefusalAsync("ListTagsForResource", $$"""{"resourceArn":"{{arn}}1"}""")).Type.ShouldBe("InvalidParameterException");
    }

    [Theory]
    [InlineData("NONE", "")]
    [InlineData("SERVICE", """{"key":"of","value":"service"},""")]
    [InlineData("TASK_DEFINITION", """{"key":"of","value":"definition"},""")]
    public async Task Of_a_services_tasks_come_from_where_it_says(string propagate, string tags)
    {
        await server.AskAsync("CreateService", $$"""
            {"serviceName":"web","taskDefinition":"web","desiredCount":1,"propagateTags":"{{propagate}}","enableECSManagedTags":true,"tags":[{"key":"of","value":"service"}]}
            """);

        var arn = (await server.AskAsync("ListTasks", "{}")).GetProperty("taskArns")[0].GetString();

        (await server.AskAsync("ListTagsForResource", $$"""{"resourceArn":"{{arn}}"}""")).GetProperty("tags").GetRawText()
            .ShouldBe($$"""[{{tags}}{"key":"aws:ecs:clusterName","value":"default"},{"key":"aws:ecs:serviceName","value":"web"}]""");
    }

    [Fact]
    public async Task Of_a_stopped_task_are_told_and_change_no_more()
    {
        var arn = (await server.AskAsync("RunTask", """{"taskDefinition":"web","tags":[{"key":"a","value":"1"}]}""")).GetProperty("tasks")[0].GetProperty("taskArn").GetString();
        await server.AskAsync("SubmitTaskStateChange", $$"""{"task":"{{arn}}","status":"STOPPED"}""");

        (await server.AskAsync("ListTagsForResource", $$"""{"resourceArn":"{{arn}}"}""")).GetProperty("tags").GetRawText().ShouldBe("""[{"key":"a","value":"1"}]""");
        (await server.RefusalAsync("TagResource", $$"""{"resourceArn":"{{arn}}","tags":[{"key":"b","value":"2"}]}""")).Message
            .ShouldBe("The specified task is inactive. Specify an active task and try again.");
    }
}
