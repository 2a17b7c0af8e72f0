using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Berth.Host;

/// <summary>Starts server, balancer and container instances and keeps them running. On a running system it only says so.</summary>
internal static class UpCommand
{
    /// <summary>Tells the background process of <c>--detach</c> that somebody else waits for readiness and speaks to the user.</summary>
    internal const string SilentOption = "--silent";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    internal static Command Create(Option<string?> data)
    {
        var detach = new Option<bool>("--detach", "-d") { Description = "Return once everything is ready and leave it running" };
        var noSample = new Option<bool>("--no-sample") { Description = "Do not deploy the sample service at the first start" };
        var instances = new Option<int?>("--instances") { Description = "Container instances that share this machine evenly (1)", HelpName = "N" };
        var port = new Option<int?>("--port") { Description = "The API's port on 127.0.0.1 (8383)", HelpName = "PORT" };
        var account = new Option<string?>("--account") { Description = "The 12-digit account (BERTH_ACCOUNT_ID, else 000000000000)", HelpName = "ID" };
        var silent = new Option<bool>(SilentOption) { Hidden = true };
        instances.Validators.Add(result => Require(result.GetValueOrDefault<int?>() is null or (>= 1 and <= Settings.MostInstances), result, $"from 1 to {Settings.MostInstances}"));
        port.Validators.Add(result => Require(result.GetValueOrDefault<int?>() is null or (>= 1 and <= IPEndPoint.MaxPort), result, $"from 1 to {IPEndPoint.MaxPort}"));
        account.Validators.Add(result => Require(result.GetValueOrDefault<string?>() is not { } id || Settings.IsAccountId(id), result, "12 digits"));

        var command = new Command("up", "Start Berth on this machine") { detach, noSample, instances, port, account, silent };
        command.SetAction((parsed, cancellationToken) =>
        {
            var installation = Installation.At(parsed.GetValue(data));
            var settings = installation.Settings;
            installation = installation with
            {
                Settings = settings with
                {
                    Instances = parsed.GetValue(instances) ?? settings.Instances,
                    Port = parsed.GetValue(port) ?? settings.Port,
                    AccountId = parsed.GetValue(account) ?? Installation.AccountOfEnvironment ?? settings.AccountId,
                },
            };
            return parsed.GetValue(detach)
                ? DetachAsync(installation, withSample: !parsed.GetValue(noSample), Console.Out, TimeProvider.System, cancellationToken)
                : StayAsync(installation, withSample: !parsed.GetValue(noSample), isSilent: parsed.GetValue(silent), Console.Out, TimeProvider.System, cancellationToken);
        });
        return command;
    }

    private static async Task<int> StayAsync(
        Installation installation, bool withSample, bool isSilent, TextWriter output, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var alone = SupervisorLock.TryTake(installation);
        if (alone is null)
        {
            return await TellRunningAsync(installation, withSample, output, clock, cancellationToken).ConfigureAwait(false);
        }

        using var signals = new StopSignals(onSecond: () => Supervisor.EndAll(installation));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, signals.Token);
        await Supervisor.StopLeftoversAsync(installation, clock).ConfigureAwait(false);     // Of a supervisor that was killed.
        RequireFreePort(installation);
        installation.OpenCredentials();
        installation.Save();

        var supervisor = new Supervisor(installation, Role.Of(installation, await ShareAsync(installation, stop.Token).ConfigureAwait(false)), output, clock);
        var supervising = supervisor.RunAsync(stop.Token);
        try
        {
            _ = isSilent || await WelcomeAsync(installation, withSample, output, clock, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Stopped before it was ready.
        }

        await supervising.ConfigureAwait(false);
        await output.WriteLineAsync("Berth has stopped; the tasks' containers go on running.").ConfigureAwait(false);
        return 0;
    }

