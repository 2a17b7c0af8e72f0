using System.CommandLine;
using System.Globalization;

namespace Berth.Host;

/// <summary>Says what runs and whether it works; exit code 0 when all of it does.</summary>
internal static class StatusCommand
{
    internal static Command Create(Option<string?> data)
    {
        var command = new Command("status", "Say what runs and whether it works");
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(Installation.At(parsed.GetValue(data)), Console.Out, TimeProvider.System, cancellationToken));
        return command;
    }

    internal static async Task<int> RunAsync(Installation installation, TextWriter output, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (SupervisorLock.HeldBy(installation) is not { } supervisor)
        {
            await output.WriteLineAsync(Supervisor.CountRunning(installation) is > 0 and var orphans
                ? string.Create(CultureInfo.InvariantCulture, $"Berth's supervisor was killed and {orphans} of its processes go on over {installation.DataDirectory}. Take over with berth up, or stop them with berth down.")
                : $"Berth does not run over {installation.DataDirectory}.").ConfigureAwait(false);
            return 1;
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"ok       supervisor: pid {supervisor.Id}, data {installation.DataDirectory}")).ConfigureAwait(false);
        using var readiness = new Readiness(installation, clock);
        var conditions = await readiness.AskAsync(cancellationToken).ConfigureAwait(false);
        foreach (var condition in conditions)
        {
            await output.WriteLineAsync($"{(condition.IsMet ? "ok     " : "waiting")}  {condition.What}: {condition.Detail}").ConfigureAwait(false);
        }

        return conditions.All(condition => condition.IsMet) ? 0 : 1;
    }
}
