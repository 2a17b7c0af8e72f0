using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Berth.Api;

/// <summary>
/// One account's events on disk: segment files of one line an event, named by when they were begun, the newest of which
/// is appended to. One writer, any number of readers.
/// </summary>
internal sealed class EventSegments : IDisposable
{
    private const string Extension = ".jsonl";
    private const string NameFormat = "yyyyMMdd'T'HHmmssfff";
    private const int ReadBytes = 256 << 10;

    private readonly string directory;
    private readonly EventsOptions options;
    private readonly TimeProvider clock;
    private SafeFileHandle? current;
    private string name = "";
    private long length;

    private EventSegments(string directory, EventsOptions options, TimeProvider clock) =>
        (this.directory, this.options, this.clock) = (directory, options, clock);

    /// <summary>Where the next event will be. The writer's alone.</summary>
    public EventCursor End => new(name, length);

    /// <summary>Opens or begins an account's events. What a crash left of a last line is cut off.</summary>
    public static EventSegments Open(string directory, EventsOptions options, TimeProvider clock)
    {
        System.IO.Directory.CreateDirectory(directory);
        var segments = new EventSegments(directory, options, clock);
        if (Names(directory) is [.., var newest])
        {
            segments.Use(newest);
            segments.CutTornLine();
        }

        return segments;
    }

    /// <summary>Adds whole lines. When it throws, none of them is there.</summary>
    public void Append(ReadOnlySpan<byte> lines)
    {
        if (current is null || length >= options.MostSegmentBytes || StartOf(name).UtcDateTime.Date < clock.GetUtcNow().UtcDateTime.Date)
        {
            Begin();
        }

        try
        {
            RandomAccess.Write(current!, lines, length);     // Begin has opened it.
            length += lines.Length;
        }
        catch (IOException)
        {
            RandomAccess.SetLength(current!, length);
            throw;
        }
    }

    /// <summary>Waits until the disk has everything.</summary>
    public void Flush()
    {
        if (current is not null)
        {
            RandomAccess.FlushToDisk(current);
        }
    }

    /// <summary>Removes segments whose events are all too old, and the oldest while all are too much.</summary>
    public int Expire()
    {
        var names = Names(directory);
        var sizes = names.Select(segment => new FileInfo(Path.Combine(directory, segment)).Length).ToList();
        var all = sizes.Sum();
        var oldest = clock.GetUtcNow() - options.MostAge;
        var removed = 0;
        for (var at = 0; at < names.Length - 1 && (all > options.MostBytes || StartOf(names[at + 1]) < oldest); at++)
        {
            File.Delete(Path.Combine(directory, names[at]));
            all -= sizes[at];
            removed++;
        }

        return removed;
    }

    /// <summary>Removes everything.</summary>
    public void Delete()
    {
        Dispose();
        System.IO.Directory.Delete(directory, recursive: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        current?.Dispose();
        current = null;
    }

    /// <summary>A place before every event since a moment; the events between them are to be skipped by their own times.</summary>
    public static EventCursor Since(string directory, DateTimeOffset moment) =>
        Names(directory).LastOrDefault(segment => StartOf(segment) <= moment) is { } found ? new(found, 0) : EventCursor.Start;

    /// <summary>A place after every event.</summary>
    public static EventCursor EndOf(string directory) =>
        Names(directory) is [.., var newest] ? new(newest, new FileInfo(Path.Combine(directory, newest)).Length) : EventCursor.Start;

    /// <summary>Whether the segment is still there.</summary>
    public static bool Has(string directory, string segment) => File.Exists(Path.Combine(directory, segment));

    /// <summary>The events after a place that are there now. Segments that went in the meantime are passed over.</summary>
    public static IEnumerable<StoredEvent> Read(string directory, EventCursor from)
    {
        while (true)
        {
            var names = Names(directory);
            var at = Array.FindIndex(names, segment => string.CompareOrdinal(segment, from.Segment) >= 0);
            if (at < 0)
            {
                yield break;
            }

            if (names[at] != from.Segment)
            {
                from = new(names[at], 0);
            }

            // Read after the listing: once there is a next segment, this one grows no more.
            foreach (var stored in ReadSegment(Path.Combine(directory, from.Segment), from))
            {
                from = stored.Next!;     // Set by the reading.
                yield return stored;
            }

            if (at == names.Length - 1)
            {
                yield break;
            }

            from = new(names[at + 1], 0);
        }
    }

    private static IEnumerable<StoredEvent> ReadSegment(string path, EventCursor from)
    {
        SafeFileHandle file;
        try
        {
            file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (IOException)
        {
            yield break;     // It has expired, or its account was reset.
        }

        using (file)
        {
            var buffer = new byte[ReadBytes];
            var offset = from.Offset;
            while (true)
            {
                var read = RandomAccess.Read(file, buffer, offset);
                var whole = buffer.AsSpan(0, read).LastIndexOf((byte)'\n') + 1;
                if (whole == 0)
                {
                    if (read < buffer.Length)
                    {
                        yield break;
                    }

                    buffer = new byte[buffer.Length * 2];     // A line longer than that.
                    continue;
                }

                for (var start = 0; start < whole;)
                {
                    var end = start + buffer.AsSpan(start, whole - start).IndexOf((byte)'\n');
                    if (StoredEvent.Read(buffer.AsMemory(start..end)) is { } stored)
                    {
                        // The buffer is used again; who keeps an event longer than one step copies it.
                        yield return stored with { Next = new(from.Segment, offset + end + 1) };
                    }

                    start = end + 1;
                }

                offset += whole;
            }
        }
    }

    private static string[] Names(string directory)
    {
        try
        {
            return [.. new DirectoryInfo(directory).EnumerateFiles("*" + Extension).Select(file => file.Name).Order(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static DateTimeOffset StartOf(string segment) =>
        DateTimeOffset.TryParseExact(Path.GetFileNameWithoutExtension(segment), NameFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start)
            ? start
            : DateTimeOffset.MinValue;

    /// <summary>Begins a segment whose name comes after the last, also when the clock was set back.</summary>
    private void Begin()
    {
        var start = clock.GetUtcNow();
        if (name.Length > 0 && StartOf(name) is var last && start < last.AddMilliseconds(1))
        {
            start = last.AddMilliseconds(1);
        }

        if (current is not null)
        {
            Flush();
            Dispose();
        }

        System.IO.Directory.CreateDirectory(directory);
        Use(start.UtcDateTime.ToString(NameFormat, CultureInfo.InvariantCulture) + Extension);
        Expire();
    }

    private void Use(string segment)
    {
        current = File.OpenHandle(Path.Combine(directory, segment), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        name = segment;
        length = RandomAccess.GetLength(current);
    }

    private void CutTornLine()
    {
        var buffer = new byte[ReadBytes];
        for (var end = length; ; )
        {
            var start = Math.Max(0, end - buffer.Length);
            var read = RandomAccess.Read(current!, buffer.AsSpan(0, (int)(end - start)), start);     // Use has opened it.
            var at = buffer.AsSpan(0, read).LastIndexOf((byte)'\n');
            if (at >= 0 || start == 0)
            {
                length = start + at + 1;
                RandomAccess.SetLength(current!, length);
                return;
            }

            end = start;
        }
    }
}
