using System.CommandLine;
using Berth.Journal;

namespace Berth.Host;

/// <summary>Prints the journal, also while a server has it open.</summary>
internal static class JournalCommand
{
    internal static Command Create(Option<string?> data)
    {
        var stream = new Argument<string?>("STREAM")
        {
            Description = "A stream's id, to print its events; a prefix that ends in /, to list streams; nothing, to list all",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var type = new Option<string?>("--type") { Description = "Only events of this type, such as task.placed", HelpName = "TYPE" };
        var since = new Option<long>("--since") { Description = "Only events from this sequence number on", HelpName = "SEQ" };
        var command = new Command("journal", "Print the journal's streams, or a stream's events one a line") { stream, type, since };
        command.SetAction(parsed => Run(
            Installation.At(parsed.GetValue(data)).DataDirectory, parsed.GetValue(stream) ?? "", parsed.GetValue(type), parsed.GetValue(since), Console.Out));
        return command;
    }

    internal static int Run(string directory, string stream, string? type, long since, TextWriter output)
    {
        if (stream.Length == 0 || stream.EndsWith('/'))
        {
            JournalPrinter.PrintStreams(directory, stream, output);
            return 0;
        }

        return JournalPrinter.PrintEvents(directory, stream, type, since, output) > 0 || type is not null || since > 1
            ? 0
            : throw new CommandException($"The journal has no events of '{stream}'. To see its streams: berth journal");
    }
}
