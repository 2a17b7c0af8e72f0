using System.Diagnostics;
using System.Globalization;

namespace Berth.EndToEnd.Tests;

/// <summary>
/// The control plane is away for a while: first it hangs, then there is none, then something else stands at its port and turns
/// everybody away. What happens to the tasks meanwhile is told afterwards.
/// </summary>
/// <remarks>How long it is away is said in seconds by <c>BERTH_AWAY</c>: 9 without it, 600 for the real thing.</remarks>
public sealed class AControlPlaneAway(AControlPlaneAway.AnInstallation berth) : IClassFixture<AControlPlaneAway.AnInstallation>
{
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(double.Parse(Environment.GetEnvironmentVariable("BERTH_AWAY") is { Length: > 0 } said ? said : "9", CultureInfo.InvariantCulture));

    /// <summary>An agent waits up to two minutes, and a fifth, before it tries to connect once more.</summary>
    private static readonly TimeSpan Return = TimeSpan.FromSeconds(180);

    /// <summary>A container that has run for less is not started again by its restart policy.</summary>
    private static readonly TimeSpan RestartPeriod = TimeSpan.FromSeconds(60);

    /// <summary>What the log service answers in one call.</summary>
    private const int MostLinesRead = 10_000;

    private static readonly string Refuse = Path.Combine(AppContext.BaseDirectory, "Hosting/refuse.py");

    private readonly Stopwatch time = Stopwatch.StartNew();
    private readonly Dictionary<string, string> tasks = [];

    public sealed class AnInstallation() : Installation("--no-sample")
    {
        internal string Go { get; } = Directory.CreateTempSubdirectory("berth-go-").FullName;

