using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Creates an instance profile without a role.</summary>
public sealed record CreateInstanceProfile(string Name, string Path, ImmutableArray<ResourceTag> Tags) : Command<IdentityAggregate, InstanceProfile>
{
    /// <summary>Instance profiles an account may have.</summary>
    public const int MostInstanceProfiles = 1000;

    /// <inheritdoc/>
    public override InstanceProfile Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        if (aggregate.State.InstanceProfiles.ContainsKey(Name))
        {
            throw IdentityRefusal.AlreadyExists($"Instance Profile {Name} already exists.");
        }

        if (aggregate.State.InstanceProfiles.Count >= MostInstanceProfiles)
        {
            throw IdentityRefusal.LimitExceeded("InstanceProfilesPerAccount", MostInstanceProfiles);
        }

        aggregate.Record(new IdentityEvent.InstanceProfileCreated(new()
        {
            Name = Name,
            Path = Path,
            Id = UniqueId.Of("AIPA", context.Ids.NextHexId()),
            CreateDate = context.Now,
            Tags = IdentityTags.Change([], Tags, []),
        }));
        return aggregate.State.InstanceProfiles[Name];
    }
}

/// <summary>Gives an instance profile its one role.</summary>
public sealed record AddRoleToInstanceProfile(string ProfileName, string RoleName) : Command<IdentityAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        var profile = aggregate.State.InstanceProfile(ProfileName);
        var role = aggregate.State.OwnRole(RoleName);
        if (profile.Role is not null)
        {
            throw IdentityRefusal.LimitExceeded("InstanceSessionsPerInstanceProfile", 1);
        }

        aggregate.Record(new IdentityEvent.InstanceProfileRoleSet(profile.Name, role.Name));
        return true;
    }
}

/// <summary>Takes its role from an instance profile.</summary>
public sealed record RemoveRoleFromInstanceProfile(string ProfileName, string RoleName) : Command<IdentityAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        var profile = aggregate.State.InstanceProfile(ProfileName);
        aggregate.State.Role(RoleName);
        if (profile.Role is not { } role || !IdentityState.Names.Equals(role, RoleName))
        {
            throw IdentityRefusal.NoSuchEntity($"Role {RoleName} is not in instance profile {profile.Name}.");
        }

        aggregate.Record(new IdentityEvent.InstanceProfileRoleSet(profile.Name, null));
        return true;
    }
}

/// <summary>Deletes an instance profile that has no role.</summary>
public sealed record DeleteInstanceProfile(string ProfileName) : Command<IdentityAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        var profile = aggregate.State.InstanceProfile(ProfileName);
        if (profile.Role is not null)
        {
            throw IdentityRefusal.DeleteConflict("Cannot delete entity, must remove roles from instance profile first.");
        }

        aggregate.Record(new IdentityEvent.InstanceProfileDeleted(profile.Name));
        return true;
    }
}
