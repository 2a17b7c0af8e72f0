using System.CommandLine;

namespace Berth.Host;

/// <summary>The server's process.</summary>
internal static class ServerCommand
{
    internal static Command Create(Option<string?> data)
    {
        var port = new Option<int?>("--port") { Description = "The API's port on 127.0.0.1", HelpName = "PORT" };
        var account = new Option<string?>("--account") { Description = "The 12-digit account", HelpName = "ID" };
        var command = new Command("server", "Run the server alone, in this process") { port, account };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var installation = Installation.At(parsed.GetValue(data));
            installation = installation with
            {
                Settings = installation.Settings with
                {
                    Port = parsed.GetValue(port) ?? installation.Settings.Port,
                    AccountId = parsed.GetValue(account) ?? installation.Settings.AccountId,
                },
            };
            using var signals = new StopSignals(onSecond: null);
            await ServerRole.RunAsync(installation, TimeProvider.System, signals.Token).ConfigureAwait(false);
            return 0;
        });
        return command;
    }
}
