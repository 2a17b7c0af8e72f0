using System.Collections.Immutable;
using System.Text.Json;
using Berth.Domain;

namespace Berth.Journal;

/// <summary>
/// A cluster's state as a snapshot. What there is much of follows the rest in parts of its own: so a large cluster is
/// never one text in memory, and a start reads it with all processors.
/// </summary>
/// <remarks>Releases before 0.2 wrote it whole, which is a first part that nothing follows.</remarks>
internal sealed class ClusterSnapshot : ISnapshotForm<ClusterState>
{
    // How many make a part: some hundred KiB. Fewer stay in the first.
    private const int Tasks = 1_000;
    private const int Instances = 1_000;
    private const int Services = 100;

    public IEnumerable<ReadOnlyMemory<byte>> Write(ClusterState state)
    {
        var (tasks, instances, services) = (state.Tasks.Count > Tasks, state.ContainerInstances.Count > Instances, state.Services.Count > Services);
        var rest = state with
        {
            Tasks = tasks ? ImmutableDictionary<string, EcsTask>.Empty : state.Tasks,
            ContainerInstances = instances ? state.ContainerInstances.Clear() : state.ContainerInstances,
            Services = services ? state.Services.Clear() : state.Services,
        };
        yield return SnapshotPart.Of(rest, ClusterJson.Default.ClusterState);
        foreach (var many in instances ? state.ContainerInstances.Values.Chunk(Instances) : [])
        {
            yield return SnapshotPart.Of(new() { ContainerInstances = [.. many] }, ClusterJson.Default.ClusterStatePart);
        }

        foreach (var many in services ? state.Services.Values.Chunk(Services) : [])
        {
            yield return SnapshotPart.Of(new() { Services = [.. many] }, ClusterJson.Default.ClusterStatePart);
        }

        foreach (var many in tasks ? state.Tasks.Values.Chunk(Tasks) : [])
        {
            yield return SnapshotPart.Of(new() { Tasks = [.. many] }, ClusterJson.Default.ClusterStatePart);
        }
    }

    public ClusterState Read(IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        var rest = SnapshotPart.Read(parts[0], ClusterJson.Default.ClusterState);
        if (parts.Count == 1)
        {
            return rest;
        }

        var read = new ClusterStatePart[parts.Count - 1];
        Parallel.For(0, read.Length, at => read[at] = ClusterStatePart.Read(parts[at + 1].Span));
        return rest with
        {
            Tasks = rest.Tasks.AddRange(read.SelectMany(part => part.Tasks ?? []).Select(task => KeyValuePair.Create(task.Id, task))),
            ContainerInstances = rest.ContainerInstances.AddRange(
                read.SelectMany(part => part.ContainerInstances ?? []).Select(instance => KeyValuePair.Create(instance.Id, instance))),
            Services = rest.Services.AddRange(read.SelectMany(part => part.Services ?? []).Select(service => KeyValuePair.Create(service.Name, service))),
        };
    }
}

/// <summary>Some of a cluster's tasks, container instances or services.</summary>
internal sealed record ClusterStatePart
{
    public ImmutableArray<EcsTask>? Tasks { get; init; }

    public ImmutableArray<ContainerInstance>? ContainerInstances { get; init; }

    public ImmutableArray<Service>? Services { get; init; }

    public static ClusterStatePart Read(ReadOnlySpan<byte> json) => json.StartsWith("{\"tasks\":"u8)
        ? new() { Tasks = [.. TaskReader.ReadMany(json)] }
        : JsonSerializer.Deserialize(json, ClusterJson.Default.ClusterStatePart)!;     // A part is an object.
}
