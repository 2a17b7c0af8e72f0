using System.CommandLine;
using Berth.Bench;

namespace Berth.Host;

/// <summary>Measures one thing beside its peer or floor.</summary>
internal static class BenchCommand
{
    internal static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = string.Join(", ", Benches.ByName.Keys.Order(StringComparer.Ordinal)) };
        var quick = new Option<bool>("--quick") { Description = "A rough figure in a few seconds" };
        name.AcceptOnlyFromAmong([.. Benches.ByName.Keys.Order(StringComparer.Ordinal)]);
        var command = new Command("bench", "Measure one thing beside its peer or floor") { name, quick };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var signals = new StopSignals(onSecond: null);
            await Benches.ByName[parsed.GetRequiredValue(name)](Console.Out, parsed.GetValue(quick), signals.Token).ConfigureAwait(false);
            return 0;
        });
        return command;
    }
}
