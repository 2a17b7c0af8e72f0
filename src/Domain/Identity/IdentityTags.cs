using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Tags of roles, policies and instance profiles.</summary>
public static class IdentityTags
{
    /// <summary>Tags one thing may have.</summary>
    public const int MostTags = 50;

    /// <summary>The tags with some set and some removed. Keys are told apart whatever their case.</summary>
    public static ImmutableArray<ResourceTag> Change(ImmutableArray<ResourceTag> tags, ImmutableArray<ResourceTag> set, ImmutableArray<string> remove)
    {
        bool Is(ResourceTag tag, string key) => IdentityState.Names.Equals(tag.Key, key);
        var changed = tags
            .Where(tag => !remove.Any(key => Is(tag, key)))
            .Select(tag => set.FirstOrDefault(given => Is(tag, given.Key)) ?? tag)
            .Concat(set.Where(given => !tags.Any(tag => Is(tag, given.Key))))
            .ToImmutableArray();
        return changed.Length <= MostTags ? changed : throw IdentityRefusal.LimitExceeded("TagsPerResource", MostTags);
    }
}

/// <summary>Changes a role's tags.</summary>
public sealed record TagRole(string RoleName, ImmutableArray<ResourceTag> Set, ImmutableArray<string> Remove) : Command<IdentityAggregate, Role>
{
    /// <inheritdoc/>
    public override Role Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        var role = aggregate.State.Role(RoleName);
        if (IdentityTags.Change(role.Tags, Set, Remove) is var tags && !tags.SequenceEqual(role.Tags))
        {
            aggregate.Record(new IdentityEvent.RoleTagged(role.Name, tags));
        }

        return aggregate.State.Role(RoleName);
    }
}

/// <summary>Changes a managed policy's tags.</summary>
public sealed record TagPolicy(string PolicyArn, ImmutableArray<ResourceTag> Set, ImmutableArray<string> Remove) : Command<IdentityAggregate, ManagedPolicy>
{
    /// <inheritdoc/>
    public override ManagedPolicy Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        var policy = aggregate.State.Policy(PolicyArn);
        if (IdentityTags.Change(policy.Tags, Set, Remove) is var tags && !tags.SequenceEqual(policy.Tags))
        {
            aggregate.Record(new IdentityEvent.PolicyTagged(policy.Name, tags));
        }

        return aggregate.State.Policy(PolicyArn);
    }
}

/// <summary>Changes an instance profile's tags.</summary>
public sealed record TagInstanceProfile(string ProfileName, ImmutableArray<ResourceTag> Set, ImmutableArray<string> Remove)
    : Command<IdentityAggregate, InstanceProfile>
{
    /// <inheritdoc/>
    public override InstanceProfile Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        var profile = aggregate.State.InstanceProfile(ProfileName);
        if (IdentityTags.Change(profile.Tags, Set, Remove) is var tags && !tags.SequenceEqual(profile.Tags))
        {
            aggregate.Record(new IdentityEvent.InstanceProfileTagged(profile.Name, tags));
        }

        return aggregate.State.InstanceProfile(ProfileName);
    }
}
