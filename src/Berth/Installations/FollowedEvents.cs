using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Berth.Host;

/// <summary>
/// State change events as they come, for as long as the caller wants them: over ends of the stream and restarts of the
/// server, each event once.
/// </summary>
/// <param name="api">The server.</param>
/// <param name="query">What is asked for; its <c>sinceSeconds</c> is where it begins.</param>
/// <param name="output">Takes the events, one a line.</param>
/// <param name="notes">Is told when the server is away and when it is back.</param>
/// <param name="clock">The time.</param>
internal sealed class FollowedEvents(ApiClient api, JsonObject query, TextWriter output, TextWriter notes, TimeProvider clock)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(15);

    // Events tell their time to the second, and are not stored in strict order: a new stream begins a little before the last.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, DateTimeOffset> printed = new(StringComparer.Ordinal);
    private DateTimeOffset? last = query["sinceSeconds"] is { } since ? clock.GetUtcNow().AddSeconds(-since.GetValue<long>()) : null;

    /// <summary>Prints until it is cancelled.</summary>
    /// <exception cref="CommandException">The server does not answer from the start, or refuses.</exception>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var hasConnected = false;
        var isAway = false;
        var delay = FirstDelay;
        while (true)
        {
            try
            {
                await api.ReadEventsAsync(query, Connected, PrintAsync, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is HttpRequestException or HttpIOException)
            {
                if (!hasConnected)
                {
                    throw api.DoesNotAnswer(exception);
                }
            }

            if (!isAway)
            {
                isAway = true;
                await notes.WriteLineAsync("berth: the server is away; waiting for it").ConfigureAwait(false);
            }

            await Task.Delay(delay, clock, cancellationToken).ConfigureAwait(false);
            delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
            if (last is { } from)
            {
                query["sinceSeconds"] = (long)Math.Ceiling(Math.Max(0, (clock.GetUtcNow() - from + Overlap).TotalSeconds));
            }
        }

        void Connected()
        {
            if (isAway)
            {
                notes.WriteLine("berth: the server is back");
            }

            (hasConnected, isAway, delay) = (true, false, FirstDelay);
        }
    }

    private async Task PrintAsync(string line)
    {
        if (Identify(line) is { } known)
        {
            if (!printed.TryAdd(known.Id, known.Time))
            {
                return;
            }

            if (!(last >= known.Time))
            {
                last = known.Time;
                foreach (var (id, _) in printed.Where(entry => entry.Value + (3 * Overlap) < known.Time).ToList())
                {
                    printed.Remove(id);
                }
            }
        }

        await output.WriteLineAsync(line).ConfigureAwait(false);
    }

    private static (string Id, DateTimeOffset Time)? Identify(string line)
    {
        try
        {
            var told = JsonElement.Parse(line);
            return (told.GetProperty("id").GetString()!, DateTimeOffset.Parse(told.GetProperty("time").GetString()!, CultureInfo.InvariantCulture));
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or FormatException or ArgumentNullException or InvalidOperationException)
        {
            return null;    // Printed as it is.
        }
    }
}
