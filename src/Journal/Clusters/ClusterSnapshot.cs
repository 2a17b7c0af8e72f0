using System.Collections.Immutable;
using System.Text.Json;
using Berth.Domain;

namespace Berth.Journal;

/// <summary>
/// Reads a cluster's state. Nearly all of a large one is tasks, and a start waits for them: they are found in the text
/// first, which is quick, and then read by all processors.
/// </summary>
internal static class ClusterSnapshot
{
    // Fewer are not worth the trouble of others.
    private const int ManyTasks = 1_000;

    public static ClusterState Decode(byte[] json)
    {
        var (from, to, tasks) = FindTasks(json);
        if (tasks.Count < ManyTasks)
        {
            return JsonSerializer.Deserialize(json, ClusterJson.Default.ClusterState)!;    // A snapshot is an object.
        }

        byte[] rest = [.. json.AsSpan(0, from), .. "{}"u8, .. json.AsSpan(to)];
        var read = new KeyValuePair<string, EcsTask>[tasks.Count];
        Parallel.For(0, tasks.Count, at =>
        {
            var (start, length) = tasks[at];
            var task = JsonSerializer.Deserialize(json.AsSpan(start, length), ClusterJson.Default.EcsTask)!;    // Each is an object.
            read[at] = new(task.Id, task);
        });
        return JsonSerializer.Deserialize(rest, ClusterJson.Default.ClusterState)! with { Tasks = ImmutableDictionary.CreateRange(read) };
    }

    /// <summary>Where the member <c>tasks</c> lies, and each task in it.</summary>
    private static (int From, int To, List<(int Start, int Length)> Tasks) FindTasks(byte[] json)
    {
        var found = new List<(int, int)>();
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isTasks = reader.ValueTextEquals("tasks"u8);
            reader.Read();
            var from = (int)reader.TokenStartIndex;
            if (!isTasks || reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                found.Add((start, (int)reader.BytesConsumed - start));
            }

            return (from, (int)reader.BytesConsumed, found);
        }

        return (0, 0, found);
    }
}
