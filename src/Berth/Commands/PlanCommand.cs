using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Berth.Host;

/// <summary>Says where a number of tasks would go, without placing them.</summary>
internal static class PlanCommand
{
    internal static Command Create(Option<string?> data)
    {
        var target = new Argument<string>("TASK-DEFINITION|SERVICE") { Description = "A task definition: family, family:revision or ARN; or a service, for more of its tasks" };
        var count = new Option<int>("--count") { Description = "How many tasks", HelpName = "N", DefaultValueFactory = _ => 1 };
        var cluster = new Option<string?>("--cluster") { Description = "The cluster; default when left out", HelpName = "CLUSTER" };
        var command = new Command("plan", "Say where tasks would be placed, without placing them") { target, count, cluster };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = new ApiClient(Installation.At(parsed.GetValue(data)), TimeProvider.System);
            var question = new JsonObject { ["cluster"] = parsed.GetValue(cluster), ["target"] = parsed.GetValue(target), ["count"] = parsed.GetValue(count) };
            var answer = await api.AskPlacementAsync("plan", question, cancellationToken).ConfigureAwait(false);
            Print(answer, Console.Out);
            return answer.GetProperty("placed").GetInt32() == answer.GetProperty("asked").GetInt32() ? 0 : 1;
        });
        return command;
    }

    internal static void Print(JsonElement answer, TextWriter output)
    {
        PlacementTables.PrintSubject(answer.GetProperty("subject"), output);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"places    {answer.GetProperty("placed").GetInt32()} of {answer.GetProperty("asked").GetInt32()}"));
        var instances = answer.GetProperty("instances");
        if (instances.GetArrayLength() > 0)
        {
            output.WriteLine();
            PlacementTables.Print(
                output,
                ["TASKS", "CONTAINER INSTANCE", "ZONE"],
                instances.EnumerateArray().Select(instance => (string[])
                    [PlacementTables.Text(instance, "tasks"), PlacementTables.Text(instance, "containerInstance"), PlacementTables.Text(instance, "availabilityZone")]));
        }

        if (answer.TryGetProperty("closest", out var closest))
        {
            output.WriteLine();
            output.WriteLine($"The next one fits nowhere. Closest is {PlacementTables.Text(closest, "containerInstance")}: {PlacementTables.Obstacle(closest)}.");
        }
        else if (answer.GetProperty("placed").GetInt32() < answer.GetProperty("asked").GetInt32())
        {
            output.WriteLine();
            output.WriteLine("The cluster has no ACTIVE container instance.");
        }
    }
}
