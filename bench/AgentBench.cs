using System.Diagnostics;
using System.Globalization;
using Berth.Wire;

namespace Berth.Bench;

/// <summary>
/// What an agent weighs with 200 running tasks of one small container each, all of whose output it ships: its resident
/// memory, and the CPU time it takes while nothing happens. Beside it, the same agent before it had a task, and the
/// Docker Engine for the same time.
/// </summary>
/// <remarks>The containers are in network mode <c>none</c>, in which they start soonest; a network costs an agent nothing while it rests.</remarks>
public static class AgentBench
{
    private const int Tasks = 200;
    private const string Service = "rest";
    private const string EnginePidFile = "/var/run/docker.pid";
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10), Poll = TimeSpan.FromSeconds(1);

    /// <summary>What a process used over a while of rest.</summary>
    /// <param name="MemoryMiB">Its resident memory at the end.</param>
    /// <param name="PeakMiB">The most it ever had.</param>
    /// <param name="CpuPercent">Of one core.</param>
    private readonly record struct Use(double MemoryMiB, double PeakMiB, double CpuPercent);

    /// <summary>Runs it; five minutes and more, or three when <paramref name="quick"/>.</summary>
    public static async Task RunAsync(TextWriter output, bool quick, CancellationToken cancellationToken)
    {
        var (settling, rest) = quick ? (TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30)) : (TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(90));
        using var docker = new BareDocker();
        string? image = null;
        try
        {
            // Its end removes the containers, whatever has happened, and only then can their image go.
            await using var installation = await BenchInstallation.StartAsync(cancellationToken).ConfigureAwait(false);
            image = installation.SampleImage;
            await MeasureAsync(output, installation, settling, rest, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await docker.CleanUpAsync(image is null ? [] : [image]).ConfigureAwait(false);
        }
    }

    private static async Task MeasureAsync(TextWriter output, BenchInstallation installation, TimeSpan settling, TimeSpan rest, CancellationToken cancellationToken)
    {
        using var ecs = new EcsClient(installation.Endpoint, installation.Credentials(CredentialsFile.RootProfile));
        await installation.PutSampleImageAsync(cancellationToken).ConfigureAwait(false);
        var (agent, engine) = (installation.ProcessOf("agent-1"), EngineProcess());
        await Task.Delay(settling / 2, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        var before = await RestAsync(agent, engine, rest / 2, cancellationToken).ConfigureAwait(false);

        var started = Stopwatch.GetTimestamp();
        await StartAsync(ecs, installation.SampleImage, cancellationToken).ConfigureAwait(false);
        var took = Stopwatch.GetElapsedTime(started);
        await Task.Delay(settling, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        var with = await RestAsync(agent, engine, rest, cancellationToken).ConfigureAwait(false);
        if (await RunningAsync(ecs, cancellationToken).ConfigureAwait(false) is not Tasks and var left)
        {
            throw new IOException($"Of {Tasks} tasks {left} ran to the end.");
        }

        Print(output, before, with, took, settling, rest);
    }

    private static async Task StartAsync(EcsClient ecs, string image, CancellationToken cancellationToken)
    {
        await ecs.CallAsync(
            "RegisterTaskDefinition",
            $$"""
            {"family":"rest","networkMode":"none","containerDefinitions":[{"name":"app","image":"{{image}}","cpu":4,"memory":16,"essential":true,
             "command":["/bin/busybox","sh","-c","echo up; exec /bin/busybox sleep 86400"],
             "logConfiguration":{"logDriver":"awslogs","options":{
              "awslogs-group":"/bench/agent","awslogs-region":"{{EcsClient.Region}}","awslogs-stream-prefix":"bench","awslogs-create-group":"true"} } }]}
            """,
            cancellationToken).ConfigureAwait(false);
        await ecs.CallAsync("CreateService", $$"""{"serviceName":"{{Service}}","taskDefinition":"rest","desiredCount":{{Tasks}}}""", cancellationToken).ConfigureAwait(false);
        var begun = Stopwatch.GetTimestamp();
        while (await RunningAsync(ecs, cancellationToken).ConfigureAwait(false) is not Tasks and var running)
        {
            if (Stopwatch.GetElapsedTime(begun) > Patience)
            {
                throw new IOException($"Of {Tasks} tasks {running} run after {Patience}.");
            }

            await Task.Delay(Poll, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<int> RunningAsync(EcsClient ecs, CancellationToken cancellationToken)
    {
        var described = await ecs.CallAsync("DescribeServices", $$"""{"services":["{{Service}}"]}""", cancellationToken).ConfigureAwait(false);
        return described.GetProperty("services")[0].GetProperty("runningCount").GetInt32();
    }

    private static async Task<(Use Agent, Use? Engine)> RestAsync(int agent, int? engine, TimeSpan rest, CancellationToken cancellationToken)
    {
        var (started, agentBefore, engineBefore) = (Stopwatch.GetTimestamp(), ProcessUse.Cpu(agent), engine is { } one ? ProcessUse.Cpu(one) : default);
        await Task.Delay(rest, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        var elapsed = Stopwatch.GetElapsedTime(started);
        return (Of(agent, agentBefore), engine is { } same ? Of(same, engineBefore) : null);

        Use Of(int process, TimeSpan before) =>
            new(ProcessUse.ResidentMiB(process), ProcessUse.PeakResidentMiB(process), (ProcessUse.Cpu(process) - before) / elapsed * 100);
    }

    /// <summary>The Docker Engine's process; null where it is elsewhere.</summary>
    private static int? EngineProcess() =>
        File.Exists(EnginePidFile) && int.TryParse(File.ReadAllText(EnginePidFile), NumberStyles.None, Culture, out var process) ? process : null;

    private static void Print(TextWriter output, (Use Agent, Use? Engine) before, (Use Agent, Use? Engine) with, TimeSpan took, TimeSpan settling, TimeSpan rest)
    {
        output.WriteLine(string.Create(
            Culture,
            $"{Tasks} tasks of one busybox that sleeps, network mode none, logs to awslogs; all ran after {took.TotalSeconds:F0} s. Measured over {rest.TotalSeconds:F0} s of rest, {settling.TotalSeconds:F0} s later."));
        output.WriteLine();
        output.WriteLine("| | resident MiB | peak MiB | CPU, % of a core |");
        output.WriteLine("|---|---:|---:|---:|");
        Row("agent without a task", before.Agent);
        Row($"agent with {Tasks} tasks", with.Agent);
        Row("Docker Engine without a task", before.Engine);
        Row($"Docker Engine with {Tasks} tasks", with.Engine);
        output.WriteLine();
        output.WriteLine(string.Create(Culture, $"RESULT agent_memory_mib_200_tasks={with.Agent.MemoryMiB:F0} MiB"));
        output.WriteLine(string.Create(Culture, $"RESULT agent_memory_peak_mib_200_tasks={with.Agent.PeakMiB:F0} MiB"));
        output.WriteLine(string.Create(Culture, $"RESULT agent_idle_cpu_percent={with.Agent.CpuPercent:F2} %"));
        if (with.Engine is { } engine)
        {
            output.WriteLine(string.Create(Culture, $"RESULT docker_idle_cpu_percent={engine.CpuPercent:F2} %"));
        }

        void Row(string what, Use? use)
        {
            if (use is { } known)
            {
                output.WriteLine(string.Create(Culture, $"| {what} | {known.MemoryMiB:F0} | {known.PeakMiB:F0} | {known.CpuPercent:F2} |"));
            }
        }
    }
}
