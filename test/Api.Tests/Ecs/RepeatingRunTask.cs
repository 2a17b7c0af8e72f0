using Berth.Domain;

namespace Berth.Api.Tests;

public sealed class RepeatingRunTask : IAsyncLifetime
{
    private EcsServer server = null!;    // Made before each test.

    public async ValueTask InitializeAsync() => server = await EcsServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Starts_no_task_twice_for_one_token()
    {
        await server.JoinAsync();
        await server.RegisterDefinitionAsync("web");

        var first = await server.AskAsync("RunTask", """{"taskDefinition":"web","clientToken":"t"}""");
        var second = await server.AskAsync("RunTask", """{"taskDefinition":"arn:aws:ecs:us-east-1:000000000000:task-definition/web","cluster":"default","clientToken":"t"}""");

        second.GetProperty("tasks")[0].GetProperty("taskArn").GetString().ShouldBe(first.GetProperty("tasks")[0].GetProperty("taskArn").GetString());
        (await server.RefusalAsync("RunTask", """{"taskDefinition":"web","count":2,"clientToken":"t"}""")).Type.ShouldBe("ConflictException");

        // A family is no revision: which of them it is changes with time, and what a token stands for must not.
        (await server.RefusalAsync("RunTask", """{"taskDefinition":"web:1","clientToken":"t"}""")).Type.ShouldBe("ConflictException");
    }

    [Fact]
    public async Task Starts_no_task_twice_for_one_token_whatever_becomes_of_its_definition()
    {
        await server.JoinAsync();
        await server.RegisterDefinitionAsync("web");
        const string Call = """{"taskDefinition":"web","clientToken":"t"}""";
        var first = (await server.AskAsync("RunTask", Call)).GetProperty("tasks")[0].GetProperty("taskArn").GetString();

        await server.RegisterDefinitionAsync("web");
        (await server.AskAsync("RunTask", Call)).GetProperty("tasks")[0].GetProperty("taskArn").GetString().ShouldBe(first);
        await server.AskAsync("DeregisterTaskDefinition", """{"taskDefinition":"web:1"}""");
        await server.AskAsync("DeregisterTaskDefinition", """{"taskDefinition":"web:2"}""");
        (await server.AskAsync("RunTask", Call)).GetProperty("tasks")[0].GetProperty("taskArn").GetString().ShouldBe(first);

        await server.ExecuteAsync("default", new DiscardTask(first!.Split('/')[^1]));
        var late = await server.AskAsync("RunTask", Call);
        late.GetProperty("tasks").GetArrayLength().ShouldBe(0);
        late.GetProperty("failures").GetRawText().ShouldBe($$"""[{"arn":"{{first}}","reason":"MISSING"}]""");
    }

    /// <summary>A task that was stopped so long ago that it is no longer kept.</summary>
    private sealed record DiscardTask(string Id) : Command<ClusterAggregate, bool>
    {
        public override bool Decide(ClusterAggregate aggregate, DecisionContext context)
        {
            aggregate.Record(new ClusterEvent.TaskStopRequested(Id, EcsTaskStatus.Stopped, "", TaskStopCode.UserInitiated, context.Now));
            aggregate.Record(new ClusterEvent.TaskForgotten(Id));
            return true;
        }
    }
}
