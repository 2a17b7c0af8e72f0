using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>What security groups start with and are told apart by.</summary>
public static class SecurityGroupRules
{
    /// <summary>The name of a VPC's own group.</summary>
    public const string DefaultName = "default";

    /// <summary>The rule every new group has: everything may go out.</summary>
    public static SecurityGroupRule AllEgress(string id) => new() { Id = id, IsEgress = true, Protocol = "-1", CidrIpv4 = DefaultNetwork.Everywhere };

    /// <summary>A rule as EC2 names it in a refusal.</summary>
    internal static string Named(SecurityGroupRule rule)
    {
        var peer = rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.GroupId ?? rule.PrefixListId;
        var protocol = rule.Protocol == "-1" ? "ALL" : rule.Protocol.ToUpperInvariant();
        var ports = rule.FromPort is null ? "" : $" from port: {rule.FromPort}, to port: {rule.ToPort},";
        return $"the specified rule \"peer: {peer}, {protocol},{ports} ALLOW\"";
    }

    internal static void CheckReferences(NetworkState state, IEnumerable<SecurityGroupRule> rules)
    {
        foreach (var rule in rules)
        {
            if (rule.GroupId is { } id)
            {
                state.SecurityGroup(id);
            }
        }
    }
}

/// <summary>Creates a security group.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What its creator says of it.</param>
/// <param name="VpcId">Its VPC; null: the default one.</param>
/// <param name="Tags">Its tags.</param>
public sealed record CreateSecurityGroup(string Name, string Description, string? VpcId, ImmutableSortedDictionary<string, string> Tags)
    : Command<NetworkAggregate, SecurityGroup>
{
    /// <summary>Security groups an account may have in a region.</summary>
    public const int MostGroups = 2500;

    /// <inheritdoc/>
    public override SecurityGroup Decide(NetworkAggregate aggregate, DecisionContext context)
    {
        var state = aggregate.State;
        var vpc = VpcId is null
            ? state.DefaultVpc ?? throw new RefusedException("VPCIdNotSpecified", "No default VPC for this user")
            : state.Vpc(VpcId);
        if (Name == SecurityGroupRules.DefaultName)
        {
            throw new RefusedException("InvalidGroup.Reserved", "The security group name 'default' is reserved.");
        }

        if (state.SecurityGroups.Values.Any(group => group.VpcId == vpc.Id && group.Name == Name))
        {
            throw new RefusedException("InvalidGroup.Duplicate", $"The security group '{Name}' already exists for VPC '{vpc.Id}'");
        }

        if (state.SecurityGroups.Count >= MostGroups)
        {
            throw NetworkRefusal.Limit("SecurityGroupLimitExceeded", "security groups", MostGroups);
        }

        var group = new SecurityGroup
        {
            Id = NetworkIds.Next("sg", context),
            VpcId = vpc.Id,
            Name = Name,
            Description = Description,
            Rules = [SecurityGroupRules.AllEgress(NetworkIds.Next("sgr", context))],
        };
        NetworkTags.Check(Tags);
        aggregate.Record(new NetworkEvent.SecurityGroupCreated(group));
        NetworkTags.Record(aggregate, group.Id, Tags);
        return group;
    }
}

/// <summary>Adds rules to a security group, all of them or none.</summary>
public sealed record AuthorizeSecurityGroup(string GroupId, ImmutableArray<SecurityGroupRule> Rules, ImmutableSortedDictionary<string, string> Tags)
    : Command<NetworkAggregate, ImmutableArray<SecurityGroupRule>>
{
    /// <summary>Rules a group may have each way.</summary>
    public const int MostRules = 60;

    /// <inheritdoc/>
    public override ImmutableArray<SecurityGroupRule> Decide(NetworkAggregate aggregate, DecisionContext context)
    {
        var group = aggregate.State.SecurityGroup(GroupId);
        SecurityGroupRules.CheckReferences(aggregate.State, Rules);
        var known = group.Rules.Select(rule => rule.Essence).ToHashSet();
        foreach (var rule in Rules)
        {
            if (!known.Add(rule.Essence))
            {
                throw new RefusedException("InvalidPermission.Duplicate", $"{SecurityGroupRules.Named(rule)} already exists");
            }
        }

        if (known.GroupBy(rule => rule.IsEgress).Any(way => way.Count() > MostRules))
        {
            throw NetworkRefusal.Limit("RulesPerSecurityGroupLimitExceeded", "rules per security group", MostRules);
        }

        NetworkTags.Check(Tags);
        ImmutableArray<SecurityGroupRule> added = [.. Rules.Select(rule => rule with { Id = NetworkIds.Next("sgr", context) })];
        aggregate.Record(new NetworkEvent.SecurityGroupRulesPut(group.Id, added));
        foreach (var rule in added)
        {
            NetworkTags.Record(aggregate, rule.Id, Tags);
        }

        return added;
    }
}

