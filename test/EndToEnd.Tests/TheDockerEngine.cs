namespace Berth.EndToEnd.Tests;

/// <summary>The Docker Engine of a running installation ends in one way or another, its containers with it, and is started again.</summary>
public sealed class TheDockerEngine(TheDockerEngine.AnInstallation berth) : IClassFixture<TheDockerEngine.AnInstallation>
{
    public sealed class AnInstallation : Installation
    {
        public AnInstallation()
            : base("--no-sample") => Engine = new(this, bridge: true);

        internal OwnEngine Engine { get; }

        protected override async Task<string?> PrepareAsync()
        {
            if (await Engine.PrepareAsync() is { } missing)
            {
                return missing;
            }

            Export("DOCKER_HOST", Engine.Address);
            await Engine.StartAsync();
            return null;
        }

        protected override Task CleanUpAsync() => Engine.RemoveAsync();
    }

    /// <summary>Without those that hold networks.</summary>
    private const string Own = "--filter label=com.amazonaws.ecs.container-name=app";

    // Put into the engine by hand.
    private const string Image = "engine-test:1";

    [Fact]
    public async Task Takes_its_containers_along_and_finds_them_replaced_when_it_is_back()
    {
        var (family, before, tasks) = await ServeAsync("steady");

        // 1. Stopped: the agent stays, connected, and what is asked for meanwhile waits.
        await berth.Engine.StopAsync();
        await berth.RunAsync("aws ecs update-service --service steady --desired-count 3");
        (await berth.RunAsync("berth status || :")).ShouldContain("1 of 1 connected");

        // 2. Back: what ended is told with a reason, and the service has all it wants.
        await berth.Engine.StartAsync();
        await IsReplacedAsync("steady", family, before, desired: 3);
        (await EndsAsync(tasks)).ShouldAllBe(end => end.Reason == "Essential container in task exited");
        await berth.RunAsync("aws ecs delete-service --service steady --force");
    }

    [Fact]
    public async Task Crashes_and_what_it_ran_is_told_as_the_next_one_knows_it()
    {
        var (family, before, tasks) = await ServeAsync("crashing");

        await berth.Engine.CrashAsync();
        await berth.Engine.StartAsync();

        await IsReplacedAsync("crashing", family, before, desired: 2);
        var ends = await EndsAsync(tasks);
        ends.ShouldAllBe(end => end.Reason == "Essential container in task exited");
        foreach (var end in ends)
        {
            (await berth.RunAsync($"docker inspect --format '{{{{.State.ExitCode}}}}' {end.Container}")).ShouldBe(end.ExitCode);
        }

        await berth.RunAsync("aws ecs delete-service --service crashing --force");
    }

    [Fact]
    public async Task Goes_off_with_the_whole_machine_and_after_its_start_all_is_as_it_should_be()
    {
        // Some of these are in networks that were ready before them, and each has a control group of its own.
        var (family, before, tasks) = await ServeAsync("rebooted", mode: "bridge", more: "\"memory\": \"64\", ");
        await Eventually.IsAsync("a network is ready", () => berth.RunAsync("docker ps -q --filter label=com.amazonaws.ecs.container-name=~internal~ecs~pause | wc -l"), count => count != "0");

        // 1. Off. The control groups do not outlive the machine.
        foreach (var role in new[] { "supervisor", "agent-1", "balancer", "server" })
        {
            await berth.KillAsync(role);
        }

        await berth.Engine.SwitchOffAsync();
        var ids = tasks.Select(task => task.Split('/')[^1]).ToList();
        foreach (var id in ids)
        {
            await berth.RunAsync($"find /sys/fs/cgroup -depth -type d -path '*/ecs/{id}*' -exec rmdir {{}} +");
        }

        // 2. And on.
        await berth.Engine.StartAsync();
        await berth.UpAsync(TestContext.Current.CancellationToken);

        await IsReplacedAsync("rebooted", family, before, desired: 2);
        (await EndsAsync(tasks)).ShouldAllBe(end => end.Reason.Length > 0 && end.Reason != "None");
        foreach (var task in (await berth.RunAsync("aws ecs list-tasks --service-name rebooted --query taskArns")).Split('\t'))
        {
            var found = await berth.RunAsync($"find /sys/fs/cgroup -type d -path '*/ecs/{task.Split('/')[^1]}'");
            var limit = found.Split('\n').Select(group => new[] { "memory.max", "memory.limit_in_bytes" }.Select(file => Path.Combine(group, file)).FirstOrDefault(File.Exists)).OfType<string>().ShouldHaveSingleItem();
            (await File.ReadAllTextAsync(limit, TestContext.Current.CancellationToken)).Trim().ShouldBe($"{64 << 20}");
        }

        // 3. Everything there is again belongs to somebody.
        await Eventually.IsAsync(
            "what was left is gone",
            () => berth.RunAsync($"docker ps -q --filter label=com.amazonaws.ecs.container-name=~internal~ecs~pause --filter status=exited | wc -l"),
            count => count == "0");
        await berth.RunAsync("aws ecs delete-service --service rebooted --force");
    }

