using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Berth.Engine;

namespace Berth.Api;

/// <summary>What a task used when its agent last told.</summary>
/// <param name="CpuPercent">Of its container instance, all of whose CPU units are 100.</param>
/// <param name="MemoryMiB">Memory in MiB, without the page cache.</param>
internal readonly record struct TaskUse(double CpuPercent, long MemoryMiB);

/// <summary>What the tasks of all connected agents use: the latest word of each agent, in memory only.</summary>
internal sealed class TaskUses
{
    /// <summary>Tasks of an instance that are listened to, in all parts of a message.</summary>
    private const int MostTasks = 10_000;

    private readonly ConcurrentDictionary<(StreamId Cluster, string Instance), InstanceUse> instances = new();

    private sealed class InstanceUse
    {
        /// <summary>The parts of a message that is not whole yet.</summary>
        public ImmutableDictionary<string, TaskUse>.Builder Coming { get; set; } = Empty();

        public string MessageId { get; set; } = "";

        public volatile ImmutableDictionary<string, TaskUse> Tasks = ImmutableDictionary<string, TaskUse>.Empty;
    }

    /// <summary>
    /// Takes in a <c>PublishMetricsRequest</c>; its parts come one after another, the last with <c>fin</c>. A task that
    /// nothing can be read of is passed over.
    /// </summary>
    public void Take(StreamId cluster, string instanceId, JsonElement message)
    {
        var use = instances.GetOrAdd((cluster, instanceId), _ => new());
        var metadata = message.Member("metadata");
        var id = metadata.Text("messageId") ?? "";
        if (id != use.MessageId)
        {
            (use.MessageId, use.Coming) = (id, Empty());
        }

        foreach (var task in message.Members("taskMetrics"))
        {
            if (use.Coming.Count < MostTasks && task.TaskId("taskArn") is { } taskId && task.Member("containerMetrics").ValueKind == JsonValueKind.Array)
            {
                use.Coming[taskId] = Sum(task.Members("containerMetrics"));
            }
        }

        if (metadata.Member("fin").ValueKind == JsonValueKind.True)
        {
            use.Tasks = use.Coming.ToImmutable();
            (use.MessageId, use.Coming) = ("", Empty());
        }
    }

    /// <summary>An agent is gone, and what it told is the past.</summary>
    public void Forget(StreamId cluster, string instanceId) => instances.TryRemove((cluster, instanceId), out _);

    /// <summary>All that is known, by cluster and container instance.</summary>
    public IEnumerable<(StreamId Cluster, string InstanceId, ImmutableDictionary<string, TaskUse> Tasks)> All() =>
        instances.Select(entry => (entry.Key.Cluster, entry.Key.Instance, entry.Value.Tasks));

    private static ImmutableDictionary<string, TaskUse>.Builder Empty() => ImmutableDictionary.CreateBuilder<string, TaskUse>(StringComparer.Ordinal);

    private static TaskUse Sum(JsonElement.ArrayEnumerator containers)
    {
        var (cpu, memory) = (0.0, 0.0);
        foreach (var container in containers)
        {
            cpu += Mean(container.Member("cpuStatsSet"));
            memory += Mean(container.Member("memoryStatsSet"));
        }

        return new(cpu, (long)memory);
    }

    private static double Mean(JsonElement set) =>
        set.Number("sampleCount") is > 0 and var count && set.Number("sum") is > 0 and var sum && sum / count is var mean && double.IsFinite(mean) ? mean : 0;
}