    private static async Task<int> DetachAsync(Installation installation, bool withSample, TextWriter output, TimeProvider clock, CancellationToken cancellationToken)
    {
        using (var alone = SupervisorLock.TryTake(installation))
        {
            if (alone is null)
            {
                return await TellRunningAsync(installation, withSample, output, clock, cancellationToken).ConfigureAwait(false);
            }

            await Supervisor.StopLeftoversAsync(installation, clock).ConfigureAwait(false);
            RequireFreePort(installation);
            installation.OpenCredentials();
            installation.Save();
        }

        var log = installation.LogOf("supervisor");
        BoundedLog.Trim(log);
        using var supervisor = RoleProcess.Start([.. Role.Berth, "up", SilentOption, CommandLine.DataOption, installation.DataDirectory], log);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var welcome = WelcomeAsync(installation, withSample, output, clock, waiting.Token);
        var ended = supervisor.WaitAsync(waiting.Token);
        if (await Task.WhenAny(welcome, ended).ConfigureAwait(false) == ended && !cancellationToken.IsCancellationRequested)
        {
            await waiting.CancelAsync().ConfigureAwait(false);
            await welcome.ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);     // It was cancelled: what it would say is no longer so.
            throw new CommandException($"Berth has ended while it started (exit code {supervisor.ExitCode}). Its log: {log}");
        }

        await waiting.CancelAsync().ConfigureAwait(false);
        return await welcome.ConfigureAwait(false) ? 0 : 1;
    }

    /// <summary>Says what runs already, once it is ready; its own options stay in force.</summary>
    private static async Task<int> TellRunningAsync(Installation installation, bool withSample, TextWriter output, TimeProvider clock, CancellationToken cancellationToken)
    {
        var running = Installation.At(installation.DataDirectory);
        await output.WriteLineAsync(running.Settings == installation.Settings
            ? "Berth is running already."
            : "Berth is running already, with the options it was started with. To change them, stop it first: ./berth down").ConfigureAwait(false);
        return await WelcomeAsync(running, withSample, output, clock, cancellationToken).ConfigureAwait(false) ? 0 : 1;
    }

    /// <summary>Waits until everything is ready and says how to use it; false when it takes too long.</summary>
    private static async Task<bool> WelcomeAsync(Installation installation, bool withSample, TextWriter output, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var readiness = new Readiness(installation, clock);
        var unmet = await readiness.WaitAsync(Patience, cancellationToken).ConfigureAwait(false);
        if (unmet.Count > 0)
        {
            foreach (var condition in unmet)
            {
                await output.WriteLineAsync($"berth: not ready after {Patience.TotalSeconds} s: {condition.What} {condition.Detail}. The logs are in {installation.DataDirectory}.").ConfigureAwait(false);
            }

            return false;
        }

        var sample = withSample ? await SampleService.EnsureAsync(installation, clock, cancellationToken).ConfigureAwait(false) : null;
        var settings = installation.Settings;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            Berth is ready.
              API        {installation.Endpoint.OriginalString}  (account {settings.AccountId}, region {Installation.DefaultRegion})
              Registry   {installation.Endpoint.Authority}
              Instances  {settings.Instances} in cluster {Installation.DefaultCluster}
              Data       {installation.DataDirectory}
            """)).ConfigureAwait(false);
        if (sample is not null)
        {
            await output.WriteLineAsync($"  Sample     {sample}").ConfigureAwait(false);
        }

        await output.WriteLineAsync(
            """
            Try:         ./berth aws ecs list-clusters
            This shell:  eval "$(./berth env)"
            Stop:        ./berth down
            """).ConfigureAwait(false);
        return true;
    }

    private static async Task<(int CpuUnits, int MemoryMiB)?> ShareAsync(Installation installation, CancellationToken cancellationToken)
    {
        if (installation.Settings.Instances == 1)
        {
            return null;     // A lone agent offers what the engine has.
        }

        var host = TaskContainers.DockerHost;
        return await TaskContainers.MachineAsync(host, cancellationToken).ConfigureAwait(false)
            ?? throw new CommandException($"Docker does not answer at {host}; without it the machine cannot be shared.");
    }

    private static void RequireFreePort(Installation installation)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, installation.Settings.Port);
            listener.Start();
        }
        catch (SocketException exception)
        {
            throw new CommandException(string.Create(
                CultureInfo.InvariantCulture,
                $"Port {installation.Settings.Port} of 127.0.0.1 cannot be used ({exception.Message}). Choose another with --port."));
        }
    }

    private static void Require(bool holds, System.CommandLine.Parsing.OptionResult result, string what)
    {
        if (!holds)
        {
            result.AddError($"{result.IdentifierToken?.Value} must be {what}.");
        }
    }
}
