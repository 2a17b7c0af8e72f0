using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Berth.Logs;

/// <summary>One log group: its settings, its streams and their events, in one directory. Safe for concurrent use.</summary>
internal sealed partial class LogGroup
{
    public const string SettingsFileName = "group.json";

    /// <summary>The size of a sealed block before compression: small, since a search holds one for each stream it reads.</summary>
    private const int SealedBlockBytes = 64 * 1024;

    private readonly string directory;
    private readonly FileHandles files;
    private readonly LogsOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly StreamCatalog catalog;
    private readonly SegmentList segments;
    private readonly GroupWriter writer;
    private readonly Lock settingsGate = new();
    private volatile bool isGone;

    private LogGroup(LogGroupId id, string directory, GroupSettings settings, StoreParts parts, StreamCatalog catalog, SegmentList segments)
    {
        Id = id;
        this.directory = directory;
        Settings = settings;
        (files, options, clock, logger) = (parts.Files, parts.Options, parts.Clock, parts.Logger);
        this.catalog = catalog;
        this.segments = segments;
        writer = new(directory, catalog, segments, files, parts.Allowance, options, logger);
    }

    public LogGroupId Id { get; }

    public GroupSettings Settings { get; private set; }

    public IEnumerable<LogStream> Streams => catalog.All;

    /// <summary>The size of the events kept, before compression.</summary>
    public long StoredBytes => segments.All.Sum(segment => segment.RawBytes);

    public int SegmentCount => segments.All.Length;

    /// <summary>The timestamp before which events have expired.</summary>
    public long ExpiredBefore => Settings.RetentionInDays is { } days
        ? clock.GetUtcNow().AddDays(-days).ToUnixTimeMilliseconds()
        : 0;

    /// <summary>Makes the directory of a new group; the settings, written last, make it one.</summary>
    public static LogGroup Create(LogGroupId id, string directory, GroupSettings settings, StoreParts parts)
    {
        Directory.CreateDirectory(directory);
        FileHandles.Replace(Path.Combine(directory, StreamCatalog.FileName), []);
        var log = Segment.CreateLog(directory, firstSequence: 1, parts.Files);
        WriteSettings(directory, settings);
        FileHandles.SyncDirectory(Path.GetDirectoryName(directory)!); // A group's directory is in its region's.
        return new(id, directory, settings, parts, new StreamCatalog(), new SegmentList([log]));
    }

    /// <summary>Opens a group's directory as a crash may have left it; null when the group's creation was never finished.</summary>
    public static LogGroup? Open(string accountId, string region, string directory, StoreParts parts)
    {
        var settingsPath = Path.Combine(directory, SettingsFileName);
        if (!File.Exists(settingsPath))
        {
            return null;
        }

        var settings = JsonSerializer.Deserialize(File.ReadAllBytes(settingsPath), StoreJson.Default.GroupSettings)
            ?? throw new InvalidDataException($"{settingsPath} is empty.");
        var catalog = StreamCatalog.Open(Path.Combine(directory, StreamCatalog.FileName));
        var segments = OpenSegments(directory, parts);
        foreach (var segment in segments)
        {
            foreach (var block in segment.Blocks().Span)
            {
                catalog.Find(block.StreamId)?.Note(block);
            }
        }

        return new(new(accountId, region, settings.Name), directory, settings, parts, catalog, new SegmentList(segments));
    }

    /// <summary>The stream.</summary>
    /// <exception cref="Wire.AwsException">ResourceNotFoundException.</exception>
    public LogStream FindStream(string name) => catalog.Find(name) ?? throw LogsErrors.StreamNotFound();

    /// <summary>The stream, or null when it has been deleted.</summary>
    public LogStream? FindStream(int id) => catalog.Find(id);

    public Task CreateStreamAsync(string name) =>
        writer.WriteAsync(new GroupWrite.CreateStream(name, clock.GetUtcNow().ToUnixTimeMilliseconds()));

    public Task DeleteStreamAsync(string name) => writer.WriteAsync(new GroupWrite.DeleteStream(name));

    /// <summary>Appends events, ordered by time; done when they are on the disk.</summary>
    public Task AppendAsync(LogStream stream, BlockBuilder events) => writer.WriteAsync(new GroupWrite.Append(stream, events));

