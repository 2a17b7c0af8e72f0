namespace Berth.EndToEnd.Tests;

/// <summary>Containers, processes and all of it together end without notice, while a service of two tasks does its work.</summary>
public sealed class WhenThingsDie(WhenThingsDie.AnInstallation berth) : IClassFixture<WhenThingsDie.AnInstallation>
{
    private const string Service = "site";

    private string Family => berth.Named(Service);

    private string Count => $"docker ps -q --filter label=com.amazonaws.ecs.task-definition-family={Family} | wc -l";

    public sealed class AnInstallation() : Installation("--no-sample")
    {
        internal LoadBalancer? Balancer { get; set; }
    }

    [Fact]
    public async Task A_killed_container_is_replaced_and_the_target_group_follows()
    {
        berth.Require();
        var balancer = await ServeAsync();
        using var site = balancer.OpenSite();
        var victim = (await berth.ContainersAsync(Family))[0];
        var task = await berth.TaskOfAsync(victim);

        await berth.RunAsync($"docker kill {victim}");

        await berth.UntilAsync($"aws ecs describe-tasks --tasks {task} --query tasks[0].[lastStatus,stopCode,containers[0].exitCode]", said => said == "STOPPED\tEssentialContainerExited\t137");
        await berth.UntilAsync(Count, count => count == "2");
        (await site.AnsweredByAsync(2)).ShouldNotContain(victim[..12]);
        var ports = await berth.RunAsync($"docker ps -q --filter label=com.amazonaws.ecs.task-definition-family={Family} | xargs -n 1 docker port | sed -n 's/.* 0.0.0.0://p' | sort");
        await berth.UntilAsync(
            $"aws elbv2 describe-target-health --target-group-arn {balancer.TargetGroup} --query 'TargetHealthDescriptions[?TargetHealth.State==`healthy`].[Target.Port]' | sort",
            said => said == ports);
    }

    [Fact]
    public async Task A_killed_agent_comes_back_and_its_containers_never_stopped()
    {
        berth.Require();
        var balancer = await ServeAsync();
        using var site = balancer.OpenSite();
        var before = await berth.ContainersAsync(Family);

        await berth.KillAndAwaitAnotherAsync("agent-1");

        await berth.UntilAsync("berth status || :", said => said.Contains("1 of 1 connected", StringComparison.Ordinal));
        (await berth.ContainersAsync(Family)).ShouldBe(before);

        // It knows them again: what the service asks for is done to them.
        await berth.RunAsync($"aws ecs update-service --service {Service} --desired-count 1");
        await site.AnsweredByAsync(1);
        (await berth.ContainersAsync(Family)).ShouldBeSubsetOf(before);
    }

    [Fact]
    public async Task A_killed_server_costs_no_request_and_forgets_nothing_it_acknowledged()
    {
        berth.Require();
        var balancer = await ServeAsync();
        using var site = balancer.OpenSite();
        var before = await berth.ContainersAsync(Family);
        await using var load = Load.On(site);
        await load.GoOnAsync(50);

        // Two callers register and create on and on; the server dies in the middle of it.
        using var enough = new CancellationTokenSource();
        var callers = Enumerable.Range(1, 2).Select(async caller =>
        {
            List<string> acknowledged = [];
            for (var i = 0; !enough.IsCancellationRequested; i++)
            {
                var name = $"kept-{caller}-{i}";
                var answer = await berth.TryAsync(caller == 1
                    ? $"aws ecs create-service --service-name {name} --task-definition {Family} --desired-count 0 --query service.serviceName"
                    : $$"""aws ecs register-task-definition --family {{name}} --container-definitions '[{"name":"a","image":"a","memory":8}]' --query taskDefinition.family""");
                if (answer.ExitCode == 0)
                {
                    acknowledged.Add(answer.Output);
                }
            }

            return acknowledged;
        }).ToList();
        await berth.UntilAsync("aws ecs list-task-definition-families --family-prefix kept --query 'length(families)'", count => count is not ("0" or "1"));
        await berth.KillAndAwaitAnotherAsync("server");
        await enough.CancelAsync();
        var acknowledged = (await Task.WhenAll(callers)).SelectMany(names => names).ToList();

        var kept = $"""{await berth.RunAsync("aws ecs list-task-definition-families --family-prefix kept --query families")} {await berth.RunAsync("aws ecs list-services --query serviceArns")}"""
            .Split(' ', '\t').Select(name => name.Split('/')[^1]).ToHashSet();
        acknowledged.Count.ShouldBeGreaterThan(2);
        acknowledged.ShouldBeSubsetOf(kept);

        // The containers are the same, and the service does what it is told.
        (await berth.ContainersAsync(Family)).ShouldBe(before);
        await berth.RunAsync($"aws ecs update-service --service {Service} --desired-count 3");
        await site.AnsweredByAsync(3);
        (await load.StopAsync()).ShouldBeEmpty();
        load.Answered.ShouldBeGreaterThan(50);
    }

    [Fact]
    public async Task After_everything_died_containers_too_the_next_start_says_so_of_the_old_tasks_and_replaces_them()
    {
        berth.Require();
        var balancer = await ServeAsync();
        using var site = balancer.OpenSite();
        var old = (await berth.RunAsync($"aws ecs list-tasks --service-name {Service} --query taskArns")).Split('\t');
        var containers = await berth.ContainersAsync(Family);

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
    }

    /// <summary>The service behind its load balancer, once two tasks answer; made by the first test.</summary>
    private async Task<LoadBalancer> ServeAsync()
    {
        if (berth.Balancer is null)
        {
            await TaskDefinition.RegisterAsync(berth, Family, await berth.WebImageAsync());
            berth.Balancer = await LoadBalancer.CreateAsync(berth, Service);
            await berth.RunAsync($"aws ecs create-service --service-name {Service} --task-definition {Family} --desired-count 2 {berth.Balancer.Option}");
        }
        else
        {
            await berth.RunAsync($"aws ecs update-service --service {Service} --desired-count 2");
        }

        using var site = berth.Balancer.OpenSite();
        await site.AnsweredByAsync(2);
        await berth.UntilAsync(Count, count => count == "2");
        return berth.Balancer;
    }
}
