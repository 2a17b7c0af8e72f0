using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>What facts about daemon task definitions do to an account's state.</summary>
internal static class DaemonTaskDefinitionEvolution
{
    // Deleted revisions of a family that stay describable; the oldest make room.
    private const int MostDeletedRevisions = 100;

    public static AccountState Put(this AccountState state, DaemonTaskDefinition definition)
    {
        var family = state.DaemonTaskDefinitionFamilies.GetValueOrDefault(definition.Family) ?? new() { Name = definition.Family, LastRevision = 0 };
        return state with
        {
            DaemonTaskDefinitionFamilies = state.DaemonTaskDefinitionFamilies.SetItem(family.Name, family with
            {
                LastRevision = Math.Max(family.LastRevision, definition.Revision),
                Revisions = family.Revisions.SetItem(definition.Revision, definition),
            }),
            DaemonTaskDefinitions = state.DaemonTaskDefinitions.Add(definition.Key),
        };
    }

    public static AccountState Change(this AccountState state, TaskDefinitionKey key, Func<DaemonTaskDefinition, DaemonTaskDefinition> change) =>
        state.FindDaemonTaskDefinition(key) is { } known ? state.Put(change(known)) : state;

    public static AccountState Delete(this AccountState state, TaskDefinitionKey key, DateTimeOffset at)
    {
        state = state.Change(key, known => known with { Status = DaemonTaskDefinitionStatus.Deleted, DeleteRequestedAt = at });
        if (state.DaemonTaskDefinitionFamilies.GetValueOrDefault(key.Family) is not { } family)
        {
            return state;
        }

        var over = family.Revisions.Values
            .Where(definition => definition.Status == DaemonTaskDefinitionStatus.Deleted)
            .OrderByDescending(definition => definition.DeleteRequestedAt)
            .ThenByDescending(definition => definition.Revision)
            .Skip(MostDeletedRevisions)
            .ToList();
        return over.Count == 0 ? state : state with
        {
            DaemonTaskDefinitionFamilies = state.DaemonTaskDefinitionFamilies.SetItem(
                family.Name, family with { Revisions = family.Revisions.RemoveRange(over.Select(definition => definition.Revision)) }),
            DaemonTaskDefinitions = state.DaemonTaskDefinitions.Except(over.Select(definition => definition.Key)),
        };
    }

    /// <summary>The keys of all revisions in order, of a state that came from a snapshot.</summary>
    public static ImmutableSortedSet<TaskDefinitionKey> KeysOf(AccountState state) =>
        [.. state.DaemonTaskDefinitionFamilies.Values.SelectMany(family => family.Revisions.Keys.Select(revision => new TaskDefinitionKey(family.Name, revision)))];
}