    /// <summary>Changes the settings, durably.</summary>
    public void Change(Func<GroupSettings, GroupSettings> change)
    {
        lock (settingsGate)
        {
            var changed = change(Settings);
            WriteSettings(directory, changed);
            Settings = changed;
        }
    }

    public EventPage Read(EventQuery query)
    {
        using var lease = segments.Acquire();
        var from = Math.Max(query.From, ExpiredBefore);
        var until = query.Until;
        if (query.IsDescending)
        {
            until = query.At.Timestamp < until ? query.At.Timestamp + 1 : until;
        }
        else
        {
            from = Math.Max(from, query.At.Timestamp);
        }

        var candidates = new List<(Segment Segment, Block Block)>();
        foreach (var segment in lease.Segments)
        {
            if (query.Streams is null)
            {
                segment.Collect(null, from, until, candidates);
                continue;
            }

            foreach (var stream in query.Streams)
            {
                segment.Collect(stream.Id, from, until, candidates);
            }
        }

        return Read(query, new EventMerge(candidates, query.IsDescending, (segment, block) => Select(segment, block, query, from, until)));
    }

    /// <summary>Seals what is full, drops what has expired, and begins a new log when the present one is old.</summary>
    public async Task MaintainAsync(CancellationToken cancellationToken)
    {
        var expiredBefore = ExpiredBefore;
        var all = segments.All;
        foreach (var segment in all[..^1])
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (segment.LastTimestamp < expiredBefore || !HasLiveStream(segment))
            {
                segments.Replace(segment, null);
            }
            else if (!segment.IsSealed)
            {
                Seal(segment, expiredBefore);
            }
        }

