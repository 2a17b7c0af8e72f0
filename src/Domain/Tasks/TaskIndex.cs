using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Berth.Domain;

/// <summary>What a list of tasks may be asked by.</summary>
public enum TaskFilter
{
    /// <summary>Every task; the value is empty.</summary>
    All,

    /// <summary>By the service's name.</summary>
    Service,

    /// <summary>By the container instance's id.</summary>
    ContainerInstance,

    /// <summary>By the task definition's family.</summary>
    Family,

    /// <summary>By <c>startedBy</c>.</summary>
    StartedBy,
}

/// <summary>Where a task is in its life, as coarsely as the scheduler and the lists need it.</summary>
public enum TaskPhase
{
    /// <summary>Should run.</summary>
    Live,

    /// <summary>Should stop and has not yet; still holds its resources.</summary>
    Stopping,

    /// <summary>Has stopped.</summary>
    Stopped,
}

/// <summary>Task ids in ordinal order by filter and phase: lists and the scheduler find theirs without looking at others.</summary>
public sealed class TaskIndex
{
    private static readonly ImmutableSortedSet<string> NoIds = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    private readonly ImmutableDictionary<Key, ImmutableSortedSet<string>> sets;

    private TaskIndex(ImmutableDictionary<Key, ImmutableSortedSet<string>> sets) => this.sets = sets;

    /// <summary>The index of no task.</summary>
    public static TaskIndex Empty { get; } = new(ImmutableDictionary<Key, ImmutableSortedSet<string>>.Empty);

    /// <summary>The ids of the tasks with the filter's value in a phase.</summary>
    public ImmutableSortedSet<string> Of(TaskFilter filter, string value, TaskPhase phase) =>
        sets.GetValueOrDefault(new Key(filter, value, phase), NoIds);

    /// <summary>The index with one task changed; <paramref name="before"/> null adds it, <paramref name="after"/> null removes it.</summary>
    public TaskIndex With(EcsTask? before, EcsTask? after)
    {
        if (before is not null && after is not null && before.Phase == after.Phase)
        {
            return this;
        }

        var builder = sets.ToBuilder();
        foreach (var key in before is null ? [] : KeysOf(before))
        {
            var left = builder[key].Remove(before!.Id);
            if (left.IsEmpty)
            {
                builder.Remove(key);
            }
            else
            {
                builder[key] = left;
            }
        }

        foreach (var key in after is null ? [] : KeysOf(after))
        {
            builder[key] = builder.GetValueOrDefault(key, NoIds).Add(after!.Id);
        }

        return new(builder.ToImmutable());
    }

    /// <summary>The index of all the tasks of a restored state.</summary>
    public static TaskIndex Build(IEnumerable<EcsTask> tasks)
    {
        // In order, so that each set is built whole from a sorted list rather than id by id.
        var lists = new Dictionary<Key, List<string>>();
        foreach (var task in tasks.OrderBy(task => task.Id, StringComparer.Ordinal))
        {
            foreach (var key in KeysOf(task))
            {
                ref var ids = ref CollectionsMarshal.GetValueRefOrAddDefault(lists, key, out _);
                (ids ??= []).Add(task.Id);
            }
        }

        return new(lists.ToImmutableDictionary(pair => pair.Key, pair => ImmutableSortedSet.CreateRange(StringComparer.Ordinal, pair.Value)));
    }

    private static IEnumerable<Key> KeysOf(EcsTask task)
    {
        yield return new(TaskFilter.All, "", task.Phase);
        yield return new(TaskFilter.ContainerInstance, task.ContainerInstanceId, task.Phase);
        yield return new(TaskFilter.Family, task.Family, task.Phase);
        if (task.ServiceName is { } service)
        {
            yield return new(TaskFilter.Service, service, task.Phase);
        }

        if (task.StartedBy is { } startedBy)
        {
            yield return new(TaskFilter.StartedBy, startedBy, task.Phase);
        }
    }

    private readonly record struct Key(TaskFilter Filter, string Value, TaskPhase Phase);
}
