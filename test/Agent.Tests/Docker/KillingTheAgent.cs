using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace Berth.Agent.Tests;

/// <summary>
/// An agent in a process of its own is killed again and again, at any point of its work: starting up, taking on tasks,
/// pulling, creating, starting, stopping, reporting, cleaning up.
/// </summary>
/// <remarks><c>BERTH_KILLS</c> and <c>BERTH_KILLS_SEED</c> may ask for more, and for others.</remarks>
public sealed class KillingTheAgent(Engine engine)
{
    private const int MostTasks = 5;

    /// <summary>Told side by side, each to an agent of its own.</summary>
    private const int Stories = 2;

    private static readonly int Kills = Setting("BERTH_KILLS", 200), Seed = Setting("BERTH_KILLS_SEED", 1);

    [Fact]
    public Task Starts_no_task_twice_forgets_none_and_leaves_no_container_behind()
    {
        Assert.SkipWhen(engine.Unavailable is not null, engine.Unavailable ?? "");
        return Task.WhenAll(Enumerable.Range(0, Stories).Select(at => KillAsync(at, Kills / Stories)));
    }

    private async Task KillAsync(int at, int kills)
    {
        var random = new Random(Seed + at);
        var folder = Directory.CreateTempSubdirectory("berth-kills-").FullName;
        var marks = Directory.CreateDirectory(Path.Combine(folder, "marks")).FullName;
        await using var backend = await FakeBackend.StartAsync();
        var story = new Story(backend, engine.Image, marks, $"10.{230 + at}", random);
        Process? agent = null;
        try
        {
            for (var kill = 0; kill < kills; kill++)
            {
                agent = Start(backend, Path.Combine(folder, "agent"));
                using var round = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
                if (random.Next(8) == 0)
                {
                    round.CancelAfter(random.Next(50, 400));    // While it starts up.
                }
                else
                {
                    await backend.ConnectedAsync();
                    round.CancelAfter(random.Next(500));
                }

                await story.TellAsync(round.Token);
                agent.Kill();
                await agent.WaitForExitAsync(TestContext.Current.CancellationToken);
                agent.Dispose();
                backend.Disconnect();
            }

            agent = Start(backend, Path.Combine(folder, "agent"));
            await story.EndAsync();
        }
        finally
        {
            agent?.Kill();
            agent?.Dispose();
            var (_, ids) = await Engine.DockerAsync("ps", "-aq", "--filter", $"label=com.amazonaws.ecs.container-instance-arn={backend.InstanceArn}");
            if (ids.Length > 0)
            {
                await Engine.DockerAsync(["rm", "-fv", .. ids.Split('\n')]);
            }

            await Engine.DockerAsync("network", "rm", $"berth-{story.Subnet}");

            Directory.Delete(folder, recursive: true);
        }
    }

