using System.Globalization;

namespace Berth.Host;

/// <summary>Runs an installation's roles, starts again what dies, and stops all of them in order.</summary>
/// <param name="installation">The installation.</param>
/// <param name="roles">What runs.</param>
/// <param name="output">Where it says what happened.</param>
/// <param name="clock">The time.</param>
internal sealed class Supervisor(Installation installation, IReadOnlyList<Role> roles, TextWriter output, TimeProvider clock)
{
    internal static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.5), LongestWait = TimeSpan.FromSeconds(30), Healthy = TimeSpan.FromMinutes(1);
    internal static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LogRound = TimeSpan.FromSeconds(10);

    private readonly TextWriter output = TextWriter.Synchronized(output);

    /// <summary>Runs until cancelled, then stops the roles and returns.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(installation.RunDirectory);
        await StopLeftoversAsync(installation, clock).ConfigureAwait(false);

        var running = roles.Select(role => KeepRunningAsync(role, cancellationToken)).Append(TrimLogsAsync(cancellationToken)).ToList();
        await Task.WhenAll(running).ConfigureAwait(false);
        await StopLeftoversAsync(installation, clock).ConfigureAwait(false);
    }

    /// <summary>Stops whatever roles still run over the data directory, by their pid files, in order.</summary>
    internal static async Task<int> StopLeftoversAsync(Installation installation, TimeProvider clock)
    {
        var stopped = 0;
        foreach (var stage in PidFiles(installation).GroupBy(StageOf).OrderBy(stage => stage.Key))
        {
            await Task.WhenAll(stage.Select(async file =>
            {
                if (ProcessIdentity.ReadFrom(file) is { } process)
                {
                    await process.StopAsync(StopGrace, clock).ConfigureAwait(false);
                    Interlocked.Increment(ref stopped);
                }

                File.Delete(file);
            })).ConfigureAwait(false);
        }

        return stopped;
    }

    /// <summary>How many roles run over the data directory, with or without a supervisor.</summary>
    internal static int CountRunning(Installation installation) => PidFiles(installation).Count(file => ProcessIdentity.ReadFrom(file) is not null);

    /// <summary>Ends all roles at once.</summary>
    internal static void EndAll(Installation installation)
    {
        foreach (var file in PidFiles(installation))
        {
            ProcessIdentity.ReadFrom(file)?.End();
        }
    }

    /// <summary>How long to wait before the next start, after so many that did not last.</summary>
    internal static TimeSpan WaitAfter(int failures) =>
        TimeSpan.FromSeconds(Math.Min(FirstWait.TotalSeconds * Math.Pow(2, failures - 1), LongestWait.TotalSeconds));

    private async Task KeepRunningAsync(Role role, CancellationToken cancellationToken)
    {
        var failures = 0;
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var begun = clock.GetTimestamp();
                var how = await RunOnceAsync(role, cancellationToken).ConfigureAwait(false);
                failures = clock.GetElapsedTime(begun) >= Healthy ? 1 : failures + 1;
                var wait = WaitAfter(failures);
                await output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"berth: {role.Name} {how}; starting it again in {wait.TotalSeconds:0.#} s. Its log: {installation.LogOf(role.Name)}")).ConfigureAwait(false);
                await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopping is done in order, once no role is started again.
        }
    }

    private async Task<string> RunOnceAsync(Role role, CancellationToken cancellationToken)
    {
        var log = installation.LogOf(role.Name);
        BoundedLog.Trim(log);
        try
        {
            using var process = RoleProcess.Start(role.Command, log);
            process.Identity.WriteTo(PidFile(role));
            await process.WaitAsync(cancellationToken).ConfigureAwait(false);
            return string.Create(CultureInfo.InvariantCulture, $"ended ({Describe(process.ExitCode)})");
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or IOException)
        {
            return $"could not be started ({exception.Message})";
        }
    }

    private async Task TrimLogsAsync(CancellationToken cancellationToken)
    {
        using var round = new PeriodicTimer(LogRound, clock);
        try
        {
            while (await round.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                foreach (var role in roles)
                {
                    BoundedLog.Trim(installation.LogOf(role.Name));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private static string Describe(int exitCode) => exitCode switch
    {
        > 128 and < 128 + 32 => string.Create(CultureInfo.InvariantCulture, $"signal {exitCode - 128}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"exit code {exitCode}"),
    };

    private string PidFile(Role role) => Path.Combine(installation.RunDirectory, string.Create(CultureInfo.InvariantCulture, $"{role.Stage}-{role.Name}.pid"));

    private static string[] PidFiles(Installation installation) =>
        Directory.Exists(installation.RunDirectory) ? Directory.GetFiles(installation.RunDirectory, "*.pid") : [];

    private static string StageOf(string pidFile) => Path.GetFileName(pidFile).Split('-')[0];
}
