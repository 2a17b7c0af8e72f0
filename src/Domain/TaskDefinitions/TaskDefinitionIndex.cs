using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>
/// Revisions and families in order, by status: a page of any list is found without looking at what comes before it.
/// Immutable; derived from <see cref="AccountState.Families"/>.
/// </summary>
public sealed class TaskDefinitionIndex
{
    private static readonly ImmutableSortedSet<TaskDefinitionKey> NoKeys = [];
    private static readonly ImmutableSortedSet<string> NoNames = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    private readonly ImmutableArray<ImmutableSortedSet<TaskDefinitionKey>> byStatus;
    private readonly ImmutableSortedSet<string> families;
    private readonly ImmutableSortedSet<string> inactiveFamilies;

    private TaskDefinitionIndex(
        ImmutableArray<ImmutableSortedSet<TaskDefinitionKey>> byStatus, ImmutableSortedSet<string> families, ImmutableSortedSet<string> inactiveFamilies) =>
        (this.byStatus, this.families, this.inactiveFamilies) = (byStatus, families, inactiveFamilies);

    /// <summary>The index of nothing.</summary>
    public static TaskDefinitionIndex Empty { get; } = new([NoKeys, NoKeys, NoKeys], NoNames, NoNames);

    /// <summary>The index of a restored state.</summary>
    public static TaskDefinitionIndex Build(IEnumerable<TaskDefinitionFamily> families)
    {
        var byStatus = new[] { NoKeys.ToBuilder(), NoKeys.ToBuilder(), NoKeys.ToBuilder() };
        var all = NoNames.ToBuilder();
        var inactive = NoNames.ToBuilder();
        foreach (var family in families)
        {
            foreach (var (revision, registered) in family.Revisions)
            {
                byStatus[(int)registered.Status].Add(new(family.Name, revision));
            }

            if (!family.Revisions.IsEmpty)
            {
                all.Add(family.Name);
                if (family.Revisions.Values.All(registered => registered.Status != TaskDefinitionStatus.Active))
                {
                    inactive.Add(family.Name);
                }
            }
        }

        return new([.. byStatus.Select(set => set.ToImmutable())], all.ToImmutable(), inactive.ToImmutable());
    }

    /// <summary>The index with one revision moved; null before: it is new, null after: it is gone.</summary>
    public TaskDefinitionIndex With(TaskDefinitionKey key, TaskDefinitionStatus? before, TaskDefinitionStatus? after)
    {
        var sets = byStatus;
        if (before is { } from)
        {
            sets = sets.SetItem((int)from, sets[(int)from].Remove(key));
        }

        if (after is { } to)
        {
            sets = sets.SetItem((int)to, sets[(int)to].Add(key));
        }

        var isActive = Has(sets[(int)TaskDefinitionStatus.Active], key.Family);
        var isThere = isActive || Has(sets[(int)TaskDefinitionStatus.Inactive], key.Family) || Has(sets[(int)TaskDefinitionStatus.DeleteInProgress], key.Family);
        return new(
            sets,
            isThere ? families.Add(key.Family) : families.Remove(key.Family),
            isThere && !isActive ? inactiveFamilies.Add(key.Family) : inactiveFamilies.Remove(key.Family));
    }

    /// <summary>The newest ACTIVE revision of a family; null when there is none.</summary>
    public int? LatestActive(string family)
    {
        var active = byStatus[(int)TaskDefinitionStatus.Active];
        var at = active.FirstAtOrAfter(new(family, int.MaxValue)) - 1;
        return at >= 0 && active[at].Family == family ? active[at].Revision : null;
    }

    /// <summary>Revisions in order.</summary>
    /// <param name="status">Of this status.</param>
    /// <param name="family">Of this family alone; null for all.</param>
    /// <param name="descending">Backwards.</param>
    /// <param name="after">The last one already seen; null to begin.</param>
    public IEnumerable<TaskDefinitionKey> Revisions(TaskDefinitionStatus status, string? family, bool descending, TaskDefinitionKey? after)
    {
        var set = byStatus[(int)status];
        var first = family is null ? 0 : set.FirstAtOrAfter(new(family, 0));
        var end = family is null ? set.Count : set.FirstAtOrAfter(new(family, int.MaxValue));
        if (descending)
        {
            for (var at = Math.Min(end, after is { } seen ? set.FirstAtOrAfter(seen) : end) - 1; at >= first; at--)
            {
                yield return set[at];
            }
        }
        else
        {
            for (var at = Math.Max(first, after is { } seen ? set.FirstAfter(seen) : first); at < end; at++)
            {
                yield return set[at];
            }
        }
    }

    /// <summary>Families in order.</summary>
    /// <param name="active">True: with an ACTIVE revision; false: without; null: both.</param>
    /// <param name="prefix">What their names begin with.</param>
    /// <param name="after">The last one already seen; null to begin.</param>
    public IEnumerable<string> Families(bool? active, string prefix, string? after)
    {
        var from = after is not null && string.CompareOrdinal(after, prefix) > 0 ? after : prefix;
        return (active switch
        {
            null => Names(families, from),
            false => Names(inactiveFamilies, from),
            true => ActiveNames(from),
        }).SkipWhile(name => name == after).TakeWhile(name => name.StartsWith(prefix, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Names(ImmutableSortedSet<string> names, string from)
    {
        for (var at = names.FirstAtOrAfter(from); at < names.Count; at++)
        {
            yield return names[at];
        }
    }

    private IEnumerable<string> ActiveNames(string from)
    {
        var active = byStatus[(int)TaskDefinitionStatus.Active];
        for (var at = active.FirstAtOrAfter(new(from, 0)); at < active.Count; at = active.FirstAtOrAfter(new(active[at].Family, int.MaxValue)))
        {
            yield return active[at].Family;
        }
    }

    private static bool Has(ImmutableSortedSet<TaskDefinitionKey> set, string family)
    {
        var at = set.FirstAtOrAfter(new(family, 0));
        return at < set.Count && set[at].Family == family;
    }
}
