using System.Text.Json;
using Berth.Domain;

namespace Berth.Api.Tests;

/// <summary>Goal: no page of a list costs more as the cluster grows, and all pages together are the whole list.</summary>
public sealed class ListingALargeCluster : IAsyncLifetime
{
    private const int Tasks = 2_500;

    private EcsServer server = null!;    // Made before each test.

    public async ValueTask InitializeAsync()
    {
        server = await EcsServer.StartAsync();
        await server.JoinAsync(cpu: 4096, memory: 4 * Tasks);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData("RUNNING")]
    [InlineData("STOPPED")]
    public async Task Looks_at_so_many_tasks_a_page_where_few_are_asked_for(string status)
    {
        await server.ExecuteAsync("default", new RunMany(Tasks, "EC2", IsStopping: status == "STOPPED"));
        await server.ExecuteAsync("default", new RunMany(150, "FARGATE", IsStopping: status == "STOPPED"));

        (await PagesAsync("ListTasks", "taskArns", $"\"desiredStatus\":\"{status}\",\"family\":\"web\",\"launchType\":\"EXTERNAL\"")).Select(page => page.Count).ShouldBe([0, 0, 0]);
        var found = await PagesAsync("ListTasks", "taskArns", $"\"desiredStatus\":\"{status}\",\"launchType\":\"FARGATE\"");
        found.SelectMany(page => page).Distinct().Count().ShouldBe(150);
        found.Count.ShouldBeInRange(3, 5);
        var all = await PagesAsync("ListTasks", "taskArns", $"\"desiredStatus\":\"{status}\"");
        all.Select(page => page.Count).ShouldBe([.. Enumerable.Repeat(100, 26), 50]);
        all.SelectMany(page => page).ShouldBeInOrder(SortDirection.Ascending, StringComparer.Ordinal);
        all.SelectMany(page => page).Distinct().Count().ShouldBe(Tasks + 150);
    }

    [Fact]
    public async Task Finds_the_pages_of_instances_and_their_attributes()
    {
        for (var more = 0; more < 4; more++)
        {
            await server.JoinAsync(attributes: more % 2 == 0 ? ",{\"name\":\"even\",\"value\":\"yes\"}" : "");
        }

        var instances = (await PagesAsync("ListContainerInstances", "containerInstanceArns", "\"maxResults\":2")).ConvertAll(page => page.Count);
        instances.ShouldBe([2, 2, 1]);
        var passing = (await PagesAsync("ListContainerInstances", "containerInstanceArns", "\"maxResults\":1,\"filter\":\"attribute:even exists\"")).ConvertAll(page => page.Count);
        passing.ShouldBe([1, 1]);
        var even = await PagesAsync("ListAttributes", "attributes", "\"targetType\":\"container-instance\",\"attributeName\":\"even\",\"maxResults\":1");
        even.Select(page => page.Count).ShouldBe([1, 1]);
        even.SelectMany(page => page).Distinct().Count().ShouldBe(2);
        var whole = await PagesAsync("ListAttributes", "attributes", "\"targetType\":\"container-instance\"");
        var cut = await PagesAsync("ListAttributes", "attributes", "\"targetType\":\"container-instance\",\"maxResults\":3");
        cut.SelectMany(page => page).ShouldBe(whole.SelectMany(page => page));
    }

    [Fact]
    public async Task Tells_of_protected_tasks_unless_there_are_too_many_for_an_answer_without_pages()
    {
        await server.ExecuteAsync("default", new RunMany(101, "EC2", IsStopping: false));
        await server.ExecuteAsync("default", new ProtectAll(100));
        (await server.AskAsync("GetTaskProtection", """{"cluster":"default"}""")).GetProperty("protectedTasks").GetArrayLength().ShouldBe(100);

        await server.ExecuteAsync("default", new ProtectAll(101));

        (await server.RefusalAsync("GetTaskProtection", """{"cluster":"default"}""")).ShouldBe(("InvalidParameterException", "More than 100 tasks are protected. Name the tasks to tell of."));
    }

    private async Task<List<List<string>>> PagesAsync(string operation, string member, string request)
    {
        var pages = new List<List<string>>();
        string? token = null;
        do
        {
            var page = await server.AskAsync(operation, $$"""{"nextToken":{{(token is null ? "null" : $"\"{token}\"")}},{{request}}}""");
            pages.Add([.. page.GetProperty(member).EnumerateArray().Select(item => item.GetRawText())]);
            token = page.TryGetProperty("nextToken", out var next) ? next.GetString() : null;
        }
        while (token is not null);
        return pages;
    }

    /// <summary>More tasks than RunTask starts at once.</summary>
    private sealed record RunMany(int Count, string LaunchType, bool IsStopping) : Command<ClusterAggregate, bool>
    {
        public override bool Decide(ClusterAggregate aggregate, DecisionContext context)
        {
            var definition = new TaskDefinition
            {
                Arn = "arn:aws:ecs:us-east-1:000000000000:task-definition/web:1",
                Family = "web",
                Revision = 1,
                Document = JsonElement.Parse("""{"family":"web"}"""),
                NetworkMode = "bridge",
                Containers = [new ContainerDefinition { Name = "web", Image = "web", MemoryMiB = 1 }],
            };
            var placed = new RunTaskCommand(new() { Definition = definition, LaunchType = LaunchType }, Count, [], [], null, "").Decide(aggregate, context);
            placed.Tasks.Length.ShouldBe(Count);
            foreach (var task in placed.Tasks.Where(_ => IsStopping))
            {
                // Some are still to be stopped by their agent, others have stopped: the list has them in one order.
                var status = task.Id[^1] % 2 == 0 ? EcsTaskStatus.Stopping : EcsTaskStatus.Stopped;
                aggregate.Record(new ClusterEvent.TaskStopRequested(task.Id, status, "", TaskStopCode.UserInitiated, context.Now));
            }

            return true;
        }
    }

    private sealed record ProtectAll(int Most) : Command<ClusterAggregate, bool>
    {
        public override bool Decide(ClusterAggregate aggregate, DecisionContext context)
        {
            foreach (var id in aggregate.State.Tasks.Keys.Order(StringComparer.Ordinal).Take(Most))
            {
                aggregate.Record(new ClusterEvent.TaskProtectionChanged(id, new(context.Now + TimeSpan.FromHours(1))));
            }

            return true;
        }
    }
}
