using System.Globalization;
using System.Text;

namespace Berth.Agent;

/// <summary>The bytes of disk that transcripts may take, all together. Safe for several threads.</summary>
internal sealed class TranscriptRoom(long bytes)
{
    private long left = bytes;

    /// <summary>Takes as much as there is, up to what is wanted.</summary>
    public int Take(int wanted)
    {
        while (true)
        {
            var before = Volatile.Read(ref left);
            var taken = (int)Math.Clamp(before, 0, wanted);
            if (Interlocked.CompareExchange(ref left, before - taken, before) == before)
            {
                return taken;
            }
        }
    }

    /// <summary>Gives back; a negative number takes, whether it is there or not.</summary>
    public void Give(long taken) => Interlocked.Add(ref left, taken);
}

/// <summary>
/// What a session shows, written to a file as it comes. What finds no room there is counted: neither a full disk nor a talkative
/// command gets in the session's way. One writer.
/// </summary>
internal sealed class Transcript : IDisposable
{
    /// <summary>The largest a transcript gets; the last lines that the agent itself writes come on top.</summary>
    public const int MostBytes = 8 << 20;

    private readonly TranscriptRoom room;
    private readonly TimeProvider clock;
    private FileStream? file;
    private int written;

    /// <param name="path">Its file.</param>
    /// <param name="command">The command, as the caller wrote it.</param>
    /// <param name="room">What all transcripts may take of the disk.</param>
    /// <param name="clock">The time.</param>
    public Transcript(string path, string command, TranscriptRoom room, TimeProvider clock)
    {
        (this.room, this.clock) = (room, clock);
        try
        {
            file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        }
        catch (IOException)
        {
            // All is lost, then, and counted.
        }

        Say($"Script started on {Now} [COMMAND=\"{command.ReplaceLineEndings(" ")}\"]\n");
    }

    /// <summary>Bytes of output that are not in the file.</summary>
    public long LostBytes { get; private set; }

    private string Now => clock.GetUtcNow().ToString("yyyy-MM-dd HH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>Takes in output, or a part of it.</summary>
    public void Write(ReadOnlySpan<byte> output)
    {
        var fits = file is null ? 0 : room.Take(Math.Min(output.Length, MostBytes - written));
        if (!Add(output[..fits]))
        {
            room.Give(fits);
            fits = 0;
        }

        written += fits;
        LostBytes += output.Length - fits;
    }

    /// <summary>The command has ended, or its session. Only the first time counts.</summary>
    /// <param name="exitCode">Null where it has not ended by itself.</param>
    public void End(int? exitCode)
    {
        var loss = LostBytes == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"\nberth: {LostBytes} bytes of output are missing here");
        var code = exitCode is { } given ? string.Create(CultureInfo.InvariantCulture, $" [COMMAND_EXIT_CODE=\"{given}\"]") : "";
        Say($"{loss}\nScript done on {Now}{code}\n");
        Close();
    }

    /// <summary>Ends it, where nobody has.</summary>
    public void Dispose() => End(exitCode: null);

    /// <summary>Adds words of the agent's own, for which there is always room.</summary>
    private void Say(string words)
    {
        var bytes = Encoding.UTF8.GetBytes(words);
        if (Add(bytes))
        {
            room.Give(-bytes.Length);
        }
    }

    /// <returns>False where the disk does not take it; it is not asked again.</returns>
    private bool Add(ReadOnlySpan<byte> bytes)
    {
        try
        {
            file?.Write(bytes);
            return file is not null;
        }
        catch (IOException)
        {
            Close();
            return false;
        }
    }

    private void Close()
    {
        try
        {
            file?.Dispose();     // Writes what it still holds.
        }
        catch (IOException)
        {
            // No room for that either.
        }

        file = null;
    }
}