    [Fact]
    public async Task Is_empty_when_the_agent_comes_back_and_filled_again()
    {
        var (family, before, tasks) = await ServeAsync("vanishing");
        var supervisor = berth.ProcessOf("supervisor");
        await berth.RunAsync($"kill -STOP {supervisor}");
        try
        {
            await berth.KillAsync("agent-1");
            await berth.RunAsync("docker ps -aq | xargs docker rm -fv");
        }
        finally
        {
            await berth.RunAsync($"kill -CONT {supervisor}");
        }

        await IsReplacedAsync("vanishing", family, before, desired: 2);
        (await EndsAsync(tasks)).ShouldAllBe(end => end.ExitCode == "None" && end.Detail.StartsWith("ContainerVanishedError: ", StringComparison.Ordinal));
        await berth.RunAsync("aws ecs delete-service --service vanishing --force");
    }

    /// <summary>A service of two tasks that run.</summary>
    private async Task<(string Family, string[] Containers, string[] Tasks)> ServeAsync(string name, string mode = "none", string more = "")
    {
        berth.Require();
        var family = berth.Named(name);
        await berth.RunAsync($"docker image inspect {Image} >/dev/null 2>&1 || {{ root=$(mktemp -d); mkdir $root/bin; cp /bin/busybox $root/bin; tar -C $root -c . | docker import - {Image}; rm -rf $root; }}");
        await TaskDefinition.RegisterAsync(berth, $$"""
            {
              "family": "{{family}}",
              "networkMode": "{{mode}}",
              {{more}}
              "containerDefinitions": [
                { "name": "app", "image": "{{Image}}", "command": ["/bin/busybox", "sleep", "86400"], "memory": 16, "essential": true, "stopTimeout": 2 }
              ]
            }
            """);
        await berth.RunAsync($"aws ecs create-service --service-name {name} --task-definition {family} --desired-count 2");
        await berth.UntilAsync($"aws ecs describe-services --services {name} --query services[0].runningCount", count => count == "2");
        var containers = await berth.ContainersAsync(family, Own);
        containers.Length.ShouldBe(2);
        return (family, containers, (await berth.RunAsync($"aws ecs list-tasks --service-name {name} --query taskArns")).Split('\t'));
    }

    private async Task IsReplacedAsync(string service, string family, string[] before, int desired)
    {
        await Eventually.IsAsync($"{service} has {desired} other containers", () => berth.ContainersAsync(family, Own), now => now.Length == desired && !now.Intersect(before).Any());
        await berth.UntilAsync($"aws ecs describe-services --services {service} --query services[0].runningCount", count => count == $"{desired}");
    }

    /// <summary>How tasks ended, once they have.</summary>
    private async Task<List<(string Reason, string Container, string ExitCode, string Detail)>> EndsAsync(string[] tasks)
    {
        var ends = await berth.UntilAsync(
            $"aws ecs describe-tasks --tasks {string.Join(' ', tasks)} --query 'tasks[].[lastStatus,stoppedReason,containers[0].runtimeId,containers[0].exitCode,containers[0].reason]'",
            said => said.Split('\n').All(line => line.StartsWith("STOPPED\t", StringComparison.Ordinal)));
        return [.. ends.Split('\n').Select(line => line.Split('\t')).Select(words => (words[1], words[2], words[3], words[4]))];
    }
}
