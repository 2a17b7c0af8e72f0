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

    /// <summary>By the capacity provider's name.</summary>
    CapacityProvider,

    /// <summary>By the managed daemon's name.</summary>
    Daemon,

    /// <summary>Those under scale-in protection; the value is empty.</summary>
    Protected,
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
    private static readonly TaskFilter[] Filters = Enum.GetValues<TaskFilter>();

    // A dictionary a filter, so that those with few values stay shallow.
    private readonly ImmutableDictionary<string, PhasedIds>[] byFilter;

    private TaskIndex(ImmutableDictionary<string, PhasedIds>[] byFilter) => this.byFilter = byFilter;

    /// <summary>The index of no task.</summary>
    public static TaskIndex Empty { get; } = new([.. Filters.Select(_ => ImmutableDictionary.Create<string, PhasedIds>(StringComparer.Ordinal))]);

    /// <summary>Stands for an index that is built once all tasks are there: it takes no note of changes and cannot be asked.</summary>
    public static TaskIndex Unbuilt { get; } = new([]);

    /// <summary>The ids of the tasks with the filter's value in a phase.</summary>
    public SortedIdSet Of(TaskFilter filter, string value, TaskPhase phase) =>
        byFilter[(int)filter].TryGetValue(value, out var ids) ? ids.Of(phase) : SortedIdSet.Empty;

    /// <summary>The index with one task changed; <paramref name="before"/> null adds it, <paramref name="after"/> null removes it.</summary>
    public TaskIndex With(EcsTask? before, EcsTask? after)
    {
        if (this == Unbuilt)
        {
            return this;
        }

        ImmutableDictionary<string, PhasedIds>[]? changed = null;
        foreach (var filter in Filters)
        {
            var was = before is null ? null : ValueOf(filter, before);
            var now = after is null ? null : ValueOf(filter, after);
            if (was == now && (now is null || before!.Phase == after!.Phase))    // A value is of a task that is there.
            {
                continue;
            }

            changed ??= [.. byFilter];
            ref var sets = ref changed[(int)filter];
            var kept = was is null ? PhasedIds.None : sets[was].Without(before!.Id, before.Phase);
            if (was is not null && was != now)
            {
                sets = kept.IsEmpty ? sets.Remove(was) : sets.SetItem(was, kept);
                kept = PhasedIds.None;
            }

            if (now is not null)
            {
                sets = sets.SetItem(now, (was == now ? kept : sets.GetValueOrDefault(now, PhasedIds.None)).With(after!.Id, after.Phase));
            }
        }

        return changed is null ? this : new(changed);
    }

    /// <summary>The index of all the tasks of a restored state.</summary>
    /// <param name="byId">In the order of their ids, so that each set is built whole rather than id by id.</param>
    public static TaskIndex Build(EcsTask[] byId)
    {
        var byFilter = new ImmutableDictionary<string, PhasedIds>[Filters.Length];
        Parallel.For(0, Filters.Length, at => byFilter[at] = Build(Filters[at], byId));
        return new(byFilter);
    }

    private static ImmutableDictionary<string, PhasedIds> Build(TaskFilter filter, EcsTask[] sorted)
    {
        var lists = new Dictionary<string, List<string>?[]>(StringComparer.Ordinal);
        foreach (var task in sorted)
        {
            if (ValueOf(filter, task) is { } value)
            {
                ref var phases = ref CollectionsMarshal.GetValueRefOrAddDefault(lists, value, out _);
                phases ??= new List<string>?[3];
                (phases[(int)task.Phase] ??= []).Add(task.Id);
            }
        }

        return lists.ToImmutableDictionary(
            pair => pair.Key,
            pair => new PhasedIds(SortedIdSet.OfSorted(pair.Value[0] ?? []), SortedIdSet.OfSorted(pair.Value[1] ?? []), SortedIdSet.OfSorted(pair.Value[2] ?? [])),
            StringComparer.Ordinal);
    }

    private static string? ValueOf(TaskFilter filter, EcsTask task) => filter switch
    {
        TaskFilter.All => "",
        TaskFilter.Service => task.ServiceName,
        TaskFilter.ContainerInstance => task.ContainerInstanceId.Length > 0 ? task.ContainerInstanceId : null,
        TaskFilter.Family => task.Family,
        TaskFilter.StartedBy => task.StartedBy,
        TaskFilter.CapacityProvider => task.CapacityProviderName,
        TaskFilter.Daemon => task.DaemonName,
        TaskFilter.Protected => task.Protection is null ? null : "",
    };

    /// <summary>The ids of one value by phase.</summary>
    private sealed record PhasedIds(SortedIdSet Live, SortedIdSet Stopping, SortedIdSet Stopped)
    {
        public static PhasedIds None { get; } = new(SortedIdSet.Empty, SortedIdSet.Empty, SortedIdSet.Empty);

        public bool IsEmpty => Live.IsEmpty && Stopping.IsEmpty && Stopped.IsEmpty;

        public SortedIdSet Of(TaskPhase phase) => phase switch
        {
            TaskPhase.Live => Live,
            TaskPhase.Stopping => Stopping,
            TaskPhase.Stopped => Stopped,
        };

        public PhasedIds With(string id, TaskPhase phase) => Set(phase, Of(phase).Add(id));

        public PhasedIds Without(string id, TaskPhase phase) => Set(phase, Of(phase).Remove(id));

        private PhasedIds Set(TaskPhase phase, SortedIdSet ids) => phase switch
        {
            TaskPhase.Live => this with { Live = ids },
            TaskPhase.Stopping => this with { Stopping = ids },
            TaskPhase.Stopped => this with { Stopped = ids },
        };
    }
}
