using System.CommandLine;

namespace Berth.Host;

/// <summary>Removes everything of the account from the running server.</summary>
internal static class ResetCommand
{
    internal static Command Create(Option<string?> data)
    {
        var yes = new Option<bool>("--yes") { Description = "Really do it" };
        var command = new Command("reset", "Remove everything of the account and stop its tasks") { yes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var installation = Installation.At(parsed.GetValue(data));
            if (!parsed.GetValue(yes))
            {
                throw new CommandException($"This removes everything of account {installation.Settings.AccountId} and stops its tasks. If that is what you want: berth reset --yes");
            }

            using var api = new ApiClient(installation, TimeProvider.System);
            await api.ResetAsync(cancellationToken).ConfigureAwait(false);
            await Console.Out.WriteLineAsync($"Account {installation.Settings.AccountId} is empty.").ConfigureAwait(false);
            return 0;
        });
        return command;
    }
}
