using Berth.Api;

namespace Berth.Host;

/// <summary>What the environment says of state change events: <c>BERTH_EVENTS_WEBHOOK</c>, <c>BERTH_EVENTS_FORMAT</c>.</summary>
internal static class StateChangeEvents
{
    private const string WebhookVariable = "BERTH_EVENTS_WEBHOOK", FormatVariable = "BERTH_EVENTS_FORMAT";

    /// <summary>The options of an installation.</summary>
    /// <exception cref="CommandException">A variable holds something else than it takes.</exception>
    internal static EventsOptions Options(Installation installation) => new()
    {
        Directory = Path.Combine(installation.DataDirectory, "events"),
        Webhook = WebhookOf(Environment.GetEnvironmentVariable(WebhookVariable)),
        Format = FormatOf(Environment.GetEnvironmentVariable(FormatVariable)),
    };

    internal static Uri? WebhookOf(string? text) => string.IsNullOrEmpty(text) ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) ? address
        : throw new CommandException($"{WebhookVariable} is '{text}'; it takes an http or https URL.");

    internal static EventsFormat FormatOf(string? text) => text switch
    {
        null or "" or "eventbridge" => EventsFormat.EventBridge,
        "cloudevents" => EventsFormat.CloudEvents,
        _ => throw new CommandException($"{FormatVariable} is '{text}'; it takes eventbridge or cloudevents."),
    };
}
