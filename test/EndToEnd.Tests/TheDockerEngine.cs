namespace Berth.EndToEnd.Tests;

/// <summary>The Docker Engine of a running installation stops, its containers with it, and is started again.</summary>
public sealed class TheDockerEngine(TheDockerEngine.AnInstallation berth) : IClassFixture<TheDockerEngine.AnInstallation>
{
    /// <summary>
    /// It has an engine of its own, which nobody else's tests miss, in a network of its own: an engine that is told to have
    /// no bridge takes away the one that it finds.
    /// </summary>
    public sealed class AnInstallation() : Installation("--no-sample")
    {
        // Not below the data directory: a socket's path has a hundred characters at most.
        private readonly string place = Directory.CreateTempSubdirectory("berth-engine-").FullName;

        public async Task StartEngineAsync()
        {
            await RunAsync($"""
                setsid unshare --net dockerd --host unix://{place}/socket --data-root {place}/data --exec-root {place}/exec --pidfile {place}/pid \
                  --bridge none --iptables=false --ip6tables=false >>{place}/log 2>&1 </dev/null &
                """, CancellationToken.None);
            await Eventually.IsAsync("the engine answers", async () => (await TryAsync("docker version", CancellationToken.None)).ExitCode, code => code == 0);
        }

        public async Task StopEngineAsync()
        {
            await RunAsync($"kill $(cat {place}/pid)", CancellationToken.None);
            await Eventually.IsAsync("the engine has ended", () => Task.FromResult(File.Exists($"{place}/pid")), exists => !exists);
        }

        protected override async Task<string?> PrepareAsync()
        {
            if ((await TryAsync("test $(id -u) = 0 && command -v dockerd && unshare --net true", CancellationToken.None)).ExitCode != 0)
            {
                return "An engine of one's own cannot be started: this needs root and dockerd.";
            }

            Export("DOCKER_HOST", $"unix://{place}/socket");
            await StartEngineAsync();
            return null;
        }

        protected override async Task CleanUpAsync()
        {
            await TryAsync($"test ! -f {place}/pid || kill $(cat {place}/pid)", CancellationToken.None);
            await Eventually.IsAsync("the engine has ended", () => Task.FromResult(File.Exists($"{place}/pid")), exists => !exists);
            Directory.Delete(place, recursive: true);
        }
    }

    [Fact]
    public async Task Takes_its_containers_along_and_finds_them_replaced_when_it_is_back()
    {
        berth.Require();
        var family = berth.Named("steady");

        // Put into the engine by hand: no registry can be reached from where it is.
        const string Image = "engine-test:1";
        await berth.RunAsync($"root=$(mktemp -d); mkdir $root/bin; cp /bin/busybox $root/bin; tar -C $root -c . | docker import - {Image}; rm -rf $root");
        await TaskDefinition.RegisterAsync(berth, $$"""
            {
              "family": "{{family}}",
              "networkMode": "none",
              "containerDefinitions": [
                { "name": "app", "image": "{{Image}}", "command": ["/bin/busybox", "sleep", "86400"], "memory": 16, "essential": true, "stopTimeout": 2 }
              ]
            }
            """);
        await berth.RunAsync($"aws ecs create-service --service-name steady --task-definition {family} --desired-count 2");
        await berth.UntilAsync("aws ecs describe-services --services steady --query services[0].runningCount", count => count == "2");
        var before = await berth.ContainersAsync(family);
        var tasks = (await berth.RunAsync("aws ecs list-tasks --service-name steady --query taskArns")).Split('\t');
        before.Length.ShouldBe(2);

        // 1. Stopped: the agent stays, connected, and what is asked for meanwhile waits.
        await berth.StopEngineAsync();
        await berth.RunAsync("aws ecs update-service --service steady --desired-count 3");
        (await berth.RunAsync("berth status || :")).ShouldContain("1 of 1 connected");

        // 2. Back: what ended is told with a reason, and the service has all it wants.
        await berth.StartEngineAsync();
        await berth.UntilAsync("aws ecs describe-services --services steady --query services[0].runningCount", count => count == "3");
        var ends = await berth.UntilAsync(
            $"aws ecs describe-tasks --tasks {string.Join(' ', tasks)} --query 'tasks[].[lastStatus,stoppedReason]'", said => said.Split('\n').All(line => line.StartsWith("STOPPED\t", StringComparison.Ordinal)));
        ends.Split('\n').ShouldAllBe(line => line.EndsWith("\tEssential container in task exited", StringComparison.Ordinal));
        (await berth.ContainersAsync(family)).Length.ShouldBe(3);
        (await berth.ContainersAsync(family)).Intersect(before).ShouldBeEmpty();
    }
}
