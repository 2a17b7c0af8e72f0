namespace Berth.Domain;

/// <summary>Enters a cluster's name; entered again, nothing changes.</summary>
public sealed record RegisterClusterCommand(string Name) : Command<AccountAggregate, bool>
{
    /// <summary>True when the name is new.</summary>
    public override bool Decide(AccountAggregate aggregate, DecisionContext context)
    {
        if (aggregate.State.Clusters.Contains(Name))
        {
            return false;
        }

        if (aggregate.State.Clusters.Count >= aggregate.Quotas.ClustersPerRegion)
        {
            throw RefusedException.Client($"You have reached the limit of {aggregate.Quotas.ClustersPerRegion} clusters.");
        }

        aggregate.Record(new AccountEvent.ClusterRegistered(Name));
        return true;
    }
}

/// <summary>Strikes a cluster's name out; struck out again, nothing changes.</summary>
public sealed record RemoveClusterCommand(string Name) : Command<AccountAggregate, bool>
{
    /// <summary>True when the name was there.</summary>
    public override bool Decide(AccountAggregate aggregate, DecisionContext context)
    {
        if (!aggregate.State.Clusters.Contains(Name))
        {
            return false;
        }

        aggregate.Record(new AccountEvent.ClusterRemoved(Name));
        return true;
    }
}

/// <summary>Sets an account setting.</summary>
public sealed record PutAccountSettingCommand(AccountSetting Setting) : Command<AccountAggregate, AccountSetting>
{
    /// <summary>Settings that are kept; there are few names, so only their principals can be many.</summary>
    public const int MostSettings = 10_000;

    /// <inheritdoc/>
    public override AccountSetting Decide(AccountAggregate aggregate, DecisionContext context)
    {
        if (!aggregate.State.Settings.Contains(Setting))
        {
            if (aggregate.State.Settings.Length >= MostSettings)
            {
                throw RefusedException.Client($"You have reached the limit of {MostSettings} account settings.");
            }

            aggregate.Record(new AccountEvent.SettingPut(Setting));
        }

        return Setting;
    }
}

/// <summary>Gives a setting its default back.</summary>
public sealed record DeleteAccountSettingCommand(string PrincipalArn, string Name) : Command<AccountAggregate, bool>
{
    /// <summary>True when it was set.</summary>
    public override bool Decide(AccountAggregate aggregate, DecisionContext context)
    {
        if (aggregate.State.Settings.All(setting => setting.PrincipalArn != PrincipalArn || setting.Name != Name))
        {
            return false;
        }

        aggregate.Record(new AccountEvent.SettingDeleted(PrincipalArn, Name));
        return true;
    }
}
