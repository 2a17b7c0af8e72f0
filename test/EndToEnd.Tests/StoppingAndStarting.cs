namespace Berth.EndToEnd.Tests;

/// <summary><c>down</c>, <c>up</c>, <c>reset</c> and <c>down --erase</c>.</summary>
public sealed class StoppingAndStarting(StoppingAndStarting.AnInstallation berth) : IClassFixture<StoppingAndStarting.AnInstallation>
{
    public sealed class AnInstallation() : Installation("--no-sample");

    [Fact]
    public async Task Down_leaves_the_containers_and_up_takes_them_on_as_they_are()
    {
        berth.Require();
        var family = await ServiceAsync("lasting", tasks: 2);
        var before = await StateAsync(family);

        (await berth.RunAsync("berth down")).ShouldContain("Berth has stopped.");
        (await StateAsync(family)).ShouldBe(before);
        (await berth.RefusedAsync("berth status")).ShouldBe("");
        await berth.UpAsync(TestContext.Current.CancellationToken);

        await berth.UntilAsync("aws ecs describe-services --services lasting --query services[0].[runningCount,pendingCount,deployments[0].rolloutState]", said => said == "2\t0\tCOMPLETED");
        (await berth.RunAsync("aws ecs list-tasks --desired-status STOPPED --family " + family + " --query taskArns")).ShouldBeOneOf("", "None");
        (await StateAsync(family)).ShouldBe(before);
        await berth.RunAsync("aws ecs delete-service --service lasting --force");
    }

    [Fact]
    public async Task Reset_empties_the_account_and_the_walk_works_again()
    {
        berth.Require();
        var family = await ServiceAsync("before", tasks: 2);
        await berth.RunAsync("aws ecs create-cluster --cluster-name before; aws logs create-log-group --log-group-name /before");
        await LoadBalancer.CreateAsync(berth, "before");
        (await berth.RefusedAsync("berth reset")).ShouldContain("berth reset --yes");

        await berth.RunAsync("berth reset --yes");

        foreach (var (what, count) in new[]
        {
            ("aws ecs list-services", "serviceArns"), ("aws ecs list-task-definition-families", "families"), ("aws ecr describe-repositories", "repositories"),
            ("aws logs describe-log-groups", "logGroups"), ("aws elbv2 describe-load-balancers", "LoadBalancers"), ("aws elbv2 describe-target-groups", "TargetGroups"),
        })
        {
            (await berth.RunAsync($"{what} --query 'length({count})'")).ShouldBe("0", what);
        }

        await berth.UntilAsync($"docker ps -q --filter label=com.amazonaws.ecs.task-definition-family={family} | wc -l", count => count == "0");
        await berth.UntilAsync("berth status || :", said => said.Contains("1 of 1 connected", StringComparison.Ordinal));
        berth.ForgetImage();
        await ServiceAsync("before", tasks: 2);
        await berth.RunAsync("aws ecs delete-service --service before --force");
    }

    [Fact]
    public async Task Down_with_erase_removes_containers_and_data_and_the_next_start_is_a_first_one()
    {
        berth.Require();
        var family = await ServiceAsync("erased", tasks: 2);

        await berth.RunAsync("berth down --erase");

        (await berth.ContainersAsync(family, "--all")).ShouldBeEmpty();
        Directory.Exists(berth.Data).ShouldBeFalse();
        berth.ForgetImage();
        await berth.UpAsync(TestContext.Current.CancellationToken);
        (await berth.RunAsync("aws ecs list-services --query 'length(serviceArns)'")).ShouldBe("0");
    }

    [Fact]
    public async Task A_second_server_over_the_same_data_refuses_and_says_who_is_there()
    {
        berth.Require();

        (await berth.RefusedAsync($"berth server --port {Installation.FreePort()}")).ShouldContain($"{berth.ProcessOf("server")}");

        (await berth.RunAsync("berth status")).ShouldContain("1 of 1 connected");
    }

    /// <summary>Which containers run, and since when.</summary>
    private async Task<string[]> StateAsync(string family) =>
        [await berth.RunAsync($$$"""docker inspect --format '{{.Id}} {{.State.StartedAt}} {{.RestartCount}}' {{{string.Join(' ', await berth.ContainersAsync(family))}}}""")];

    private async Task<string> ServiceAsync(string name, int tasks)
    {
        var family = berth.Named(name);
        await TaskDefinition.RegisterAsync(berth, family, await berth.WebImageAsync());
        await berth.RunAsync($"aws ecs create-service --service-name {name} --task-definition {family} --desired-count {tasks}");
        await berth.UntilAsync($"aws ecs describe-services --services {name} --query services[0].[runningCount,deployments[0].rolloutState]", said => said == $"{tasks}\tCOMPLETED");
        return family;
    }
}
