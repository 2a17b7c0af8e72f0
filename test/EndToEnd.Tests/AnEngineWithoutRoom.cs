namespace Berth.EndToEnd.Tests;

/// <summary>The disk of the Docker Engine has no room for an image.</summary>
public sealed class AnEngineWithoutRoom(AnEngineWithoutRoom.AnInstallation berth) : IClassFixture<AnEngineWithoutRoom.AnInstallation>
{
    private const int Disk = 48, Large = 40;    // An image is there twice while it is unpacked.

    public sealed class AnInstallation : Installation
    {
        private readonly OwnEngine engine;

        public AnInstallation()
            : base("--no-sample") => engine = new(this, Disk);

        internal string EngineDisk => engine.Disk;

        protected override async Task<string?> PrepareAsync()
        {
            if (await engine.PrepareAsync() is { } missing)
            {
                return missing;
            }

            Export("DOCKER_HOST", engine.Address);
            await engine.StartAsync();
            return null;
        }

        protected override Task CleanUpAsync() => engine.RemoveAsync();
    }

    [Fact]
    public async Task Stops_the_task_with_its_reason_keeps_nothing_of_it_and_runs_the_next()
    {
        berth.Require();
        var large = await PushAsync("large", $"head -c {Large * 1024 * 1024} /dev/urandom > $root/bin/content");
        var small = await PushAsync("small", "");
        var before = await UsedAsync();

        // 1. Too large: asked for once, and not again and again.
        var task = await RunTaskAsync("large", large);
        await berth.UntilAsync($"aws ecs describe-tasks --tasks {task} --query tasks[0].lastStatus", status => status == "STOPPED");
        var stopped = await berth.RunAsync($"aws ecs describe-tasks --tasks {task} --query 'tasks[0].[stopCode,stoppedReason,containers[0].reason,containers[0].exitCode]'");
        stopped.ShouldStartWith("TaskFailedToStart\t");
        stopped.ShouldContain("\tCannotPullContainerError: ");
        stopped.ShouldContain("no space left on device");
        stopped.ShouldEndWith("\tNone");

        // 2. Nothing is left of it.
        (await berth.RunAsync("docker ps -aq; docker images -aq")).ShouldBeEmpty();
        await Eventually.IsAsync("the room is free again", UsedAsync, used => used < before + 2048);

        // 3. What fits runs, and the large one waits for nothing but room.
        await RunsAsync("small", small);
        (await berth.RunAsync("berth status || :")).ShouldContain("1 of 1 connected");
        await berth.RunAsync($"mount -o remount,size={4 * Disk}m {berth.EngineDisk}");
        await RunsAsync("large", large);
    }

    private async Task RunsAsync(string name, string image)
    {
        var task = await RunTaskAsync(name, image);
        await berth.UntilAsync($"aws ecs describe-tasks --tasks {task} --query 'tasks[0].[lastStatus,containers[0].exitCode]'", said => said == "STOPPED\t7");
    }

    private async Task<string> RunTaskAsync(string name, string image)
    {
        var revision = await TaskDefinition.RegisterAsync(berth, $$"""
            {
              "family": "{{berth.Named(name)}}",
              "networkMode": "none",
              "containerDefinitions": [{ "name": "app", "image": "{{image}}", "command": ["/bin/busybox", "sh", "-c", "exit 7"], "memory": 16 }]
            }
            """);
        return await berth.RunAsync($"aws ecs run-task --task-definition {revision} --query tasks[0].taskArn");
    }

    /// <summary>Of the engine's disk, in KiB.</summary>
    private async Task<int> UsedAsync() => int.Parse(await berth.RunAsync($"df --output=used {berth.EngineDisk} | tail -n 1"), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Pushes an image to the installation's registry by the machine's own engine, which has room.</summary>
    private async Task<string> PushAsync(string name, string more)
    {
        var image = await berth.RunAsync($"aws ecr create-repository --repository-name {name} --query repository.repositoryUri") + ":1";
        await berth.RunAsync($"""
            unset DOCKER_HOST
            aws ecr get-login-password | docker login --username AWS --password-stdin {berth.Registry} >/dev/null
            root=$(mktemp -d)
            trap 'rm -rf $root; docker rmi {image} >/dev/null' EXIT
            mkdir $root/bin
            cp /bin/busybox $root/bin
            {more}
            tar -C $root -c . | docker import - {image} >/dev/null
            docker push --quiet {image}
            """);
        return image;
    }
}
