using System.Text.Json;
using System.Text.Json.Serialization;

namespace Berth.Api;

/// <summary>
/// State change events on disk, a directory an account, and how far each stream of the journal has been turned into
/// them. One writer, any number of readers.
/// </summary>
internal sealed class EventStore : IDisposable
{
    private const string PositionsFile = "positions.json";

    private readonly EventsOptions options;
    private readonly TimeProvider clock;
    private readonly Dictionary<string, EventSegments> accounts = new(StringComparer.Ordinal);     // The writer's.
    private TaskCompletionSource appended = NewSignal();

    private EventStore(EventsOptions options, TimeProvider clock) => (this.options, this.clock) = (options, clock);

    /// <summary>Whether nothing was ever kept here.</summary>
    public bool IsNew { get; private init; }

    /// <summary>The sequence number up to which each stream's events were here when it was opened.</summary>
    public IReadOnlyDictionary<string, long> Positions { get; private set; } = new Dictionary<string, long>();

    /// <summary>The last event of each stream that came after its position was kept.</summary>
    public Dictionary<string, (long Seq, int Index)> Beyond { get; } = new(StringComparer.Ordinal);

    /// <summary>The accounts that have events.</summary>
    public IEnumerable<string> Accounts => System.IO.Directory.Exists(options.Directory)
        ? new DirectoryInfo(options.Directory).EnumerateDirectories().Select(directory => directory.Name).Order(StringComparer.Ordinal)
        : [];

    /// <summary>Completes with the next event; to be taken before reading.</summary>
    public Task Appended => Volatile.Read(ref appended).Task;

    /// <summary>Opens the store, and finds what was written after the positions were kept last.</summary>
    public static EventStore Open(EventsOptions options, TimeProvider clock)
    {
        System.IO.Directory.CreateDirectory(options.Directory);
        var path = Path.Combine(options.Directory, PositionsFile);
        var kept = ReadPositions(path);
        var store = new EventStore(options, clock) { IsNew = kept is null, Positions = kept?.Streams ?? [] };
        foreach (var account in store.Accounts)
        {
            store.accounts.Add(account, EventSegments.Open(store.DirectoryOf(account), options, clock));
            foreach (var stored in EventSegments.Read(store.DirectoryOf(account), kept?.Ends.GetValueOrDefault(account) ?? EventCursor.Start))
            {
                store.Beyond[stored.Stream] = (stored.Seq, stored.Index);
            }
        }

        return store;
    }

    /// <summary>Adds whole lines of an account's events. When it throws, none of them is there.</summary>
    public void Append(string account, ReadOnlySpan<byte> lines)
    {
        if (!accounts.TryGetValue(account, out var segments))
        {
            accounts.Add(account, segments = EventSegments.Open(DirectoryOf(account), options, clock));
        }

        segments.Append(lines);
        Interlocked.Exchange(ref appended, NewSignal()).TrySetResult();
    }

    /// <summary>Keeps the positions, after everything that lies before them.</summary>
    public void Save(Dictionary<string, long> positions)
    {
        foreach (var segments in accounts.Values)
        {
            segments.Flush();
        }

        var path = Path.Combine(options.Directory, PositionsFile);
        AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(
            new EventPositions(positions, accounts.ToDictionary(entry => entry.Key, entry => entry.Value.End)),
            EventPositionsJson.Default.EventPositions));
    }

    /// <summary>Removes segments that are too old or too much; how many.</summary>
    public int Expire() => accounts.Values.Sum(segments => segments.Expire());

    /// <summary>Removes an account's events.</summary>
    public void Delete(string account)
    {
        if (accounts.Remove(account, out var segments))
        {
            segments.Delete();
        }
    }

    /// <summary>A place before every event of an account since a moment.</summary>
    public EventCursor Since(string account, DateTimeOffset moment) => EventSegments.Since(DirectoryOf(account), moment);

    /// <summary>A place after every event of an account.</summary>
    public EventCursor EndOf(string account) => EventSegments.EndOf(DirectoryOf(account));

    /// <summary>Whether the event read last is still kept: not expired, and its account not reset.</summary>
    public bool Has(string account, EventCursor place) => EventSegments.Has(DirectoryOf(account), place.Segment);

    /// <summary>An account's directory.</summary>
    public string DirectoryOf(string account) => Path.Combine(options.Directory, account);

    /// <summary>An account's events after a place that are there now, in order. Each is valid until the next is asked for.</summary>
    public IEnumerable<StoredEvent> Read(string account, EventCursor from) => EventSegments.Read(DirectoryOf(account), from);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var segments in accounts.Values)
        {
            segments.Dispose();
        }
    }

    private static EventPositions? ReadPositions(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), EventPositionsJson.Default.EventPositions) : null;
        }
        catch (JsonException)
        {
            return null;     // As if it were gone: events go on from now.
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>How far the journal has been turned into events.</summary>
/// <param name="Streams">The last sequence number by stream.</param>
/// <param name="Ends">Where the events of an account ended at that moment.</param>
internal sealed record EventPositions(Dictionary<string, long> Streams, Dictionary<string, EventCursor> Ends);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EventPositions))]
[JsonSerializable(typeof(EventCursor))]
internal sealed partial class EventPositionsJson : JsonSerializerContext;