/// <summary>Takes rules from a security group. Answers with those of the rules that it did not have.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="IsEgress">Which way the rules go.</param>
/// <param name="Rules">Rules as they were given.</param>
/// <param name="RuleIds">Rules by id.</param>
public sealed record RevokeSecurityGroup(string GroupId, bool IsEgress, ImmutableArray<SecurityGroupRule> Rules, ImmutableArray<string> RuleIds)
    : Command<NetworkAggregate, ImmutableArray<SecurityGroupRule>>
{
    /// <inheritdoc/>
    public override ImmutableArray<SecurityGroupRule> Decide(NetworkAggregate aggregate, DecisionContext context)
    {
        var group = aggregate.State.SecurityGroup(GroupId);
        foreach (var id in RuleIds)
        {
            if (!group.Rules.Any(rule => rule.Id == id && rule.IsEgress == IsEgress))
            {
                throw NetworkRefusal.RuleNotFound(id);
            }
        }

        ImmutableArray<SecurityGroupRule> unknown = [.. Rules.Where(given => group.Rules.All(rule => rule.Essence != given.Essence))];
        if (!unknown.IsEmpty && !aggregate.State.Vpc(group.VpcId).IsDefault)
        {
            throw NetworkRefusal.InvalidPermission("The specified rule does not exist in this security group.");
        }

        ImmutableArray<string> gone =
            [.. group.Rules.Where(rule => RuleIds.Contains(rule.Id) || Rules.Any(given => given.Essence == rule.Essence)).Select(rule => rule.Id)];
        if (!gone.IsEmpty)
        {
            aggregate.Record(new NetworkEvent.SecurityGroupRulesRevoked(group.Id, gone));
        }

        return unknown;
    }
}

/// <summary>Makes rules of a security group other ones under the same ids.</summary>
public sealed record ModifySecurityGroupRules(string GroupId, ImmutableArray<SecurityGroupRule> Rules) : Command<NetworkAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(NetworkAggregate aggregate, DecisionContext context)
    {
        var group = aggregate.State.SecurityGroup(GroupId);
        SecurityGroupRules.CheckReferences(aggregate.State, Rules);
        ImmutableArray<SecurityGroupRule> changed = [.. Rules.Select(given => given with
        {
            IsEgress = (group.Rules.FirstOrDefault(rule => rule.Id == given.Id) ?? throw NetworkRefusal.RuleNotFound(given.Id)).IsEgress,
        })];
        var after = group.Rules.Where(rule => changed.All(given => given.Id != rule.Id)).Select(rule => rule.Essence).ToHashSet();
        foreach (var rule in changed)
        {
            if (!after.Add(rule.Essence))
            {
                throw new RefusedException("InvalidPermission.Duplicate", $"{SecurityGroupRules.Named(rule)} already exists");
            }
        }

        aggregate.Record(new NetworkEvent.SecurityGroupRulesPut(group.Id, changed));
        return true;
    }
}

/// <summary>Deletes a security group that no other one refers to.</summary>
public sealed record DeleteSecurityGroup(string GroupId) : Command<NetworkAggregate, bool>
{
    /// <summary>Whether network interfaces have it: what runs in clusters is not the network's to know.</summary>
    public bool HasInterfaces { get; init; }

    /// <inheritdoc/>
    public override bool Decide(NetworkAggregate aggregate, DecisionContext context)
    {
        var group = aggregate.State.SecurityGroup(GroupId);
        if (group.Name == SecurityGroupRules.DefaultName)
        {
            throw new RefusedException("CannotDelete", $"the specified group: \"{group.Id}\" name: \"{group.Name}\" cannot be deleted by a user");
        }

        if (HasInterfaces || aggregate.State.SecurityGroups.Values.Any(other => other.Id != group.Id && other.Rules.Any(rule => rule.GroupId == group.Id)))
        {
            throw NetworkRefusal.Dependency($"resource {group.Id} has a dependent object");
        }

        aggregate.Record(new NetworkEvent.SecurityGroupDeleted(group.Id));
        return true;
    }
}
