namespace Berth.EndToEnd.Tests;

/// <summary>Containers, processes and all of it together end without notice, while there is work.</summary>
public sealed class WhenThingsDie(WhenThingsDie.AnInstallation berth) : IClassFixture<WhenThingsDie.AnInstallation>
{
    public sealed class AnInstallation() : Installation("--no-sample");

    [Fact]
    public async Task A_killed_container_is_replaced_and_the_target_group_follows()
    {
        berth.Require();
        var (balancer, family) = await ServiceAsync("container", tasks: 2);
        using var site = balancer.Site;
        var victim = (await berth.ContainersAsync(family))[0];
        var task = await berth.TaskOfAsync(victim);

        await berth.RunAsync($"docker kill {victim}");

        await berth.UntilAsync($"aws ecs describe-tasks --tasks {task} --query tasks[0].[lastStatus,stopCode,containers[0].exitCode]", said => said == "STOPPED\tEssentialContainerExited\t137");
        await berth.UntilAsync($"docker ps -q --filter label=com.amazonaws.ecs.task-definition-family={family} | wc -l", count => count == "2");
        (await site.AnsweredByAsync(2)).ShouldNotContain(victim[..12]);
        var ports = await berth.RunAsync($"docker ps -q --filter label=com.amazonaws.ecs.task-definition-family={family} | xargs -n 1 docker port | sed -n 's/.* 0.0.0.0://p' | sort");
        await berth.UntilAsync(
            $"aws elbv2 describe-target-health --target-group-arn {balancer.TargetGroup} --query 'TargetHealthDescriptions[?TargetHealth.State==`healthy`].[Target.Port]' | sort",
            said => said == ports);
        await EndAsync("container");
    }

    [Fact]
    public async Task A_killed_agent_comes_back_and_its_containers_never_stopped()
    {
        berth.Require();
        var (balancer, family) = await ServiceAsync("agent", tasks: 2);
        using var site = balancer.Site;
        var before = await berth.ContainersAsync(family);
        var killed = berth.ProcessOf("agent-1");

        await berth.KillAsync("agent-1");

        await Eventually.IsAsync("another agent runs", () => Task.FromResult(berth.ProcessOf("agent-1")), process => process != killed);
        await berth.UntilAsync("berth status || :", said => said.Contains("1 of 1 connected", StringComparison.Ordinal));
        (await berth.ContainersAsync(family)).ShouldBe(before);

        // It knows them again: what the service asks for is done to them.
        await berth.RunAsync("aws ecs update-service --service agent --desired-count 1");
        await site.AnsweredByAsync(1);
        (await berth.ContainersAsync(family)).ShouldBeSubsetOf(before);
        await EndAsync("agent");
    }

    [Fact]
    public async Task A_killed_server_costs_no_request_and_forgets_nothing_it_acknowledged()
    {
        berth.Require();
        var (balancer, family) = await ServiceAsync("server", tasks: 2);
        using var site = balancer.Site;
        var before = await berth.ContainersAsync(family);
        await using var load = Load.On(site);
        await load.GoOnAsync(50);

        // Three callers register and create on and on; the server dies in the middle of it.
        using var enough = new CancellationTokenSource();
        var callers = Enumerable.Range(1, 3).Select(async caller =>
        {
            List<string> acknowledged = [];
            for (var i = 0; !enough.IsCancellationRequested; i++)
            {
                var name = $"kept-{caller}-{i}";
                var answer = await berth.TryAsync(caller == 1
                    ? $"aws ecs create-service --service-name {name} --task-definition {family} --desired-count 0 --query service.serviceName"
                    : $$"""aws ecs register-task-definition --family {{name}} --container-definitions '[{"name":"a","image":"a","memory":8}]' --query taskDefinition.family""");
                if (answer.ExitCode == 0)
                {
                    acknowledged.Add(answer.Output);
                }
            }

            return acknowledged;
        }).ToList();
        await berth.UntilAsync("aws ecs list-task-definition-families --family-prefix kept --query 'length(families)'", count => count is not ("0" or "1" or "2"));
        var killed = berth.ProcessOf("server");
        await berth.KillAsync("server");
        await Eventually.IsAsync("another server runs", () => Task.FromResult(berth.ProcessOf("server")), process => process != killed);
        await enough.CancelAsync();
        var acknowledged = (await Task.WhenAll(callers)).SelectMany(names => names).ToList();

        var kept = $"""{await berth.RunAsync("aws ecs list-task-definition-families --family-prefix kept --query families")} {await berth.RunAsync("aws ecs list-services --query serviceArns")}"""
            .Split(' ', '\t').Select(name => name.Split('/')[^1]).ToHashSet();
        acknowledged.Count.ShouldBeGreaterThan(3);
        acknowledged.ShouldBeSubsetOf(kept);

        // The containers are the same, and the service does what it is told.
        (await berth.ContainersAsync(family)).ShouldBe(before);
        await berth.RunAsync("aws ecs update-service --service server --desired-count 3");
        await site.AnsweredByAsync(3);
        (await load.StopAsync()).ShouldBeEmpty();
        load.Answered.ShouldBeGreaterThan(50);
        await EndAsync("server");
    }

    [Fact]
    public async Task After_everything_died_containers_too_the_next_start_says_so_of_the_old_tasks_and_replaces_them()
    {
        berth.Require();
        var (balancer, family) = await ServiceAsync("all", tasks: 2);
        using var site = balancer.Site;
        var old = (await berth.RunAsync("aws ecs list-tasks --service-name all --query taskArns")).Split('\t');
        var containers = await berth.ContainersAsync(family);

        foreach (var role in new[] { "supervisor", "agent-1", "balancer", "server" })
        {
            await berth.KillAsync(role);
        }

        await berth.RunAsync($"docker rm -f {string.Join(' ', containers)}");
        (await berth.TryAsync("berth status")).ExitCode.ShouldNotBe(0);
        await berth.UpAsync(TestContext.Current.CancellationToken);

        (await site.AnsweredByAsync(2)).ShouldNotContain(containers[0][..12]);
        var ends = await berth.UntilAsync(
            $"aws ecs describe-tasks --tasks {string.Join(' ', old)} --query 'tasks[].[lastStatus,stoppedReason]'", said => said.Split('\n').All(line => line.StartsWith("STOPPED\t", StringComparison.Ordinal)));
        ends.Split('\n').ShouldAllBe(line => !line.EndsWith("\tNone", StringComparison.Ordinal) && line.Length > "STOPPED\t".Length);
        await EndAsync("all");
    }

    /// <summary>A service behind a load balancer, once all its tasks answer.</summary>
    private async Task<(LoadBalancer Balancer, string Family)> ServiceAsync(string name, int tasks)
    {
        var family = berth.Named(name);
        await TaskDefinition.RegisterAsync(berth, family, await berth.WebImageAsync());
        var balancer = await LoadBalancer.CreateAsync(berth, name);
        await berth.RunAsync($"aws ecs create-service --service-name {name} --task-definition {family} --desired-count {tasks} {balancer.Option}");
        await balancer.Site.AnsweredByAsync(tasks);
        return (balancer, family);
    }

    private Task EndAsync(string service) => berth.RunAsync($"aws ecs delete-service --service {service} --force");
}
