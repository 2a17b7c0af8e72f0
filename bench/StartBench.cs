using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Berth.Wire;

namespace Berth.Bench;

/// <summary>
/// What Berth adds to Docker's own time for a start, how long a call takes to reach an agent, and how fast a service of
/// 50 tasks comes up beside 50 containers that Docker starts at the agent's parallelism.
/// </summary>
/// <remarks>
/// <para>
/// Both sides run the same container: what creates Docker's is made from Docker's own description of a task's container,
/// image, configuration and host configuration alike, and only its labels differ. The image is on the machine and named
/// by its digest, so neither side asks a registry. They take turns one by one, through the same kind of client.
/// </para>
/// <para>
/// Docker's time is from before <c>create</c> until <c>inspect</c>, after <c>start</c>, has been answered with a running
/// container. Berth's is from before the RunTask call until the task's <c>startedAt</c>, the moment from which
/// DescribeTasks says RUNNING; nothing is asked before the engine's event says that the container has started, for on a
/// small machine asking meanwhile takes from the start what is being measured. The engine's own notes, of when it began to create the container and when it had
/// started it, tell Berth's share from the engine's, whose time for the very same start varies by more than that share.
/// A container is removed, and its task STOPPED, before the next one's turn. What is added is percentile less percentile.
/// </para>
/// </remarks>
public static class StartBench
{
    private const int ServiceTasks = 50;
    private const int Parallelism = 8;     // The agent's own.
    private const int Lanes = 4;
    private const string TaskLabel = "com.amazonaws.ecs.task-arn";
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20), ServicePoll = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs it; some minutes, or one when <paramref name="quick"/>.</summary>
    public static async Task RunAsync(TextWriter output, bool quick, CancellationToken cancellationToken)
    {
        var (starts, calls, rounds) = quick ? (20, 100, 1) : (100, 1_000, 3);
        await using var installation = await BenchInstallation.StartAsync(cancellationToken).ConfigureAwait(false);
        using var ecs = new EcsClient(installation.Endpoint, installation.Credentials(CredentialsFile.RootProfile));
        using var docker = new BareDocker();
        var image = installation.SampleImage;
        string? digest = null;
        try
        {
            await installation.PutSampleImageAsync(cancellationToken).ConfigureAwait(false);
            await RegisterAsync(ecs, "by-tag", image, cancellationToken).ConfigureAwait(false);
            await StopAsync(ecs, docker, await StartAsync(ecs, docker, "by-tag", cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            digest = await docker.DigestOfAsync(image, cancellationToken).ConfigureAwait(false) ?? throw new IOException($"{image} was not pulled.");
            await RegisterAsync(ecs, "bench", digest, cancellationToken).ConfigureAwait(false);

            var pairs = await CompareStartsAsync(ecs, docker, starts, cancellationToken).ConfigureAwait(false);
            var lanes = await CompareLanesAsync(ecs, docker, starts / Lanes / rounds, rounds, cancellationToken).ConfigureAwait(false);
            var frames = await TimeFramesAsync(installation, ecs, calls, cancellationToken).ConfigureAwait(false);
            var services = await CompareServicesAsync(ecs, docker, rounds, cancellationToken).ConfigureAwait(false);
            Print(output, pairs, lanes, frames, services);
        }
        finally
        {
            await docker.CleanUpAsync(digest is null ? [image] : [image, digest]).ConfigureAwait(false);
        }
    }

    /// <summary>One start, in ms: until it is known to run, and until the engine's own notes of its creation and its start.</summary>
    private readonly record struct Start(string ContainerId, string? TaskArn, double Known, double CreationNoted, double StartNoted)
    {
        /// <summary>What passes before the engine begins and after it has started the container.</summary>
        internal double OutsideEngine => CreationNoted + Known - StartNoted;

        internal static Start Of(JsonElement container, string? taskArn, DateTimeOffset at, TimeSpan known) => new(
            container.GetProperty("Id").GetString()!,     // It has one.
            taskArn,
            known.TotalMilliseconds,
            (container.GetProperty("Created").GetDateTimeOffset() - at).TotalMilliseconds,
            (container.GetProperty("State").GetProperty("StartedAt").GetDateTimeOffset() - at).TotalMilliseconds);
    }

    private static async Task RegisterAsync(EcsClient ecs, string family, string image, CancellationToken cancellationToken) => await ecs.CallAsync(
        "RegisterTaskDefinition",
        $$"""{"family":"{{family}}","containerDefinitions":[{"name":"app","image":"{{image}}","command":["/bin/busybox","sleep","86400"],"cpu":8,"memory":16,"essential":true}]}""",
        cancellationToken).ConfigureAwait(false);

    private static async Task<(List<Start> Berth, List<Start> Docker)> CompareStartsAsync(EcsClient ecs, BareDocker docker, int starts, CancellationToken cancellationToken)
    {
        List<Start> berth = [], bare = [];
        var likeness = await LikenessAsync(ecs, docker, cancellationToken).ConfigureAwait(false);
        for (var turn = -2; turn < starts; turn++)
        {
            // Who goes first changes, so that neither gets the quieter moment.
            Start ours = default, theirs = default;
            for (var half = 0; half < 2; half++)
            {
                if ((turn + half) % 2 == 0)
                {
                    ours = await StartAsync(ecs, docker, "bench", cancellationToken).ConfigureAwait(false);
                    await StopAsync(ecs, docker, ours, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    theirs = await StartBareAsync(docker, likeness, cancellationToken).ConfigureAwait(false);
                    await docker.RemoveAsync(theirs.ContainerId, cancellationToken).ConfigureAwait(false);
                }
            }

            if (turn >= 0)     // The first two warm up.
            {
                berth.Add(ours);
                bare.Add(theirs);
            }
        }

        return (berth, bare);
    }

    /// <summary>Starts in several lanes, each one after another: all lanes Berth's, then all Docker's, in turns.</summary>
    private static async Task<(List<double> Berth, List<double> Docker)> CompareLanesAsync(EcsClient ecs, BareDocker docker, int startsALane, int rounds, CancellationToken cancellationToken)
    {
        List<double> berth = [], bare = [];
        var likeness = await LikenessAsync(ecs, docker, cancellationToken).ConfigureAwait(false);
        for (var round = 0; round < rounds; round++)
        {
            for (var half = 0; half < 2; half++)
            {
                var isBerth = (round + half) % 2 == 0;
                var known = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => LaneAsync(isBerth))).ConfigureAwait(false);
                (isBerth ? berth : bare).AddRange(known.SelectMany(lane => lane));
            }
        }

        return (berth, bare);

        async Task<List<double>> LaneAsync(bool isBerth)
        {
            List<double> known = [];
            for (var turn = 0; turn < startsALane; turn++)
            {
                if (isBerth)
                {
                    var start = await StartAsync(ecs, docker, "bench", cancellationToken).ConfigureAwait(false);
                    known.Add(start.Known);
                    await StopAsync(ecs, docker, start, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    var start = await StartBareAsync(docker, likeness, cancellationToken).ConfigureAwait(false);
                    known.Add(start.Known);
                    await docker.RemoveAsync(start.ContainerId, cancellationToken).ConfigureAwait(false);
                }
            }

            return known;
        }
    }

    private static async Task<byte[]> LikenessAsync(EcsClient ecs, BareDocker docker, CancellationToken cancellationToken)
    {
        var model = await StartAsync(ecs, docker, "bench", cancellationToken).ConfigureAwait(false);
        var likeness = docker.LikenessOf(await docker.InspectAsync(model.ContainerId, cancellationToken).ConfigureAwait(false));
        await StopAsync(ecs, docker, model, cancellationToken).ConfigureAwait(false);
        return likeness;
    }

    private static async Task<Start> StartAsync(EcsClient ecs, BareDocker docker, string family, CancellationToken cancellationToken)
    {
        using var started = await docker.ListenAsync(cancellationToken).ConfigureAwait(false);
        var at = TimeProvider.System.GetUtcNow();
        var ran = await ecs.CallAsync("RunTask", $$"""{"taskDefinition":"{{family}}"}""", cancellationToken).ConfigureAwait(false);
        if (ran.GetProperty("tasks").GetArrayLength() == 0)
        {
            throw new IOException($"The task was not placed: {ran}");
        }

        var arn = ran.GetProperty("tasks")[0].GetProperty("taskArn").GetString()!;     // A task has one.
        await started.WaitAsync(TaskLabel, arn, cancellationToken).WaitAsync(Patience, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        var task = await UntilAsync(ecs, arn, "RUNNING", cancellationToken).ConfigureAwait(false);
        var known = DateTimeOffset.UnixEpoch.AddSeconds(task.GetProperty("startedAt").GetDouble()) - at;
        var id = task.GetProperty("containers")[0].GetProperty("runtimeId").GetString()!;     // What runs has one.
        return Start.Of(await docker.InspectAsync(id, cancellationToken).ConfigureAwait(false), arn, at, known);
    }

    private static async Task<Start> StartBareAsync(BareDocker docker, byte[] likeness, CancellationToken cancellationToken)
    {
        var (at, started) = (TimeProvider.System.GetUtcNow(), Stopwatch.GetTimestamp());
        var container = await docker.RunAsync(likeness, cancellationToken).ConfigureAwait(false);
        return Start.Of(container, null, at, Stopwatch.GetElapsedTime(started));
    }

    private static Task StopAsync(EcsClient ecs, BareDocker docker, Start start, CancellationToken cancellationToken) =>
        StopAsync(ecs, docker, start.ContainerId, start.TaskArn!, cancellationToken);     // Ours is a task.

    private static async Task StopAsync(EcsClient ecs, BareDocker docker, string id, string taskArn, CancellationToken cancellationToken)
    {
        await docker.RemoveAsync(id, cancellationToken).ConfigureAwait(false);
        await UntilAsync(ecs, taskArn, "STOPPED", cancellationToken).ConfigureAwait(false);
    }

    private static async Task<JsonElement> UntilAsync(EcsClient ecs, string arn, string status, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            var described = await ecs.CallAsync("DescribeTasks", $$"""{"tasks":["{{arn}}"]}""", cancellationToken).ConfigureAwait(false);
            var task = described.GetProperty("tasks")[0];
            var now = task.GetProperty("lastStatus").GetString();
            if (now == status)
            {
                return task;
            }

            if (now == "STOPPED" || Stopwatch.GetElapsedTime(begun) > Patience)
            {
                throw new IOException($"The task is {now} and not {status}: {task}");
            }

            await Task.Delay(Poll, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>From before the RunTask call until the payload has come in at the instance, in ms.</summary>
    private static async Task<List<double>> TimeFramesAsync(BenchInstallation installation, EcsClient ecs, int calls, CancellationToken cancellationToken)
    {
        const string Cluster = "bench-frames";
        List<double> frames = [];
        await using var instance = await BenchInstance.ConnectAsync(installation, ecs, Cluster, cancellationToken).ConfigureAwait(false);
        for (var call = -calls / 10; call < calls; call++)
        {
            var started = Stopwatch.GetTimestamp();
            var ran = await ecs.CallAsync("RunTask", $$"""{"cluster":"{{Cluster}}","taskDefinition":"bench"}""", cancellationToken).ConfigureAwait(false);
            var arn = ran.GetProperty("tasks")[0].GetProperty("taskArn").GetString()!;     // A task has one.
            var arrived = await instance.ArrivalOf(arn).WaitAsync(Patience, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            if (call >= 0)     // The first tenth warms up.
            {
                frames.Add(Stopwatch.GetElapsedTime(started, arrived).TotalMilliseconds);
            }
        }

        return frames;
    }

    /// <summary>Seconds until the last of a service's 50 tasks runs, and until the last of 50 containers does.</summary>
    private static async Task<(List<double> Berth, List<double> Docker)> CompareServicesAsync(EcsClient ecs, BareDocker docker, int rounds, CancellationToken cancellationToken)
    {
        List<double> berth = [], bare = [];
        var likeness = await LikenessAsync(ecs, docker, cancellationToken).ConfigureAwait(false);
        for (var round = 0; round < rounds; round++)
        {
            for (var half = 0; half < 2; half++)
            {
                if ((round + half) % 2 == 0)
                {
                    berth.Add(await StartServiceAsync(ecs, docker, $"bench-{round}", cancellationToken).ConfigureAwait(false));
                }
                else
                {
                    bare.Add(await StartManyBareAsync(docker, likeness, cancellationToken).ConfigureAwait(false));
                }
            }
        }

        return (berth, bare);
    }

    private static async Task<double> StartServiceAsync(EcsClient ecs, BareDocker docker, string name, CancellationToken cancellationToken)
    {
        var (at, started) = (TimeProvider.System.GetUtcNow(), Stopwatch.GetTimestamp());
        await ecs.CallAsync("CreateService", $$"""{"serviceName":"{{name}}","taskDefinition":"bench","desiredCount":{{ServiceTasks}}}""", cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var described = await ecs.CallAsync("DescribeServices", $$"""{"services":["{{name}}"]}""", cancellationToken).ConfigureAwait(false);
            if (described.GetProperty("services")[0].GetProperty("runningCount").GetInt32() == ServiceTasks)
            {
                break;
            }

            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new IOException($"The service does not come up: {described}");
            }

            await Task.Delay(ServicePoll, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }

        var listed = await ecs.CallAsync("ListTasks", $$"""{"serviceName":"{{name}}"}""", cancellationToken).ConfigureAwait(false);
        var tasks = await ecs.CallAsync("DescribeTasks", $$"""{"tasks":{{listed.GetProperty("taskArns").GetRawText()}}}""", cancellationToken).ConfigureAwait(false);
        var elapsed = tasks.GetProperty("tasks").EnumerateArray().Max(task => task.GetProperty("startedAt").GetDouble()) - (at - DateTimeOffset.UnixEpoch).TotalSeconds;
        await ecs.CallAsync("DeleteService", $$"""{"service":"{{name}}","force":true}""", cancellationToken).ConfigureAwait(false);
        foreach (var task in tasks.GetProperty("tasks").EnumerateArray())
        {
            await StopAsync(
                ecs, docker, task.GetProperty("containers")[0].GetProperty("runtimeId").GetString()!, task.GetProperty("taskArn").GetString()!, cancellationToken)
                .ConfigureAwait(false);     // What runs has both.
        }

        return elapsed;
    }

    private static async Task<double> StartManyBareAsync(BareDocker docker, byte[] likeness, CancellationToken cancellationToken)
    {
        var ids = new string[ServiceTasks];
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, ServiceTasks, new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken }, async (number, token) =>
            ids[number] = (await docker.RunAsync(likeness, token).ConfigureAwait(false)).GetProperty("Id").GetString()!).ConfigureAwait(false);     // It has one.
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        foreach (var id in ids)
        {
            await docker.RemoveAsync(id, cancellationToken).ConfigureAwait(false);
        }

        return elapsed;
    }

    private static void Print(TextWriter output, (List<Start> Berth, List<Start> Docker) pairs, (List<double> Berth, List<double> Docker) lanes, List<double> frames, (List<double> Berth, List<double> Docker) services)
    {
        output.WriteLine(string.Create(Culture, $"{pairs.Berth.Count} starts each of the same container, in turns, and {frames.Count} calls."));
        output.WriteLine();
        output.WriteLine("| ms until | Docker p50 | Berth p50 | added p50 | Docker p99 | Berth p99 | added p99 |");
        output.WriteLine("|---|---:|---:|---:|---:|---:|---:|");
        Row("it is known to run (inspect; the task's startedAt)", start => start.Known);
        Row("the engine notes its creation", start => start.CreationNoted);
        Row("the engine notes its start", start => start.StartNoted);
        Row("known, less what passes between the engine's notes", start => start.OutsideEngine);
        output.WriteLine();
        (List<double> Berth, List<double> Docker) one = (Known(pairs.Berth), Known(pairs.Docker)), four = lanes;
        output.WriteLine("| in the bridge network, no ports | Docker p50 ms | p99 | starts/s | Berth p50 ms | p99 | starts/s | rate against Docker |");
        output.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|");
        Rate("one at a time", one, 1);
        Rate($"{Lanes} at a time", four, Lanes);
        output.WriteLine();
        output.WriteLine("| RunTask call to the payload at the instance | ms |");
        output.WriteLine("|---|---:|");
        output.WriteLine(string.Create(Culture, $"| p50 | {Figures.Median(frames):F2} |"));
        output.WriteLine(string.Create(Culture, $"| p99 | {Figures.Percentile(frames, 99):F2} |"));
        output.WriteLine();
        var (berthSeconds, bareSeconds) = (Figures.Median(services.Berth), Figures.Median(services.Docker));
        output.WriteLine(string.Create(Culture, $"| {ServiceTasks} starts, {Parallelism} at a time | s | starts/s | rate against Docker |"));
        output.WriteLine("|---|---:|---:|---:|");
        output.WriteLine(string.Create(Culture, $"| Docker | {bareSeconds:F2} | {ServiceTasks / bareSeconds:F1} | 1.00x |"));
        output.WriteLine(string.Create(Culture, $"| one service | {berthSeconds:F2} | {ServiceTasks / berthSeconds:F1} | {bareSeconds / berthSeconds:F2}x |"));
        output.WriteLine();
        output.WriteLine(string.Create(Culture, $"RESULT start_added_p50_ms={Added(start => start.Known, 50):F1} ms"));
        output.WriteLine(string.Create(Culture, $"RESULT start_added_p99_ms={Added(start => start.Known, 99):F1} ms"));
        output.WriteLine(string.Create(Culture, $"RESULT start_added_outside_engine_p50_ms={Added(start => start.OutsideEngine, 50):F1} ms"));
        output.WriteLine(string.Create(Culture, $"RESULT start_added_outside_engine_p99_ms={Added(start => start.OutsideEngine, 99):F1} ms"));
        output.WriteLine(string.Create(Culture, $"RESULT start_docker_p50_ms={Of(pairs.Docker, start => start.Known, 50):F1} ms"));
        output.WriteLine(string.Create(Culture, $"RESULT api_to_agent_frame_p50_ms={Figures.Median(frames):F2} ms"));
        output.WriteLine(string.Create(Culture, $"RESULT api_to_agent_frame_p99_ms={Figures.Percentile(frames, 99):F2} ms"));
        output.WriteLine(string.Create(Culture, $"RESULT start_rate_vs_docker={bareSeconds / berthSeconds:F2} x"));
        output.WriteLine(string.Create(Culture, $"RESULT start_rate_vs_docker_bridge_1={Ratio(one):F2} x"));
        output.WriteLine(string.Create(Culture, $"RESULT start_rate_vs_docker_bridge_{Lanes}={Ratio(four):F2} x"));
        output.WriteLine(string.Create(Culture, $"RESULT start_rate_vs_docker_bridge={Math.Min(Ratio(one), Ratio(four)):F2} x"));

        static List<double> Known(List<Start> starts) => [.. starts.Select(start => start.Known)];

        static double Ratio((List<double> Berth, List<double> Docker) both) => both.Docker.Average() / both.Berth.Average();

        void Rate(string what, (List<double> Berth, List<double> Docker) both, int atATime) => output.WriteLine(string.Create(
            Culture,
            $"| {what} | {Figures.Median(both.Docker):F0} | {Figures.Percentile(both.Docker, 99):F0} | {1000 * atATime / both.Docker.Average():F1} | {Figures.Median(both.Berth):F0} | {Figures.Percentile(both.Berth, 99):F0} | {1000 * atATime / both.Berth.Average():F1} | {Ratio(both):F2}x |"));

        void Row(string what, Func<Start, double> figure) => output.WriteLine(string.Create(
            Culture,
            $"| {what} | {Of(pairs.Docker, figure, 50):F1} | {Of(pairs.Berth, figure, 50):F1} | {Added(figure, 50):F1} | {Of(pairs.Docker, figure, 99):F1} | {Of(pairs.Berth, figure, 99):F1} | {Added(figure, 99):F1} |"));

        double Added(Func<Start, double> figure, double percent) => Of(pairs.Berth, figure, percent) - Of(pairs.Docker, figure, percent);

        static double Of(List<Start> starts, Func<Start, double> figure, double percent) => Figures.Percentile([.. starts.Select(figure)], percent);
    }
}
