using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Creates a role.</summary>
public sealed record CreateRole : Command<IdentityAggregate, Role>
{
    /// <summary>Roles an account may have.</summary>
    public const int MostRoles = 1000;

    /// <summary>Characters a trust policy may have.</summary>
    public const int LongestTrustPolicy = 2048;

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its path.</summary>
    public string Path { get; init; } = "/";

    /// <summary>Who may assume it.</summary>
    public required string TrustPolicy { get; init; }

    /// <summary>What its creator says of it.</summary>
    public string? Description { get; init; }

    /// <summary>The longest session, in seconds.</summary>
    public int MaxSessionSeconds { get; init; } = Role.DefaultSessionSeconds;

    /// <summary>The policy that bounds it.</summary>
    public string? PermissionsBoundary { get; init; }

    /// <summary>Its tags.</summary>
    public ImmutableArray<ResourceTag> Tags { get; init; } = [];

    /// <inheritdoc/>
    public override Role Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        var state = aggregate.State;
        CheckTrustPolicy(TrustPolicy);
        if (state.Roles.ContainsKey(Name))
        {
            throw IdentityRefusal.AlreadyExists($"Role with name {Name} already exists.");
        }

        RolePolicies.CheckExists(state, PermissionsBoundary);
        if (state.Roles.Count >= MostRoles)
        {
            throw IdentityRefusal.LimitExceeded("RolesPerAccount", MostRoles);
        }

        aggregate.Record(new IdentityEvent.RoleCreated(new()
        {
            Name = Name,
            Path = Path,
            Id = UniqueId.Of("AROA", context.Ids.NextHexId()),
            CreateDate = context.Now,
            TrustPolicy = TrustPolicy,
            Description = Description,
            MaxSessionSeconds = MaxSessionSeconds,
            PermissionsBoundary = PermissionsBoundary,
            Tags = IdentityTags.Change([], Tags, []),
        }));
        return aggregate.State.Roles[Name];
    }

    internal static void CheckTrustPolicy(string document)
    {
        PolicyDocument.Check(document, PolicyKind.Trust);
        if (PolicyDocument.Size(document) > LongestTrustPolicy)
        {
            throw IdentityRefusal.LimitExceeded("ACLSizePerRole", LongestTrustPolicy);
        }
    }
}

/// <summary>Changes a role's description, its longest session, or both.</summary>
/// <param name="RoleName">Which.</param>
/// <param name="Description">Null: none. </param>
/// <param name="KeepDescription">Leaves the description as it is.</param>
/// <param name="MaxSessionSeconds">Null: as it is.</param>
public sealed record UpdateRole(string RoleName, string? Description, bool KeepDescription, int? MaxSessionSeconds) : Command<IdentityAggregate, Role>
{
    /// <inheritdoc/>
    public override Role Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        var role = aggregate.State.OwnRole(RoleName);
        var (description, seconds) = (KeepDescription ? role.Description : Description, MaxSessionSeconds ?? role.MaxSessionSeconds);
        if ((description, seconds) != (role.Description, role.MaxSessionSeconds))
        {
            aggregate.Record(new IdentityEvent.RoleUpdated(role.Name, description, seconds));
        }

        return aggregate.State.Role(RoleName);
    }
}

/// <summary>Changes who may assume a role.</summary>
public sealed record UpdateTrustPolicy(string RoleName, string Document) : Command<IdentityAggregate, Role>
{
    /// <inheritdoc/>
    public override Role Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        var role = aggregate.State.OwnRole(RoleName);
        CreateRole.CheckTrustPolicy(Document);
        if (role.TrustPolicy != Document)
        {
            aggregate.Record(new IdentityEvent.TrustPolicyUpdated(role.Name, Document));
        }

        return aggregate.State.Role(RoleName);
    }
}

/// <summary>Gives a role a permissions boundary, or takes it away.</summary>
/// <param name="RoleName">Which.</param>
/// <param name="PolicyArn">Null: takes it away.</param>
public sealed record SetPermissionsBoundary(string RoleName, string? PolicyArn) : Command<IdentityAggregate, Role>
{
    /// <inheritdoc/>
    public override Role Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        var role = aggregate.State.OwnRole(RoleName);
        RolePolicies.CheckExists(aggregate.State, PolicyArn);
        if (PolicyArn is null && role.PermissionsBoundary is null)
        {
            throw IdentityRefusal.NoSuchEntity($"Role {role.Name} does not have a permissions boundary.");
        }

        if (role.PermissionsBoundary != PolicyArn)
        {
            aggregate.Record(new IdentityEvent.PermissionsBoundarySet(role.Name, PolicyArn));
        }

        return aggregate.State.Role(RoleName);
    }
}

/// <summary>Deletes a role that has no policies and is in no instance profile.</summary>
public sealed record DeleteRole(string RoleName) : Command<IdentityAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        var role = aggregate.State.OwnRole(RoleName);
        if (aggregate.State.InstanceProfilesOf(role.Name).Any())
        {
            throw IdentityRefusal.DeleteConflict("Cannot delete entity, must remove roles from instance profile first.");
        }

        if (!role.AttachedPolicies.IsEmpty)
        {
            throw IdentityRefusal.DeleteConflict("Cannot delete entity, must detach all policies first.");
        }

        if (!role.InlinePolicies.IsEmpty)
        {
            throw IdentityRefusal.DeleteConflict("Cannot delete entity, must delete policies first.");
        }

        aggregate.Record(new IdentityEvent.RoleDeleted(role.Name));
        return true;
    }
}
