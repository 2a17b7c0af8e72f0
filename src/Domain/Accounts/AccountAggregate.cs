namespace Berth.Domain;

/// <summary>What an account has in one region: names of clusters, task definitions, settings.</summary>
public sealed class AccountAggregate(string account, string region)
    : Aggregate<AccountState, AccountEvent>(new AccountState { Account = account, Region = region })
{
    /// <inheritdoc/>
    public override void Apply(AccountEvent fact) => State = State.Apply(fact);

    /// <inheritdoc/>
    public override void Restore(AccountState snapshot) =>
        State = snapshot with
        {
            Clusters = snapshot.Clusters.WithComparer(StringComparer.Ordinal),
            TaskDefinitions = TaskDefinitionIndex.Build(snapshot.Families.Values),
        };
}
