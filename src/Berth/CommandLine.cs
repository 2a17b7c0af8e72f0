using System.CommandLine;
using Berth.Agent;
using Berth.Journal;

namespace Berth.Host;

/// <summary>The commands, in the order of the help.</summary>
internal static class CommandLine
{
    internal const string DataOption = "--data";

    private const int Failed = 1;
    private const int Defect = 70;          // As sysexits has it.
    private const int Interrupted = 130;    // As a shell reports a program that was interrupted.

    /// <summary>Runs one command and returns the process's exit code.</summary>
    internal static async Task<int> RunAsync(string[] args)
    {
        try
        {
            // Everything after "aws" is the AWS CLI's, --help too.
            return args is ["aws", .. var rest]
                ? await AwsCommand.RunAsync(Installation.At(null), rest).ConfigureAwait(false)
                : await Commands().Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        catch (AgentTerminalException exception)
        {
            await Console.Error.WriteLineAsync($"berth: {exception.Message}").ConfigureAwait(false);
            return AgentTerminalException.ExitCode;
        }
        catch (Exception exception) when (exception is CommandException or JournalLockedException or JournalUnusableException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"berth: {exception.Message}").ConfigureAwait(false);
            return Failed;
        }
        catch (Exception exception)     // A defect: the trace is for the report of it.
        {
            await Console.Error.WriteLineAsync($"berth: this should not happen: {exception}").ConfigureAwait(false);
            return Defect;
        }
    }

    /// <summary>The root with every command below it.</summary>
    internal static RootCommand Commands()
    {
        var data = new Option<string?>(DataOption)
        {
            Description = "The data directory; BERTH_DATA, else .berth in the repository, when left out",
            HelpName = "DIR",
            Recursive = true,
        };
        return new RootCommand("Berth: Amazon ECS on your own machine. Start it with: berth up")
        {
            data,
            UpCommand.Create(data),
            DownCommand.Create(data),
            StatusCommand.Create(data),
            ResetCommand.Create(data),
            EnvCommand.Create(data),
            AwsCommand.Create(),
            ValidateCommand.Create(),
            ExplainCommand.Create(data),
            AlarmCommand.Create(data),
            PlanCommand.Create(data),
            EventsCommand.Create(data),
            ExecCommand.Create(data),
            JournalCommand.Create(data),
            BenchCommand.Create(),
            SimulateCommand.Create(),
            TestCommand.Create(),
            ServerCommand.Create(data),
            BalancerCommand.Create(data),
            AgentCommand.Create(data),
            VersionCommand.Create(),
        };
    }
}
