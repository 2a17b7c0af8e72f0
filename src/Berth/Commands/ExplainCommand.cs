using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Berth.Host;

/// <summary>Says where the next task of a service or task definition would go, and why not elsewhere.</summary>
internal static class ExplainCommand
{
    internal static Command Create(Option<string?> data)
    {
        var target = new Argument<string>("SERVICE|TASK-DEFINITION") { Description = "A service of the cluster; else a task definition: family, family:revision or ARN" };
        var cluster = new Option<string?>("--cluster") { Description = "The cluster; default when left out", HelpName = "CLUSTER" };
        var most = new Option<int>("--most") { Description = "Instances that are told one by one", HelpName = "N", DefaultValueFactory = _ => 20 };
        var command = new Command("explain", "Say where a task would be placed, and why not elsewhere") { target, cluster, most };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = new ApiClient(Installation.At(parsed.GetValue(data)), TimeProvider.System);
            var question = new JsonObject { ["cluster"] = parsed.GetValue(cluster), ["target"] = parsed.GetValue(target), ["count"] = parsed.GetValue(most) };
            var answer = await api.AskPlacementAsync("explain", question, cancellationToken).ConfigureAwait(false);
            Print(answer, Console.Out);
            return answer.TryGetProperty("next", out _) ? 0 : 1;
        });
        return command;
    }

    internal static void Print(JsonElement answer, TextWriter output)
    {
        PlacementTables.PrintSubject(answer.GetProperty("subject"), output);
        output.WriteLine(answer.TryGetProperty("next", out var next)
            ? $"next      {PlacementTables.Instance(next)}, one of {answer.GetProperty("feasible").GetInt32()} that could take it"
            : "next      nowhere: no container instance can take it");
        var reasons = answer.GetProperty("reasons");
        if (reasons.GetArrayLength() > 0)
        {
            output.WriteLine();
            PlacementTables.Print(
                output,
                ["INSTANCES", "CANNOT TAKE IT BECAUSE OF", ""],
                reasons.EnumerateArray().Select(reason => (string[])[reason.GetProperty("instances").GetRawText(), PlacementTables.Text(reason, "reason"), PlacementTables.Text(reason, "subject")]));
        }

        var obstacles = answer.GetProperty("obstacles");
        if (obstacles.GetArrayLength() > 0)
        {
            output.WriteLine();
            PlacementTables.Print(
                output,
                ["CONTAINER INSTANCE", "REASON", "NEEDS", "LEFT", ""],
                obstacles.EnumerateArray().Select(obstacle => (string[])
                [
                    PlacementTables.Text(obstacle, "containerInstance"),
                    PlacementTables.Text(obstacle, "reason"),
                    PlacementTables.Text(obstacle, "needed"),
                    PlacementTables.Text(obstacle, "left"),
                    PlacementTables.Text(obstacle, "subject"),
                ]));
        }
    }
}
