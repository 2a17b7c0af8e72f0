using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Registers the next revision of a family of daemon task definitions.</summary>
/// <param name="Draft">The checked definition; its revision and time are given here.</param>
public sealed record RegisterDaemonTaskDefinitionCommand(DaemonTaskDefinition Draft) : Command<AccountAggregate, DaemonTaskDefinition>
{
    /// <inheritdoc/>
    public override DaemonTaskDefinition Decide(AccountAggregate aggregate, DecisionContext context)
    {
        var revision = (aggregate.State.DaemonTaskDefinitionFamilies.GetValueOrDefault(Draft.Family)?.LastRevision ?? 0) + 1;
        if (revision > aggregate.Quotas.RevisionsPerFamily)
        {
            throw new RefusedException("LimitExceededException", $"The family has reached the limit of {aggregate.Quotas.RevisionsPerFamily} revisions.");
        }

        var definition = Draft with { Revision = revision, RegisteredAt = context.Now };
        aggregate.Record(new AccountEvent.DaemonTaskDefinitionRegistered(definition));
        return definition;
    }
}

/// <summary>Deletes an ACTIVE revision; daemons that were made of it keep it.</summary>
public sealed record DeleteDaemonTaskDefinitionCommand(TaskDefinitionKey Key) : Command<AccountAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(AccountAggregate aggregate, DecisionContext context)
    {
        switch (aggregate.State.FindDaemonTaskDefinition(Key))
        {
            case null:
                throw DaemonRefusals.NoDefinition();
            case { Status: not DaemonTaskDefinitionStatus.Active }:
                throw RefusedException.Client("The daemon task definition is not in ACTIVE status.");
        }

        aggregate.Record(new AccountEvent.DaemonTaskDefinitionDeleted(Key.Family, Key.Revision, context.Now));
        return true;
    }
}

/// <summary>Sets and removes tags of a revision.</summary>
public sealed record ChangeDaemonTaskDefinitionTagsCommand(TaskDefinitionKey Key, ImmutableArray<ResourceTag> Put, ImmutableArray<string> Remove)
    : Command<AccountAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(AccountAggregate aggregate, DecisionContext context)
    {
        if (aggregate.State.FindDaemonTaskDefinition(Key) is not { Status: DaemonTaskDefinitionStatus.Active } known)
        {
            throw RefusedException.InvalidParameter("The specified daemon task definition is inactive. Specify an active daemon task definition and try again.");
        }

        aggregate.Record(new AccountEvent.DaemonTaskDefinitionTagged(Key.Family, Key.Revision, TagRules.Change(known.Tags, Put, Remove)));
        return true;
    }
}

/// <summary>Finds a revision; without a number, the newest ACTIVE one of the family. Null when there is none.</summary>
public sealed record FindDaemonTaskDefinitionQuery(string Family, int? Revision) : Query<AccountState, DaemonTaskDefinition?>
{
    /// <inheritdoc/>
    public override DaemonTaskDefinition? Answer(AccountState state) => Revision is { } revision
        ? state.FindDaemonTaskDefinition(new(Family, revision))
        : state.DaemonTaskDefinitionFamilies.GetValueOrDefault(Family)?.Revisions.Values.LastOrDefault(known => known.Status == DaemonTaskDefinitionStatus.Active);
}

/// <summary>A page of revisions, in order.</summary>
/// <param name="Status">Of this status; null for all.</param>
/// <param name="Family">Of this family alone; null for all.</param>
/// <param name="Prefix">Of families that begin so.</param>
/// <param name="LastRegistered">Only the last one that was registered of each family.</param>
/// <param name="Descending">Backwards.</param>
/// <param name="After">The last one already seen; null to begin.</param>
/// <param name="Take">How many; the answer may hold one more, which tells that there are more.</param>
public sealed record ListDaemonTaskDefinitionsQuery(
    DaemonTaskDefinitionStatus? Status, string? Family, string Prefix, bool LastRegistered, bool Descending, TaskDefinitionKey? After, int Take)
    : Query<AccountState, ImmutableArray<DaemonTaskDefinition>>
{
    /// <inheritdoc/>
    public override ImmutableArray<DaemonTaskDefinition> Answer(AccountState state) =>
    [
        .. Keys(state.DaemonTaskDefinitions)
            .Where(key => !LastRegistered || state.DaemonTaskDefinitionFamilies[key.Family].LastRevision == key.Revision)
            .Select(key => state.FindDaemonTaskDefinition(key)!)    // The keys are those of the families.
            .Where(definition => Status is null || definition.Status == Status)
            .Take(Take + 1),
    ];

    private IEnumerable<TaskDefinitionKey> Keys(ImmutableSortedSet<TaskDefinitionKey> all)
    {
        var first = all.FirstAtOrAfter(new(Family ?? Prefix, 0));
        if (!Descending)
        {
            for (var at = After is { } seen ? Math.Max(first, all.FirstAfter(seen)) : first; at < all.Count && Matches(all[at]); at++)
            {
                yield return all[at];
            }

            yield break;
        }

        for (var at = (After is { } last ? all.FirstAtOrAfter(last) : EndOf(all)) - 1; at >= first; at--)
        {
            if (Matches(all[at]))
            {
                yield return all[at];
            }
        }
    }

    private bool Matches(TaskDefinitionKey key) => (Family is null || key.Family == Family) && key.Family.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Behind everything that can match: no character of a family's name is beyond the tilde.</summary>
    private int EndOf(ImmutableSortedSet<TaskDefinitionKey> all) => all.FirstAtOrAfter(new(Family ?? Prefix + "~", Family is null ? 0 : int.MaxValue));
}