        protected override Task CleanUpAsync()
        {
            Directory.Delete(Go, recursive: true);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Is_told_afterwards_all_that_happened_meanwhile_as_it_happened()
    {
        berth.Require();
        await PrepareAsync();
        var (agent, server, supervisor) = (berth.ProcessOf("agent-1"), berth.ProcessOf("server"), berth.ProcessOf("supervisor"));
        var steady = (await berth.ContainersAsync(berth.Named("steady"))).ShouldHaveSingleItem();
        var served = (await berth.ContainersAsync(berth.Named("served"))).ShouldHaveSingleItem();
        var old = await berth.TaskOfAsync(served);
        await berth.RunAsync($"aws ecs stop-task --task {tasks["stopping"]}");
        await Eventually.IsAsync("the stop has begun", () => Task.FromResult(File.Exists(Path.Combine(berth.Go, "stopping"))), began => began);
        tasks["starting"] = await berth.RunAsync($"aws ecs run-task --task-definition {berth.Named("starting")} --query tasks[0].taskArn");

        await Eventually.IsAsync("it starts", () => berth.RunAsync($"docker ps -aq --filter label=com.amazonaws.ecs.task-arn={tasks["starting"]}"), container => container.Length > 0);

        // 1. It takes connections and answers none.
        var refusing = 0;
        await using var repair = new Repair(() => berth.TryAsync($"kill -CONT {supervisor}; test {refusing} = 0 || kill {refusing}", CancellationToken.None));
        await berth.RunAsync($"kill -STOP {supervisor} {server}");
        var hung = await PhaseAsync("hangs", 11, async () =>
        {
            Let("stop");
            await EndsAsync("stopping");
        });

        // 2. It is not there.
        await berth.RunAsync($"kill -9 {server}");
        var gone = await PhaseAsync("is gone", 12, async () =>
        {
            Let("5");
            if (Away > RestartPeriod)
            {
                Let("crash");
            }

            await berth.RunAsync($"docker kill {served}");
        });

        // 3. Something else answers 503 to everything.
        var log = Path.Combine(berth.Go, "refused");
        refusing = int.Parse(await berth.RunAsync($"setsid python3 {Refuse} {Port} >{log} 2>&1 </dev/null & echo $!"), CultureInfo.InvariantCulture);
        var refused = await PhaseAsync("turns everybody away", 13, async () =>
        {
            Let("21");
            await EndsAsync("starting");
        });
        await berth.RunAsync($"kill {refusing}; while kill -0 {refusing} 2>/dev/null; do sleep 0.05; done");
        refusing = 0;

        // 4. It is back.
        await berth.RunAsync($"kill -CONT {supervisor}");
        var back = time.Elapsed;
        var said = int.Parse(await berth.RunAsync($"docker logs --tail 1 {steady}"), CultureInfo.InvariantCulture);
        await Eventually.IsAsync("the agent is connected", () => berth.RunAsync("berth status || :"), said => said.Contains("1 of 1 connected", StringComparison.Ordinal), Return);
        Say($"connected {(time.Elapsed - back).TotalSeconds:F1} s after it was back; the agent's log has {await berth.RunAsync($"grep -c 'connection to the backend failed' {berth.Data}/agent-1.log || :")} failed tries, and {await berth.RunAsync($"wc -l <{log}")} calls were turned away");

        // Ends are told with their codes and in the time in which they were.
        foreach (var (name, code, (from, to)) in ((string, int, (DateTimeOffset, DateTimeOffset))[])[("11", 11, hung), ("12", 12, gone), ("13", 13, refused), ("stopping", 9, hung), ("starting", 21, refused)])
        {
            var end = await TellsAsync(tasks[name], "[lastStatus,containers[0].exitCode,executionStoppedAt]", $"STOPPED\t{code}\t");
            Say($"{name}: {end}");
            DateTimeOffset.UnixEpoch.AddSeconds(double.Parse(end.Split('\t')[2], CultureInfo.InvariantCulture)).ShouldBeInRange(from, to);
        }

        (await TellsAsync(tasks["stopping"], "stopCode", "UserInitiated")).ShouldBe("UserInitiated");
        await IsInOrderAsync();

        // What lived, lives: the same containers, and all that they said.
        (await TellsAsync(tasks["beside"], "[lastStatus,containers[?name==`side`]|[0].[lastStatus,exitCode]]", "RUNNING\nSTOPPED\t5")).ShouldBe("RUNNING\nSTOPPED\t5");
        (await TellsAsync(tasks["steady"], "lastStatus", "RUNNING")).ShouldBe("RUNNING");
        (await berth.ContainersAsync(berth.Named("steady"))).ShouldBe([steady]);
        await SaidAllAsync(said);
        if (Away > RestartPeriod)
        {
            (await TellsAsync(tasks["restarting"], "lastStatus", "RUNNING")).ShouldBe("RUNNING");
            (await berth.RunAsync($"docker inspect --format '{{{{.State.Running}}}}' {(await berth.ContainersAsync(berth.Named("restarting"))).ShouldHaveSingleItem()}")).ShouldBe("true");
            File.ReadAllLines(Path.Combine(berth.Go, "starts")).Length.ShouldBe(2);
        }

        // The service has another task for the one that died.
        (await TellsAsync(old, "[lastStatus,containers[0].exitCode,stoppedReason]", "STOPPED\t137\t")).ShouldBe("STOPPED\t137\tEssential container in task exited");
        await berth.UntilAsync("aws ecs describe-services --services served --query services[0].runningCount", count => count == "1");
        (await berth.ContainersAsync(berth.Named("served"))).ShouldNotContain(served);
        berth.ProcessOf("agent-1").ShouldBe(agent);
        Say("all of it was told");
    }

    private string Port => berth.Registry.Split(':')[1];

    /// <summary>Sets a stopped installation going again, whatever came of the test.</summary>
    private sealed class Repair(Func<Task> repair) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await repair();
    }

    private async Task PrepareAsync()
    {
        var image = await berth.WebImageAsync();
        foreach (var code in new[] { "11", "12", "13", "21" })
        {
            await RegisterAsync(code == "21" ? "starting" : code, Container("app", $"until [ -e /go/{code} ]; do /bin/busybox sleep 0.1; done; exit {code}"));
        }

        await RegisterAsync("stopping", Container("app", "trap 'echo >/go/stopping; until [ -e /go/stop ]; do /bin/busybox sleep 0.1; done; exit 9' TERM; while :; do /bin/busybox sleep 0.1; done", """ "stopTimeout": 120 """));
        await RegisterAsync("beside", Container("main", "/bin/busybox sleep 86400"), Container("side", "until [ -e /go/5 ]; do /bin/busybox sleep 0.1; done; exit 5", """ "essential": false """));
        await RegisterAsync("steady", Container("app", "number=0; while :; do number=$((number + 1)); echo $number; /bin/busybox sleep 0.1; done", """
             "logConfiguration": { "logDriver": "awslogs", "options": { "awslogs-group": "steady", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "s" } }
            """));
        await RegisterAsync("restarting", Container("app", "echo >>/go/starts; until [ -e /go/crash ]; do /bin/busybox sleep 0.1; done; /bin/busybox rm /go/crash; exit 3", """ "restartPolicy": { "enabled": true, "restartAttemptPeriod": 60 } """));
        await RegisterAsync("served", Container("app", "/bin/busybox sleep 86400"));
        await berth.RunAsync($"aws logs create-log-group --log-group-name steady; aws ecs create-service --service-name served --task-definition {berth.Named("served")} --desired-count 1");
        foreach (var name in new[] { "11", "12", "13", "stopping", "beside", "steady", "restarting" })
        {
            tasks[name] = await berth.RunAsync($"aws ecs run-task --task-definition {berth.Named(name)} --query tasks[0].taskArn");
        }

        await berth.RunAsync($"aws ecs wait tasks-running --tasks {string.Join(' ', tasks.Values)}; aws ecs wait services-stable --services served");

        string Container(string name, string script, string more = """ "essential": true """) => $$"""
            { "name": "{{name}}", "image": "{{image}}", "memory": 16, "stopTimeout": 2, "entryPoint": ["/bin/busybox", "sh", "-c"], "command": ["{{script}}"], "mountPoints": [{ "sourceVolume": "go", "containerPath": "/go" }], {{more}} }
            """;
    }

