using System.CommandLine;
using System.Text.Json.Nodes;

namespace Berth.Host;

/// <summary>Says that an alarm went off, for whatever has no way to say so itself.</summary>
internal static class AlarmCommand
{
    internal static Command Create(Option<string?> data)
    {
        var name = new Argument<string>("NAME") { Description = "The alarm, by the name that deployments watch it by" };
        var cluster = new Option<string?>("--cluster") { Description = "Only deployments of this cluster", HelpName = "CLUSTER" };
        var region = new Option<string?>("--region") { Description = "The region (AWS_REGION or AWS_DEFAULT_REGION, else us-east-1)", HelpName = "REGION" };
        var command = new Command("alarm", "Say that an alarm went off: deployments that watch it fail") { name, cluster, region };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = new ApiClient(
                Installation.At(parsed.GetValue(data)), TimeProvider.System, parsed.GetValue(region) ?? Installation.RegionOf(Environment.GetEnvironmentVariable));
            var report = new JsonObject { ["alarmName"] = parsed.GetValue(name), ["cluster"] = parsed.GetValue(cluster) };
            var failed = (await api.ReportAlarmAsync(report, cancellationToken).ConfigureAwait(false)).GetProperty("serviceDeployments");
            foreach (var deployment in failed.EnumerateArray())
            {
                Console.Out.WriteLine(deployment.GetString());
            }

            if (failed.GetArrayLength() == 0)
            {
                Console.Error.WriteLine("No deployment in progress watches it.");
            }

            return 0;
        });
        return command;
    }
}
