using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>A transcript that is to be shipped, and how far that has come. Written beside the transcript, so that an agent's end loses neither.</summary>
internal sealed record PendingTranscript
{
    public required string SessionId { get; init; }

    public required TranscriptDestination Destination { get; init; }

    /// <summary>The id of the task role's keys, as which it is shipped; null for the agent's own.</summary>
    public string? RoleCredentialsId { get; init; }

    /// <summary>Lines that the log stream has.</summary>
    public int ShippedLines { get; init; }

    public bool HasObject { get; init; }
}

/// <summary>
/// The transcripts on this machine: <c>SESSION.log</c>, and beside it <c>SESSION.json</c> with its destination. They are shipped when
/// their session is over, those that an agent before this one left behind too. Safe for several threads.
/// </summary>
internal sealed partial class TranscriptStore(string directory, RoleCredentialsStore roles, TimeProvider clock, ILogger logger)
{
    /// <summary>Transcripts kept at a time, those of open sessions too.</summary>
    internal const int MostKept = 2_000;

    /// <summary>What a log service that is away may cost of the disk.</summary>
    internal const long MostKeptBytes = 256 << 20;

    private readonly ConcurrentDictionary<string, RoleCredentials> keys = new(StringComparer.Ordinal);
    private readonly Channel<PendingTranscript> finished = Channel.CreateUnbounded<PendingTranscript>();    // Bounded by MostKept.
    private readonly TranscriptRoom room = new(MostKeptBytes);
    private int kept;

    /// <summary>Begins a session's transcript.</summary>
    /// <returns>Null where no room is left; the session then goes without, and the log says so.</returns>
    public (Transcript Transcript, PendingTranscript Pending)? Begin(TranscriptDestination destination, RoleCredentials? role, string sessionId, string command)
    {
        var pending = new PendingTranscript { SessionId = sessionId, Destination = destination, RoleCredentialsId = role?.CredentialsId };
        try
        {
            if (Interlocked.Increment(ref kept) <= MostKept)
            {
                Write(pending);
                if (role is not null)
                {
                    keys[sessionId] = role;    // The task may be gone by the time its transcript is shipped, and its keys with it.
                }

                return (new Transcript(PathOf(sessionId, "log"), command, room, clock), pending);
            }

            LogNoRoom(sessionId, MostKept);
        }
        catch (IOException failure)
        {
            LogNotKept(sessionId, failure.Message);
        }

        Interlocked.Decrement(ref kept);
        return null;
    }

    /// <summary>The session is over: its transcript can go.</summary>
    public void Finish(Transcript transcript, PendingTranscript pending)
    {
        transcript.Dispose();
        if (transcript.LostBytes > 0)
        {
            LogLost(pending.SessionId, transcript.LostBytes);
        }

        finished.Writer.TryWrite(pending);
    }

    /// <summary>Takes up what an agent before this one left behind.</summary>
    public void TakeUpLeftovers()
    {
        Directory.CreateDirectory(directory);
        foreach (var file in Directory.GetFiles(directory, "*.json"))
        {
            if (Load(file) is { } pending && new FileInfo(PathOf(pending.SessionId, "log")) is { Exists: true } transcript)
            {
                room.Give(-transcript.Length);
                Interlocked.Increment(ref kept);
                finished.Writer.TryWrite(pending);
            }
            else
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>Waits for a transcript that is to be shipped.</summary>
    public ValueTask<PendingTranscript> NextAsync(CancellationToken cancellationToken) => finished.Reader.ReadAsync(cancellationToken);

    /// <summary>The whole transcript, and when it was written last.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public async Task<(byte[] Content, DateTimeOffset WrittenAt)> ReadAsync(PendingTranscript pending, CancellationToken cancellationToken)
    {
        var path = PathOf(pending.SessionId, "log");
        return (await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false), new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero));
    }

    /// <summary>The keys that a transcript is shipped with: the newest there are of its role; null for the agent's own.</summary>
    public RoleCredentials? KeyOf(PendingTranscript pending) =>
        (pending.RoleCredentialsId is { } id ? roles.Find(id) : null) ?? keys.GetValueOrDefault(pending.SessionId);

    /// <summary>Writes down how far a transcript has come. Where that fails, a restart may ship some of it twice.</summary>
    public void Save(PendingTranscript pending)
    {
        try
        {
            Write(pending);
        }
        catch (IOException failure)
        {
            LogNotSaved(pending.SessionId, failure.Message);
        }
    }

    /// <summary>Forgets a transcript: it is where it should be, or will never get there.</summary>
    public void Remove(PendingTranscript pending)
    {
        keys.TryRemove(pending.SessionId, out _);
        var transcript = new FileInfo(PathOf(pending.SessionId, "log"));
        room.Give(transcript.Exists ? transcript.Length : 0);
        File.Delete(PathOf(pending.SessionId, "json"));
        transcript.Delete();
        Interlocked.Decrement(ref kept);
    }

    private static PendingTranscript? Load(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), AgentJson.Wire.PendingTranscript);
        }
        catch (Exception torn) when (torn is JsonException or IOException)
        {
            return null;
        }
    }

    private void Write(PendingTranscript pending)
    {
        var path = PathOf(pending.SessionId, "json");
        File.WriteAllBytes($"{path}.next", JsonSerializer.SerializeToUtf8Bytes(pending, AgentJson.Wire.PendingTranscript));
        File.Move($"{path}.next", path, overwrite: true);
    }

    private string PathOf(string sessionId, string kind) => Path.Combine(directory, $"{sessionId}.{kind}");

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session {Session} of ExecuteCommand is not logged: {Most} transcripts wait to be shipped.")]
    private partial void LogNoRoom(string session, int most);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session {Session} of ExecuteCommand is not logged: {Reason}")]
    private partial void LogNotKept(string session, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "How far the transcript of session {Session} has come could not be written: {Reason}")]
    private partial void LogNotSaved(string session, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Bytes} bytes of what session {Session} of ExecuteCommand has shown are missing in its transcript.")]
    private partial void LogLost(string session, long bytes);
}
