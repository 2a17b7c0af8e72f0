namespace Berth.Domain;

/// <summary>What an account has in one region: names of clusters, task definitions, capacity providers, settings.</summary>
public sealed class AccountAggregate(string account, string region, EcsQuotas? quotas = null)
    : Aggregate<AccountState, AccountEvent>(new AccountState { Account = account, Region = region })
{
    /// <summary>How much of everything it may have.</summary>
    public EcsQuotas Quotas { get; } = quotas ?? EcsQuotas.Default;

    /// <inheritdoc/>
    public override void Apply(AccountEvent fact) => State = State.Apply(fact);

    /// <inheritdoc/>
    public override void Restore(AccountState snapshot) =>
        State = snapshot with
        {
            Clusters = snapshot.Clusters.WithComparer(StringComparer.Ordinal),
            CapacityProviders = snapshot.CapacityProviders.WithComparers(StringComparer.Ordinal),
            TaskDefinitions = TaskDefinitionIndex.Build(snapshot.Families.Values),
            DaemonTaskDefinitions = DaemonTaskDefinitionEvolution.KeysOf(snapshot),
        };
}
