using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>A page of names of clusters, in order.</summary>
/// <param name="After">The last one already seen; null to begin.</param>
/// <param name="Take">How many; the answer may hold one more, which tells that there are more.</param>
public sealed record ListClustersQuery(string? After, int Take) : Query<AccountState, ImmutableArray<string>>
{
    /// <inheritdoc/>
    public override ImmutableArray<string> Answer(AccountState state)
    {
        var first = After is null ? 0 : state.Clusters.FirstAfter(After);
        return [.. Enumerable.Range(first, Math.Min(Take + 1, state.Clusters.Count - first)).Select(at => state.Clusters[at])];
    }
}

/// <summary>Finds a revision; without a number, the newest ACTIVE one of the family. Null when there is none.</summary>
public sealed record FindTaskDefinitionQuery(string Family, int? Revision) : Query<AccountState, RegisteredTaskDefinition?>
{
    /// <inheritdoc/>
    public override RegisteredTaskDefinition? Answer(AccountState state) =>
        (Revision ?? state.TaskDefinitions.LatestActive(Family)) is { } revision ? state.Find(new(Family, revision)) : null;
}

/// <summary>A page of revisions, in order.</summary>
/// <param name="Status">Of this status.</param>
/// <param name="Family">Of this family alone; null for all.</param>
/// <param name="Descending">Backwards.</param>
/// <param name="After">The last one already seen; null to begin.</param>
/// <param name="Take">How many; the answer may hold one more, which tells that there are more.</param>
public sealed record ListTaskDefinitionsQuery(TaskDefinitionStatus Status, string? Family, bool Descending, TaskDefinitionKey? After, int Take)
    : Query<AccountState, ImmutableArray<TaskDefinitionKey>>
{
    /// <inheritdoc/>
    public override ImmutableArray<TaskDefinitionKey> Answer(AccountState state) =>
        [.. state.TaskDefinitions.Revisions(Status, Family, Descending, After).Take(Take + 1)];
}

/// <summary>A page of families, in order.</summary>
/// <param name="Active">True: with an ACTIVE revision; false: without; null: both.</param>
/// <param name="Prefix">What their names begin with.</param>
/// <param name="After">The last one already seen; null to begin.</param>
/// <param name="Take">How many; the answer may hold one more, which tells that there are more.</param>
public sealed record ListFamiliesQuery(bool? Active, string Prefix, string? After, int Take) : Query<AccountState, ImmutableArray<string>>
{
    /// <inheritdoc/>
    public override ImmutableArray<string> Answer(AccountState state) => [.. state.TaskDefinitions.Families(Active, Prefix, After).Take(Take + 1)];
}

/// <summary>The settings that somebody set.</summary>
public sealed record AccountSettingsQuery : Query<AccountState, ImmutableArray<AccountSetting>>
{
    /// <inheritdoc/>
    public override ImmutableArray<AccountSetting> Answer(AccountState state) => state.Settings;
}
