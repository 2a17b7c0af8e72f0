using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>
/// The agent's files: <c>agent.json</c>, <c>images.json</c>, <c>tasks/ID.json</c>, <c>logs/CONTAINER.json</c>. Each is replaced whole by a
/// rename, so a reader finds the old or the new one and never half of either. Holds a lock while open.
/// </summary>
/// <remarks>
/// Only a task's payload is forced to the disk, before it is acknowledged. What happens to it later can be found out
/// again: from Docker, by label, or from the backend, which takes a report twice as readily as once.
/// </remarks>
internal sealed partial class AgentDataDirectory : IDisposable
{
    private readonly string root;
    private readonly FileStream held;
    private readonly ILogger logger;

    /// <exception cref="AgentTerminalException">Another agent uses the directory.</exception>
    public AgentDataDirectory(string root, ILogger logger)
    {
        this.root = root;
        this.logger = logger;
        foreach (var folder in new[] { root, Path.Combine(root, "tasks"), Path.Combine(root, "logs") })
        {
            Directory.CreateDirectory(folder);
        }

        try
        {
            held = new FileStream(Path.Combine(root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken)
        {
            throw new AgentTerminalException($"The directory {root} is in use by another agent.", taken);
        }
    }

    public AgentIdentity? LoadIdentity() => Load(Path.Combine(root, "agent.json"), AgentJson.Wire.AgentIdentity);

    public void Save(AgentIdentity identity) => Replace(Path.Combine(root, "agent.json"), identity, AgentJson.Wire.AgentIdentity, durable: true);

    public PulledImages? LoadImages() => Load(Path.Combine(root, "images.json"), AgentJson.Wire.PulledImages);

    /// <summary>One writer.</summary>
    public void Save(PulledImages images) => Replace(Path.Combine(root, "images.json"), images, AgentJson.Wire.PulledImages, durable: false);

    public ImmutableArray<TaskState> LoadTasks() =>
        [.. Directory.EnumerateFiles(Path.Combine(root, "tasks"), "*.json").Order(StringComparer.Ordinal)
            .Select(file => Load(file, AgentJson.Wire.TaskState)).OfType<TaskState>()];

    /// <summary>One writer a task.</summary>
    public void Save(TaskState task) => Replace(TaskFile(task.Id), task, AgentJson.Wire.TaskState, durable: false);

    /// <summary>Forces the newest saved state of a task to the disk.</summary>
    public void Flush(string taskId)
    {
        using var file = File.OpenHandle(TaskFile(taskId), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.FlushToDisk(file);
    }

    public void DeleteTask(string taskId) => File.Delete(TaskFile(taskId));

    public LogPosition? LoadLogPosition(string dockerId) => Load(LogFile(dockerId), AgentJson.Wire.LogPosition);

    public void Save(string dockerId, LogPosition position) => Replace(LogFile(dockerId), position, AgentJson.Wire.LogPosition, durable: false);

    public void DeleteLogPosition(string dockerId) => File.Delete(LogFile(dockerId));

    public void Dispose() => held.Dispose();

    private string TaskFile(string taskId) => Path.Combine(root, "tasks", $"{taskId}.json");

    private string LogFile(string dockerId) => Path.Combine(root, "logs", $"{dockerId}.json");

    private static void Replace<T>(string path, T value, JsonTypeInfo<T> type, bool durable)
    {
        var next = path + ".next";
        using (var file = File.OpenHandle(next, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, JsonSerializer.SerializeToUtf8Bytes(value, type), 0);
            if (durable)
            {
                RandomAccess.FlushToDisk(file);
            }
        }

        File.Move(next, path, overwrite: true);
    }

    private T? Load<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), type) : null;
        }
        catch (JsonException torn)
        {
            // Left by a power failure. The backend sends again what it still wants.
            LogUnreadable(path, torn);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} cannot be read and is taken as absent.")]
    private partial void LogUnreadable(string path, Exception torn);
}