    private static Process Start(FakeBackend backend, string folder) => Process.Start(new ProcessStartInfo(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, "Berth.Agent.Victim.dll"), backend.Address.ToString(), backend.Key.AccessKeyId, backend.Key.SecretAccessKey, folder]))!;

    private static int Setting(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    /// <summary>What the backend wants, told at least once, as a backend does, and what must come of it.</summary>
    private sealed class Story(FakeBackend backend, string image, string marks, string network, Random random)
    {
        private readonly List<Wanted> tasks = [];

        /// <summary>The subnet of tasks with an address of their own, and the block's first three numbers.</summary>
        public string Subnet { get; } = $"subnet-{Guid.NewGuid().ToString("N")[..17]}";

        private string Prefix { get; } = $"{network}.{Random.Shared.Next(256)}";

        /// <summary>Wants something new now and then, and says what has not been acknowledged, until the agent is killed.</summary>
        public async Task TellAsync(CancellationToken cancellationToken)
        {
            if (tasks.Count(task => !task.Stops) is var running && (running == 0 || (running < MostTasks && random.Next(3) == 0)))
            {
                tasks.Add(new(Describe(random.Next(2))));
            }
            else if (random.Next(3) == 0 && tasks.Where(task => !task.Stops).ToList() is { Count: > 0 } candidates)
            {
                candidates[random.Next(candidates.Count)].Stops = true;
            }

            await SayAsync(cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        /// <summary>Lets the agent live, and looks at what there is.</summary>
        public async Task EndAsync()
        {
            foreach (var task in tasks)
            {
                (task.StartMessage, task.StopMessage) = (null, null);    // All of it once more, as after a reconnection.
            }

            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(60));
            await SayAsync(limit.Token);
            foreach (var task in tasks)
            {
                await backend.ReportAsync(task.Arn, task.Stops ? "STOPPED" : "RUNNING");
            }

            foreach (var task in tasks)
            {
                if (task.Stops)
                {
                    await Machine.UntilAsync(async () => (await ContainersAsync(task)).All(container => !container.IsSandbox));    // It goes after the report.
                }

                var all = await ContainersAsync(task);
                all.Count(container => container is { IsSandbox: true, State: "running" }).ShouldBe(task.HasSandbox && !task.Stops ? 1 : 0, task.Arn);
                all.Count(container => container.IsSandbox).ShouldBe(task.HasSandbox && !task.Stops ? 1 : 0, task.Arn);
                var containers = all.Where(container => !container.IsSandbox).Select(container => container.State).ToArray();
                containers.Count(state => state == "running").ShouldBe(task.Stops ? 0 : task.Containers, task.Arn);
                containers.Length.ShouldBeLessThanOrEqualTo(task.Containers, task.Arn);
                foreach (var container in Enumerable.Range(0, task.Containers))
                {
                    var mark = Path.Combine(marks, $"{task.Id}-{container}");
                    var starts = File.Exists(mark) ? File.ReadAllLines(mark).Length : 0;
                    starts.ShouldBeInRange(task.Stops ? 0 : 1, 1, $"{task.Arn}, container {container}");
                }

                var told = backend.Reports(task.Arn).Select(report => (string?)report["status"]).ToList();
                told.SkipWhile(status => status != "STOPPED").ShouldAllBe(status => status == "STOPPED", task.Arn);
                (task.Stops || !told.Contains("STOPPED")).ShouldBeTrue(task.Arn);
            }

            TestContext.Current.TestOutputHelper?.WriteLine($"{tasks.Count} tasks with {tasks.Sum(task => task.Containers)} containers, {tasks.Count(task => task.Stops)} of the tasks stopped, {Directory.GetFiles(marks).Length} containers started.");
            var known = tasks.Select(task => task.Arn).ToHashSet();
            (await Engine.DockerAsync("ps", "-a", "--format", """{{.Label "com.amazonaws.ecs.task-arn"}}""", "--filter", $"label=com.amazonaws.ecs.container-instance-arn={backend.InstanceArn}"))
                .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldAllBe(arn => known.Contains(arn));
            backend.Problems.ShouldBeEmpty();
        }

        private static async Task<List<(string State, bool IsSandbox)>> ContainersAsync(Wanted task) =>
            [.. (await Engine.DockerAsync("ps", "-a", "--format", """{{.State}} {{.Label "com.amazonaws.ecs.container-name"}}""", "--filter", $"label=com.amazonaws.ecs.task-arn={task.Arn}"))
                .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).Select(parts => (parts[0], parts[1] == SandboxState.ContainerName))];

        private async Task SayAsync(CancellationToken cancellationToken)
        {
            foreach (var task in tasks)
            {
                if (!IsHeard(task, task.StartMessage) && !(task.Stops && task.StartMessage is null))
                {
                    task.StartMessage = await TrySayAsync(() => backend.PayloadAsync(task.Description.DeepClone().AsObject()), cancellationToken) ?? task.StartMessage;
                }

                if (task.Stops && !IsHeard(task, task.StopMessage))
                {
                    task.StopMessage = await TrySayAsync(() => backend.StopTaskAsync(task.Arn), cancellationToken) ?? task.StopMessage;
                }
            }
        }

        private bool IsHeard(Wanted task, string? message) =>
            (message is not null && backend.Acknowledged(message)) || backend.Reports(task.Arn).Any(report => (string?)report["status"] == "STOPPED");

        private static async Task<string?> TrySayAsync(Func<Task<string>> say, CancellationToken cancellationToken)
        {
            try
            {
                return await say().WaitAsync(cancellationToken);
            }
            catch (Exception gone) when (gone is OperationCanceledException or WebSocketException or ObjectDisposedException && !TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                return null;    // The agent's time is up.
            }
        }

        private JsonObject Describe(int more)
        {
            var arn = FakeBackend.NewTaskArn();
            var containers = Enumerable.Range(0, 1 + more).Select(at => (JsonNode)new JsonObject
            {
                ["name"] = $"c{at}",
                ["image"] = image,
                ["essential"] = true,
                ["memory"] = 16,
                ["command"] = new JsonArray("/bin/sh", "-c", $"echo start >> /marks/{arn.Split('/')[^1]}-{at}; trap 'kill $!; exit 0' TERM; /bin/busybox sleep 1000 & wait"),
                ["overrides"] = "{}",
                ["mountPoints"] = new JsonArray(new JsonObject { ["sourceVolume"] = "marks", ["containerPath"] = "/marks" }),
                ["dockerConfig"] = new JsonObject { ["version"] = "1.24", ["config"] = "{}", ["hostConfig"] = """{"NetworkMode":"bridge"}""" },
            });
            var task = new JsonObject
            {
                ["arn"] = arn,
                ["taskClusterArn"] = FakeBackend.ClusterArn,
                ["family"] = "fam",
                ["version"] = "1",
                ["desiredStatus"] = "RUNNING",
                ["launchType"] = "EC2",
                ["networkMode"] = "bridge",
                ["containers"] = new JsonArray([.. containers]),
                ["volumes"] = new JsonArray(new JsonObject { ["name"] = "marks", ["type"] = "host", ["host"] = new JsonObject { ["sourcePath"] = marks } }),
            };
            switch (random.Next(5))
            {
                case 0:
                    task["pidMode"] = "task";
                    break;
                case 1:
                    task["networkMode"] = "awsvpc";
                    task["elasticNetworkInterfaces"] = new JsonArray(new JsonObject
                    {
                        ["ec2Id"] = "eni-1",
                        ["macAddress"] = $"02:{arn[^2..]}:{arn[^4..^2]}:{arn[^6..^4]}:{arn[^8..^6]}:{arn[^10..^8]}",
                        ["attachmentArn"] = "arn:attachment/1",
                        ["subnetGatewayIpv4Address"] = $"{Prefix}.1/24",
                        ["subnetId"] = Subnet,
                    });
                    break;
            }

            return task;
        }
    }

    private sealed class Wanted(JsonObject description)
    {
        public JsonObject Description => description;

        public string Arn { get; } = (string)description["arn"]!;

        public string Id => Arn.Split('/')[^1];

        /// <summary>Whether its containers share more than they always do.</summary>
        public bool HasSandbox { get; } = description.ContainsKey("pidMode") || description.ContainsKey("elasticNetworkInterfaces");

        public int Containers { get; } = description["containers"]!.AsArray().Count;

        public bool Stops { get; set; }

        public string? StartMessage { get; set; }

        public string? StopMessage { get; set; }
    }
}