    private Task<string> RegisterAsync(string name, params string[] containers) => TaskDefinition.RegisterAsync(berth, $$"""
        { "family": "{{berth.Named(name)}}", "networkMode": "none", "volumes": [{ "name": "go", "host": { "sourcePath": "{{berth.Go}}" } }], "containerDefinitions": [{{string.Join(", ", containers)}}] }
        """.Replace("'", "'\\''", StringComparison.Ordinal));

    /// <summary>A third of the time away; a task ends in the middle of it, and what else is to happen does.</summary>
    private async Task<(DateTimeOffset From, DateTimeOffset To)> PhaseAsync(string what, int ends, Func<Task> happens)
    {
        var (from, began) = (Now, time.Elapsed);
        Say($"it {what}");
        await happens();
        await Task.Delay(Later(Away / 6), TestContext.Current.CancellationToken);
        Let($"{ends}");
        await EndsAsync($"{ends}");
        await Task.Delay(Later(Away / 3), TestContext.Current.CancellationToken);
        return (from, Now.AddSeconds(1));

        TimeSpan Later(TimeSpan after) => began + after > time.Elapsed ? began + after - time.Elapsed : TimeSpan.Zero;
    }

    // To the second.
    private static DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());

    private void Let(string happen) => File.WriteAllText(Path.Combine(berth.Go, happen), "");

    /// <summary>Waits until no container of a task runs; the control plane is not asked.</summary>
    private Task<string[]> EndsAsync(string name) => Eventually.IsAsync($"the containers of {name} have ended", () => berth.ContainersAsync(berth.Named(name)), running => running.Length == 0);

    private Task<string> TellsAsync(string task, string what, string begins) => Eventually.IsAsync(
        $"{task} is {begins}", () => berth.RunAsync($"aws ecs describe-tasks --tasks {task} --query 'tasks[0].{what}'"), said => said.StartsWith(begins, StringComparison.Ordinal), Return);

    /// <summary>No task went back from one status to an earlier one, or was ended twice.</summary>
    private async Task IsInOrderAsync()
    {
        string[] order = ["PROVISIONING", "PENDING", "ACTIVATING", "RUNNING", "DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED"];
        var told = (await berth.RunAsync("""
            berth events --type task | python3 -c 'import json, sys
            for line in sys.stdin:
                detail = json.loads(line)["detail"]
                print(detail["taskArn"], detail["version"], detail["lastStatus"])'
            """)).Split('\n').Select(line => line.Split(' ')).ToLookup(words => words[0], words => words[2]);
        foreach (var task in tasks.Values)
        {
            var statuses = told[task].Select(status => Array.IndexOf(order, status)).ToList();
            statuses.ShouldBe(statuses.Order());
            statuses.ShouldContain(Array.IndexOf(order, "RUNNING"));
            statuses.Count(status => status == order.Length - 1).ShouldBeLessThanOrEqualTo(1);
        }
    }

    /// <summary>All lines of the steady task have come, in order, from before to after.</summary>
    private async Task SaidAllAsync(int atLeast)
    {
        var read = await Eventually.IsAsync(
            "the log has it all",
            async () => (await berth.RunAsync($"aws logs get-log-events --log-group-name steady --log-stream-name s/app/{tasks["steady"].Split('/')[^1]} --start-from-head --query events[].message")).Split('\t'),
            lines => lines.Length >= Math.Min(atLeast, MostLinesRead),
            Return);
        read.ShouldBe(Enumerable.Range(1, read.Length).Select(number => $"{number}"));
        Say($"{read.Length} lines of output, none missing");
    }

    private void Say(string what) => TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time.Elapsed.TotalSeconds,6:F1} s  {what}"));
}
