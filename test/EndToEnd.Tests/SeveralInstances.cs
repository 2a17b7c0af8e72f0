namespace Berth.EndToEnd.Tests;

/// <summary>One machine as three container instances.</summary>
public sealed class SeveralInstances(SeveralInstances.Three berth) : IClassFixture<SeveralInstances.Three>
{
    private const string Zones = """
        --query 'containerInstances[].[attributes[?name==`ecs.availability-zone`].value|[0],registeredResources[?name==`CPU`].integerValue|[0],registeredResources[?name==`MEMORY`].integerValue|[0]]'
        """;

    public sealed class Three() : Installation("--instances 3 --no-sample");

    [Fact]
    public async Task Are_in_three_zones_share_the_machine_and_give_up_their_tasks_when_drained()
    {
        berth.Require();
        var instances = (await berth.RunAsync("aws ecs list-container-instances --query containerInstanceArns")).Split('\t');
        var rows = (await berth.RunAsync($"aws ecs describe-container-instances --container-instances {string.Join(' ', instances)} {Zones}")).Split('\n').Select(row => row.Split('\t')).ToList();
        rows.Select(row => row[0]).Order().ShouldBe(["us-east-1a", "us-east-1b", "us-east-1c"]);
        rows.Sum(row => int.Parse(row[1], null)).ShouldBeInRange((Environment.ProcessorCount * 1024) - 2, Environment.ProcessorCount * 1024);
        rows.Select(row => row[2]).Distinct().ShouldHaveSingleItem();

        // A service's tasks go round them.
        var family = berth.Named("spread");
        await TaskDefinition.RegisterAsync(berth, family, await berth.WebImageAsync());
        await berth.RunAsync($"aws ecs create-service --service-name spread --task-definition {family} --desired-count 3");
        (await PlacesAsync()).ShouldBe(instances, ignoreOrder: true);

        // One is drained: its task runs elsewhere, and was not stopped before it did.
        await berth.RunAsync($"aws ecs update-container-instances-state --container-instances {instances[0]} --status DRAINING");
        await berth.UntilAsync($"aws ecs describe-container-instances --container-instances {instances[0]} --query containerInstances[0].[status,runningTasksCount,pendingTasksCount]", said => said == "DRAINING\t0\t0");
        (await PlacesAsync()).ShouldNotContain(instances[0]);
        await berth.UntilAsync($"docker ps -q --filter label=com.amazonaws.ecs.task-definition-family={family} --filter label=com.amazonaws.ecs.container-instance-arn={instances[0]}", said => said.Length == 0);    // What stops does not count as running.

        // Active again, it takes tasks.
        await berth.RunAsync($"aws ecs update-container-instances-state --container-instances {instances[0]} --status ACTIVE");
        (await berth.RunAsync($"aws ecs run-task --task-definition {family} --query tasks[0].containerInstanceArn")).ShouldBe(instances[0]);

        async Task<string[]> PlacesAsync()
        {
            await berth.UntilAsync("aws ecs describe-services --services spread --query services[0].[runningCount,pendingCount]", said => said == "3\t0");
            return (await berth.RunAsync("aws ecs describe-tasks --tasks $(aws ecs list-tasks --service-name spread --query taskArns) --query 'tasks[].[containerInstanceArn]'")).Split('\n');
        }
    }
}
