using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Berth.Api.Tests;

public sealed class DeletingATaskDefinition : IAsyncLifetime
{
    private EcsServer server = null!;    // Made before each test.

    public async ValueTask InitializeAsync()
    {
        server = await EcsServer.StartAsync();
        await server.JoinAsync();
        await server.RegisterDefinitionAsync("web");
        await server.RegisterDefinitionAsync("web");
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Lets_it_be_until_nothing_refers_to_it()
    {
        await server.AskAsync("CreateService", """{"serviceName":"web","taskDefinition":"web:1","desiredCount":0}""");
        await DeleteAsync();
        (await StatusAsync("web:1")).ShouldBe("DELETE_IN_PROGRESS");
        (await StatusAsync("web:2")).ShouldBe("DELETE_IN_PROGRESS");

        await LookAsync();

        (await StatusAsync("web:1")).ShouldBe("DELETE_IN_PROGRESS");
        (await server.RefusalAsync("DescribeTaskDefinition", """{"taskDefinition":"web:2"}""")).Type.ShouldBe("ClientException");
        await server.AskAsync("DeleteService", """{"service":"web"}""");
        await LookAsync();
        (await server.RefusalAsync("DescribeTaskDefinition", """{"taskDefinition":"web:1"}""")).Type.ShouldBe("ClientException");
        (await server.AskAsync("ListTaskDefinitions", """{"status":"DELETE_IN_PROGRESS"}""")).GetProperty("taskDefinitionArns").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Does_not_touch_the_task_that_runs_it()
    {
        var arn = (await server.AskAsync("RunTask", """{"taskDefinition":"web:1"}""")).GetProperty("tasks")[0].GetProperty("taskArn").GetString();
        await DeleteAsync();

        await LookAsync();

        (await StatusAsync("web:1")).ShouldBe("DELETE_IN_PROGRESS");
        var task = (await server.AskAsync("DescribeTasks", $$"""{"tasks":["{{arn}}"]}""")).GetProperty("tasks")[0];
        task.GetProperty("desiredStatus").GetString().ShouldBe("RUNNING");
        task.GetProperty("taskDefinitionArn").GetString()!.ShouldEndWith("task-definition/web:1");
    }

    [Fact]
    public async Task Never_gives_its_number_out_again()
    {
        await DeleteAsync();
        await LookAsync();

        var next = await server.AskAsync("RegisterTaskDefinition", """{"family":"web","containerDefinitions":[{"name":"app","image":"nginx","memory":100}]}""");

        next.GetProperty("taskDefinition").GetProperty("revision").GetInt32().ShouldBe(3);
    }

    private async Task DeleteAsync()
    {
        foreach (var revision in new[] { "web:1", "web:2" })
        {
            await server.AskAsync("DeregisterTaskDefinition", $$"""{"taskDefinition":"{{revision}}"}""");
        }

        (await server.AskAsync("DeleteTaskDefinitions", """{"taskDefinitions":["web:1","web:2"]}""")).GetProperty("failures").GetArrayLength().ShouldBe(0);
    }

    /// <summary>What is done once an hour.</summary>
    private Task LookAsync() =>
        server.Http.Services.GetServices<IHostedService>().OfType<TaskDefinitionUpkeep>().Single().ForgetAsync(TestContext.Current.CancellationToken);

    private async Task<string?> StatusAsync(string revision) =>
        (await server.AskAsync("DescribeTaskDefinition", $$"""{"taskDefinition":"{{revision}}"}""")).GetProperty("taskDefinition").GetProperty("status").GetString();
}
