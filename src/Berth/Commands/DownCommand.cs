using System.CommandLine;

namespace Berth.Host;

/// <summary>Stops the processes. Containers go on running unless told otherwise.</summary>
internal static class DownCommand
{
    private static readonly TimeSpan SupervisorGrace = TimeSpan.FromSeconds(60);

    internal static Command Create(Option<string?> data)
    {
        var tasks = new Option<bool>("--tasks") { Description = "Stop the tasks' containers as well" };
        var erase = new Option<bool>("--erase") { Description = "Remove the tasks' containers and the data directory" };
        var command = new Command("down", "Stop Berth") { tasks, erase };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            Installation.At(parsed.GetValue(data)), parsed.GetValue(tasks), parsed.GetValue(erase), Console.Out, TimeProvider.System, cancellationToken));
        return command;
    }

    internal static async Task<int> RunAsync(
        Installation installation, bool tasks, bool erase, TextWriter output, TimeProvider clock, CancellationToken cancellationToken)
    {
        var supervisor = SupervisorLock.HeldBy(installation);
        if (supervisor is not null)
        {
            await supervisor.StopAsync(SupervisorGrace, clock).ConfigureAwait(false);
        }

        var leftovers = await Supervisor.StopLeftoversAsync(installation, clock).ConfigureAwait(false);
        await output.WriteLineAsync(supervisor is null && leftovers == 0 ? "Berth was not running." : "Berth has stopped.").ConfigureAwait(false);

        if (erase)
        {
            await EraseAsync(installation, output, cancellationToken).ConfigureAwait(false);
        }
        else if (tasks)
        {
            using var containers = new TaskContainers(installation, TaskContainers.DockerHost);
            await output.WriteLineAsync($"Containers stopped: {await containers.StopAsync(cancellationToken).ConfigureAwait(false)}.").ConfigureAwait(false);
        }

        return 0;
    }

    private static async Task EraseAsync(Installation installation, TextWriter output, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(installation.DataDirectory))
        {
            return;
        }

        if (!File.Exists(installation.CredentialsPath))
        {
            throw new CommandException($"{installation.DataDirectory} does not look like Berth's data; nothing was erased.");
        }

        // The containers first: without the data nobody could tell whose they are.
        using (var containers = new TaskContainers(installation, TaskContainers.DockerHost))
        {
            await output.WriteLineAsync($"Containers removed: {await containers.RemoveAsync(cancellationToken).ConfigureAwait(false)}.").ConfigureAwait(false);
        }

        Directory.Delete(installation.DataDirectory, recursive: true);
        await output.WriteLineAsync($"{installation.DataDirectory} is gone.").ConfigureAwait(false);
    }
}
