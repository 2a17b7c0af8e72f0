using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Registers the next revision of a family; always a new one, even of the same content.</summary>
/// <param name="Draft">The checked definition; its revision and ARN are given here.</param>
/// <param name="RegisteredBy">The caller's principal.</param>
/// <param name="Tags">Its tags.</param>
public sealed record RegisterTaskDefinitionCommand(TaskDefinition Draft, string RegisteredBy, ImmutableArray<ResourceTag> Tags)
    : Command<AccountAggregate, RegisteredTaskDefinition>
{
    /// <inheritdoc/>
    public override RegisteredTaskDefinition Decide(AccountAggregate aggregate, DecisionContext context)
    {
        var state = aggregate.State;
        var key = new TaskDefinitionKey(Draft.Family, (state.Families.GetValueOrDefault(Draft.Family)?.LastRevision ?? 0) + 1);
        if (key.Revision > aggregate.Quotas.RevisionsPerFamily)
        {
            throw new RefusedException("LimitExceededException", $"The family has reached the limit of {aggregate.Quotas.RevisionsPerFamily} revisions.");
        }

        var definition = Draft with { Revision = key.Revision, Arn = state.TaskDefinitionArn(key) };
        aggregate.Record(new AccountEvent.TaskDefinitionRegistered(definition, context.Now, RegisteredBy, Tags));
        return aggregate.State.Find(key)!;    // Just recorded.
    }
}

/// <summary>Deregisters a revision; done again, nothing changes.</summary>
public sealed record DeregisterTaskDefinitionCommand(TaskDefinitionKey Key) : Command<AccountAggregate, RegisteredTaskDefinition>
{
    /// <inheritdoc/>
    public override RegisteredTaskDefinition Decide(AccountAggregate aggregate, DecisionContext context)
    {
        var known = aggregate.State.Find(Key) ?? throw TaskDefinitionRefusals.Unknown();
        if (known.Status != TaskDefinitionStatus.Active)
        {
            return known;
        }

        aggregate.Record(new AccountEvent.TaskDefinitionDeregistered(Key.Family, Key.Revision, context.Now));
        return aggregate.State.Find(Key)!;    // Known above.
    }
}

/// <summary>What became of a deletion: the revision that is going, or why it stays.</summary>
public sealed record TaskDefinitionDeletion(TaskDefinitionKey Key, RegisteredTaskDefinition? Going, string? FailureReason);

/// <summary>Asks for revisions to be forgotten, each on its own.</summary>
public sealed record DeleteTaskDefinitionsCommand(ImmutableArray<TaskDefinitionKey> Keys) : Command<AccountAggregate, ImmutableArray<TaskDefinitionDeletion>>
{
    /// <inheritdoc/>
    public override ImmutableArray<TaskDefinitionDeletion> Decide(AccountAggregate aggregate, DecisionContext context) =>
        [.. Keys.Select(key => Decide(aggregate, key, context.Now))];

    private static TaskDefinitionDeletion Decide(AccountAggregate aggregate, TaskDefinitionKey key, DateTimeOffset now)
    {
        switch (aggregate.State.Find(key)?.Status)
        {
            case null:
                return new(key, null, "The specified task definition does not exist. Specify a valid account, family, revision and try again.");
            case TaskDefinitionStatus.Active:
                return new(key, null, "The specified task definition is still in ACTIVE status. Please deregister the target and try again.");
            case TaskDefinitionStatus.Inactive:
                aggregate.Record(new AccountEvent.TaskDefinitionDeletionRequested(key.Family, key.Revision, now));
                break;
            case TaskDefinitionStatus.DeleteInProgress:
                break;
        }

        return new(key, aggregate.State.Find(key), null);
    }
}

/// <summary>Forgets a revision whose deletion was asked for and that nothing refers to any more.</summary>
public sealed record ForgetTaskDefinitionCommand(TaskDefinitionKey Key) : Command<AccountAggregate, bool>
{
    /// <summary>True when it was there.</summary>
    public override bool Decide(AccountAggregate aggregate, DecisionContext context)
    {
        if (aggregate.State.Find(Key) is not { Status: TaskDefinitionStatus.DeleteInProgress })
        {
            return false;
        }

        aggregate.Record(new AccountEvent.TaskDefinitionDeleted(Key.Family, Key.Revision));
        return true;
    }
}

/// <summary>Sets and removes tags of a revision.</summary>
public sealed record ChangeTaskDefinitionTagsCommand(TaskDefinitionKey Key, ImmutableArray<ResourceTag> Put, ImmutableArray<string> Remove)
    : Command<AccountAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(AccountAggregate aggregate, DecisionContext context)
    {
        if (aggregate.State.Find(Key) is not { Status: TaskDefinitionStatus.Active } known)
        {
            throw RefusedException.InvalidParameter("The specified task definition is inactive. Specify an active task definition and try again.");
        }

        aggregate.Record(new AccountEvent.TaskDefinitionTagged(Key.Family, Key.Revision, TagRules.Change(known.Tags, Put, Remove)));
        return true;
    }
}

/// <summary>Refusals that several commands share.</summary>
internal static class TaskDefinitionRefusals
{
    public static RefusedException Unknown() => RefusedException.Client("Unable to describe task definition.");
}
