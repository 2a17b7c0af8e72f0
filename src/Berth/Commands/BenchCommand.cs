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
        var save = new Option<bool>("--save") { Description = "Keep the result in bench/results/NAME.md" };
        name.AcceptOnlyFromAmong([.. Benches.ByName.Keys.Order(StringComparer.Ordinal)]);
        var command = new Command("bench", "Measure one thing beside its peer or floor") { name, quick, save };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var signals = new StopSignals(onSecond: null);
            var (chosen, isQuick) = (parsed.GetRequiredValue(name), parsed.GetValue(quick));
            if (!parsed.GetValue(save))
            {
                await Benches.ByName[chosen](Console.Out, isQuick, signals.Token).ConfigureAwait(false);
                return 0;
            }

            var path = await BenchResult.SaveAsync(
                Path.Combine(Installation.Home, "bench", "results"), chosen, isQuick, Console.Out, TimeProvider.System, signals.Token).ConfigureAwait(false);
            await Console.Out.WriteLineAsync($"Kept in {path}.").ConfigureAwait(false);
            return 0;
        });
        return command;
    }
}
