using System.Globalization;

namespace Berth.Bench;

/// <summary>
/// What an installation that does nothing takes: resident memory of each process after half a minute of rest, and how
/// long <c>berth up --detach --no-sample</c> takes on a machine that has been set up, from the command to its end.
/// </summary>
/// <remarks>Starts over data that is already there are measured; the first start, which makes it, is shown beside.</remarks>
public static class FootprintBench
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);
    private static readonly string[] Roles = ["server", "agent-1", "balancer", "supervisor"];

    /// <summary>Runs it; about a minute.</summary>
    public static async Task RunAsync(TextWriter output, bool quick, CancellationToken cancellationToken)
    {
        var culture = CultureInfo.InvariantCulture;
        await using var installation = await BenchInstallation.StartAsync(cancellationToken).ConfigureAwait(false);
        var first = installation.ReadyAfter;
        List<double> ready = [];
        for (var start = 0; start < (quick ? 1 : 5); start++)
        {
            await installation.RestartAsync(cancellationToken).ConfigureAwait(false);
            ready.Add(installation.ReadyAfter.TotalSeconds);
        }

        await Task.Delay(Rest, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        var resident = Roles.ToDictionary(role => role, role => ProcessUse.ResidentMiB(installation.ProcessOf(role)));

        output.WriteLine(string.Create(culture, $"Resident memory (VmRSS) {Rest.TotalSeconds} s after the start, without a task."));
        output.WriteLine();
        output.WriteLine("| process | MiB |");
        output.WriteLine("|---|---:|");
        foreach (var (role, size) in resident)
        {
            output.WriteLine(string.Create(culture, $"| {role} | {size:F0} |"));
        }

        output.WriteLine(string.Create(culture, $"| all | {resident.Values.Sum():F0} |"));
        output.WriteLine();
        output.WriteLine("| ready after | s |");
        output.WriteLine("|---|---:|");
        output.WriteLine(string.Create(culture, $"| the first start | {first.TotalSeconds:F2} |"));
        output.WriteLine(string.Create(culture, $"| later starts, median of {ready.Count} | {Figures.Median(ready):F2} |"));
        output.WriteLine();
        output.WriteLine(string.Create(culture, $"RESULT server_rss_mib={resident["server"]:F0} MiB"));
        output.WriteLine(string.Create(culture, $"RESULT agent_rss_mib={resident["agent-1"]:F0} MiB"));
        output.WriteLine(string.Create(culture, $"RESULT balancer_rss_mib={resident["balancer"]:F0} MiB"));
        output.WriteLine(string.Create(culture, $"RESULT supervisor_rss_mib={resident["supervisor"]:F0} MiB"));
        output.WriteLine(string.Create(culture, $"RESULT up_ready_s={Figures.Median(ready):F2} s"));
    }
}
