using System.Globalization;

namespace Berth.EndToEnd.Tests;

/// <summary>A managed daemon on two container instances, by the CLI's own calls and waiters. It takes some seconds to start: what comes after waits for it.</summary>
public sealed class AManagedDaemon(AManagedDaemon.Two berth) : IClassFixture<AManagedDaemon.Two>
{
    private const string Provider = """
        {"infrastructureRoleArn":"arn:aws:iam::000000000000:role/r","instanceLaunchTemplate":{"ec2InstanceProfileArn":"arn:aws:iam::000000000000:instance-profile/p","networkConfiguration":{"subnets":["subnet-1"]}}}
        """;

    public sealed class Two() : Installation("--instances 2 --no-sample");

    [Fact]
    public async Task Runs_before_other_tasks_on_every_instance_until_it_is_deleted()
    {
        berth.Require();
        Assert.SkipWhen((await berth.TryAsync("aws ecs list-daemons --generate-cli-skeleton")).ExitCode != 0, "This needs an aws CLI that knows daemons.");
        var image = await berth.WebImageAsync();
        var family = berth.Named("watch");
        var prefix = $"arn:aws:ecs:us-east-1:{berth.Account}";
        await berth.RunAsync($"aws ecs create-capacity-provider --name managed --cluster default --managed-instances-provider '{Provider.Trim()}'");
        await RegisterAsync("one");
        await RegisterAsync("two");
        var app = berth.Named("app");
        await TaskDefinition.RegisterAsync(berth, app, image);

        // A daemon, and right after it a task for each instance: they start once the daemon runs there.
        var deployment = await berth.RunAsync($"aws ecs create-daemon --daemon-name watch {Revision(1)} --deployment-configuration drainPercent=100 --query deploymentArn");
        await berth.RunAsync($"aws ecs run-task --task-definition {app} --count 2");
        await berth.RunAsync($"aws ecs wait daemon-deployment-successful --daemon-deployment-arns {deployment}");
        await berth.UntilAsync("aws ecs describe-clusters --query clusters[0].[runningTasksCount,pendingTasksCount]", said => said == "4\t0");
        var daemons = await StartsAsync("--daemon-name watch");
        var tasks = await StartsAsync($"--family {app}");
        daemons.Keys.ShouldBe(tasks.Keys, ignoreOrder: true);
        daemons.Keys.ShouldAllBe(instance => daemons[instance] < tasks[instance]);
        var first = await AgentsAsync();
        first.Length.ShouldBe(2);

        // One that dies is replaced.
        await berth.RunAsync($"docker kill {first[0]}");
        await berth.UntilAsync("aws ecs describe-daemon --daemon-arn " + $"{prefix}:daemon/default/watch --query daemon.currentRevisions[0].totalRunningCount", said => said == "2");
        (await AgentsAsync()).ShouldNotContain(first[0]);

        // The next revision takes its place everywhere; the other tasks go on.
        deployment = await berth.RunAsync($"aws ecs update-daemon --daemon-arn {prefix}:daemon/default/watch {Revision(2)} --query deploymentArn");
        await berth.RunAsync($"aws ecs wait daemon-deployment-successful --daemon-deployment-arns {deployment}");
        foreach (var container in await AgentsAsync())
        {
            (await berth.RunAsync($$$"""docker inspect --format '{{range .Config.Env}}{{.}} {{end}}' {{{container}}}""")).ShouldContain("RELEASE=two");
        }

        (await StartsAsync($"--family {app}")).ShouldBe(tasks, ignoreOrder: true);

        // Deleted, it is gone with its last task.
        deployment = await berth.RunAsync($"aws ecs delete-daemon --daemon-arn {prefix}:daemon/default/watch --query deploymentArn");
        await berth.UntilAsync($"aws ecs describe-daemon-deployments --daemon-deployment-arns {deployment} --query daemonDeployments[0].status", said => said == "SUCCESSFUL");
        (await AgentsAsync()).ShouldBeEmpty();
        (await berth.RefusedAsync($"aws ecs describe-daemon --daemon-arn {prefix}:daemon/default/watch")).ShouldContain("DaemonNotFoundException");

        Task<string[]> AgentsAsync() => berth.ContainersAsync(family, "--filter label=com.amazonaws.ecs.container-name=agent");

        string Revision(int number) => $"--daemon-task-definition-arn {prefix}:daemon-task-definition/{family}:{number} --capacity-provider-arns {prefix}:capacity-provider/managed";

        Task<string> RegisterAsync(string release) => berth.RunAsync($$"""
            aws ecs register-daemon-task-definition --family {{family}} --container-definitions '[
              {"name":"ready","image":"{{image}}","cpu":16,"memory":16,"stopTimeout":2,"healthCheck":{"command":["CMD","/bin/busybox","true"],"interval":5,"retries":2} },
              {"name":"agent","image":"{{image}}","cpu":16,"memory":16,"stopTimeout":2,"environment":[{"name":"RELEASE","value":"{{release}}"}],
               "dependsOn":[{"containerName":"ready","condition":"HEALTHY"}]}]'
            """);

        async Task<Dictionary<string, double>> StartsAsync(string which) =>
            (await berth.RunAsync($"aws ecs describe-tasks --tasks $(aws ecs list-tasks {which} --query taskArns) --query 'tasks[].[containerInstanceArn,startedAt]'"))
                .Split('\n').Select(row => row.Split('\t')).ToDictionary(row => row[0], row => double.Parse(row[1], CultureInfo.InvariantCulture));
    }
}