        if (Settings.RetentionInDays is not null
            && all[^1].FirstIngestion is { } begun
            && clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(begun) > options.MostLogAge)
        {
            await writer.WriteAsync(new GroupWrite.Roll()).ConfigureAwait(false);
        }
    }

    /// <summary>Ends writing and lets go of the files.</summary>
    public async Task CloseAsync()
    {
        await writer.CloseAsync().ConfigureAwait(false);
        foreach (var segment in segments.All)
        {
            segment.Close();
        }

        files.Close(Path.Combine(directory, StreamCatalog.FileName));
    }

    /// <summary>Closes the group and moves its directory away, to be deleted.</summary>
    public async Task MoveAsync(string destination)
    {
        isGone = true;
        await writer.CloseAsync().ConfigureAwait(false);
        Directory.Move(directory, destination);
        FileHandles.SyncDirectory(Path.GetDirectoryName(directory)!); // A group's directory is in its region's.
        await CloseAsync().ConfigureAwait(false);
    }

    private static void WriteSettings(string directory, GroupSettings settings) => FileHandles.Replace(
        Path.Combine(directory, SettingsFileName),
        JsonSerializer.SerializeToUtf8Bytes(settings, StoreJson.Default.GroupSettings));

    private static ImmutableArray<Segment> OpenSegments(string directory, StoreParts parts)
    {
        var opened = ImmutableArray.CreateBuilder<Segment>();
        foreach (var path in Directory.EnumerateFiles(directory, "*" + Segment.SealedExtension).Order(StringComparer.Ordinal))
        {
            opened.Add(Segment.OpenSealed(path, parts.Files));
        }

        foreach (var path in Directory.EnumerateFiles(directory, "*" + Segment.LogExtension).Order(StringComparer.Ordinal))
        {
            if (File.Exists(Path.ChangeExtension(path, Segment.SealedExtension)))
            {
                File.Delete(path); // Sealed; only the deletion was missing.
                continue;
            }

            opened.Add(Segment.OpenLog(path, parts.Files, out var tornBytes));
            if (tornBytes > 0)
            {
                LogTornTail(parts.Logger, path, tornBytes);
            }
        }

        opened.Sort((left, right) => left.FirstSequence.CompareTo(right.FirstSequence));
        if (opened is not [.., { IsSealed: false }])
        {
            var highest = opened.Count == 0 ? 0 : opened.Max(segment => segment.HighestSequence);
            opened.Add(Segment.CreateLog(directory, highest + 1, parts.Files));
        }

        return opened.ToImmutable();
    }

    private EventPage Read(EventQuery query, EventMerge merge)
    {
        var events = new List<StoredEvent>();
        var bytes = 0;
        var end = query.At;
        while (true)
        {
            while (merge.Frontier is { } frontier)
            {
                // A page must get somewhere, so it ends early only at a position behind the one it began at.
                var isFurther = query.IsDescending ? frontier < end : frontier > end;
                if (merge.OpenedBytes >= options.MostScannedBytes && isFurther)
                {
                    return new(events, frontier, HasMore: true);
                }

                merge.Open();
            }

            if (!merge.TryPeek(out var found))
            {
                return new(events, end, HasMore: false);
            }

            bytes += found.CountedBytes;
            if (events.Count == query.MostEvents || (bytes > query.MostBytes && events.Count > 0))
            {
                return new(events, end, HasMore: true);
            }

            events.Add(found);
            end = query.IsDescending ? found.Position with { Sequence = found.Position.Sequence - 1 } : found.Position;
            merge.Advance();
        }
    }

    private List<StoredEvent> Select(Segment segment, Block block, EventQuery query, long from, long until)
    {
        if (catalog.Find(block.StreamId) is null)
        {
            return [];
        }

        var selected = new List<StoredEvent>();
        foreach (var found in ReadOrSkip(segment, block, query.Pattern))
        {
            if (found.Position.Timestamp >= from
                && found.Position.Timestamp < until
                && (query.IsDescending ? found.Position <= query.At : found.Position > query.At)
                && query.Pattern.Matches(found.Message))
            {
                selected.Add(found);
            }
        }

        return selected;
    }

    /// <summary>The events of a block. One that is damaged is left out: it must not make the rest unreadable.</summary>
    private IEnumerable<StoredEvent> ReadOrSkip(Segment segment, Block block, FilterPattern pattern)
    {
        try
        {
            // Once the group is gone, what was read may be of the next group of that name.
            var payload = segment.Read(block);
            return isGone ? throw LogsErrors.GroupNotFound()
                : pattern.MayMatch(payload) ? BlockBuilder.Read(block, payload)
                : [];
        }
        catch (InvalidDataException damage) when (!isGone)
        {
            LogUnreadableBlock(damage, segment.Path);
            return [];
        }
        catch (Exception failure) when (isGone && failure is (IOException or InvalidDataException))
        {
            throw LogsErrors.GroupNotFound();
        }
    }

    private bool HasLiveStream(Segment segment)
    {
        foreach (var block in segment.Blocks().Span)
        {
            if (catalog.Find(block.StreamId) is not null)
            {
                return true;
            }
        }

        return false;
    }

    private void Seal(Segment log, long expiredBefore)
    {
        var path = Path.ChangeExtension(log.Path, Segment.SealedExtension);
        var replacement = Segment.WriteSealed(path, files, Ordered(log, expiredBefore));
        segments.Replace(log, replacement);
    }

    private IEnumerable<(int StreamId, BlockBuilder Events)> Ordered(Segment log, long expiredBefore)
    {
        using var builder = new BlockBuilder();
        foreach (var ofStream in log.Blocks().ToArray().GroupBy(block => block.StreamId).OrderBy(blocks => blocks.Key))
        {
            if (catalog.Find(ofStream.Key) is null)
            {
                continue;
            }

            var merge = new EventMerge(
                ofStream.Select(block => (log, block)),
                isDescending: false,
                (segment, block) => [.. ReadOrSkip(segment, block, FilterPattern.All)]);
            foreach (var found in merge.ReadAll().SkipWhile(found => found.Position.Timestamp < expiredBefore))
            {
                found.Message.Span.CopyTo(builder.Add(found.Position, found.IngestedAt, found.Message.Length));
                if (builder.Length >= SealedBlockBytes)
                {
                    yield return (ofStream.Key, builder);
                    builder.Clear();
                }
            }

            if (builder.Count > 0)
            {
                yield return (ofStream.Key, builder);
                builder.Clear();
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cut {TornBytes} bytes of an unfinished write off {Path}.")]
    private static partial void LogTornTail(ILogger logger, string path, long tornBytes);

    [LoggerMessage(Level = LogLevel.Error, Message = "Left a block of {Path} out of an answer: it cannot be read.")]
    private partial void LogUnreadableBlock(Exception failure, string path);
}
