using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Berth.Host;

/// <summary>Prints state change events in EventBridge's envelope, one a line.</summary>
internal static class EventsCommand
{
    internal static Command Create(Option<string?> data)
    {
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with new events until Ctrl-C" };
        var cluster = new Option<string?>("--cluster") { Description = "Only events of this cluster", HelpName = "CLUSTER" };
        var type = new Option<string?>("--type") { Description = "Only events whose detail-type contains this, such as task or \"Service Action\"", HelpName = "TYPE" };
        var since = new Option<string?>("--since") { Description = "Only events of this time: 30s, 10m, 2h, 7d; all that are kept, or with --follow none, when left out", HelpName = "DURATION" };
        var region = new Option<string?>("--region") { Description = "The region (AWS_REGION or AWS_DEFAULT_REGION, else us-east-1)", HelpName = "REGION" };
        since.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && SecondsOf(text) is null)
            {
                result.AddError($"'{text}' is no duration; 30s, 10m, 2h and 7d are.");
            }
        });
        var command = new Command("events", "Print state change events as EventBridge would get them, one a line") { follow, cluster, type, since, region };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var goesOn = parsed.GetValue(follow);
            var request = new JsonObject { ["cluster"] = parsed.GetValue(cluster), ["type"] = parsed.GetValue(type), ["follow"] = goesOn };
            if ((parsed.GetValue(since) is { } span ? SecondsOf(span) : goesOn ? 0 : null) is { } seconds)
            {
                request["sinceSeconds"] = seconds;
            }

            using var signals = new StopSignals(onSecond: null);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, signals.Token);
            using var api = new ApiClient(
                Installation.At(parsed.GetValue(data)), TimeProvider.System, parsed.GetValue(region) ?? Installation.RegionOf(Environment.GetEnvironmentVariable));
            await (goesOn
                ? new FollowedEvents(api, request, Console.Out, Console.Error, TimeProvider.System).RunAsync(stop.Token)
                : api.PrintEventsAsync(request, Console.Out, stop.Token)).ConfigureAwait(false);
            return 0;
        });
        return command;
    }

    /// <summary>The seconds of <c>30s</c>, <c>10m</c>, <c>2h</c> or <c>7d</c>; null when it is none of these, or too long.</summary>
    internal static long? SecondsOf(string text)
    {
        const int MostDays = 365;
        if (text.Length < 2 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var unit = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => TimeSpan.Zero,
        };
        return unit > TimeSpan.Zero && number <= TimeSpan.FromDays(MostDays) / unit ? number * (long)unit.TotalSeconds : null;
    }
}
