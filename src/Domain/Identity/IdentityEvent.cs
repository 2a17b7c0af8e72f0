using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>A fact about an account's roles, policies and instance profiles.</summary>
public abstract record IdentityEvent
{
    private IdentityEvent()
    {
    }

    /// <summary>A role was created.</summary>
    public sealed record RoleCreated(Role Role) : IdentityEvent;

    /// <summary>A role's description and longest session are now these.</summary>
    public sealed record RoleUpdated(string RoleName, string? Description, int MaxSessionSeconds) : IdentityEvent;

    /// <summary>Another policy says who may assume a role.</summary>
    public sealed record TrustPolicyUpdated(string RoleName, string Document) : IdentityEvent;

    /// <summary>A role's permissions boundary is now this policy; null for none.</summary>
    public sealed record PermissionsBoundarySet(string RoleName, string? PolicyArn) : IdentityEvent;

    /// <summary>A role's tags are now these.</summary>
    public sealed record RoleTagged(string RoleName, ImmutableArray<ResourceTag> Tags) : IdentityEvent;

    /// <summary>A role's own policy of this name is now this.</summary>
    public sealed record RolePolicyPut(string RoleName, string PolicyName, string Document) : IdentityEvent;

    /// <summary>A role's own policy is gone.</summary>
    public sealed record RolePolicyDeleted(string RoleName, string PolicyName) : IdentityEvent;

    /// <summary>A managed policy was attached to a role.</summary>
    public sealed record RolePolicyAttached(string RoleName, string PolicyArn) : IdentityEvent;

    /// <summary>A managed policy was detached from a role.</summary>
    public sealed record RolePolicyDetached(string RoleName, string PolicyArn) : IdentityEvent;

    /// <summary>A role is gone.</summary>
    /// <param name="RoleName">Which.</param>
    /// <param name="DeletionTask">The task that deleted a service's own role; null for another role.</param>
    public sealed record RoleDeleted(string RoleName, string? DeletionTask = null) : IdentityEvent;

    /// <summary>A managed policy was created.</summary>
    public sealed record PolicyCreated(ManagedPolicy Policy) : IdentityEvent;

    /// <summary>A managed policy has another version.</summary>
    public sealed record PolicyVersionCreated(string PolicyName, PolicyVersion Version, bool IsDefault) : IdentityEvent;

    /// <summary>Another version of a managed policy counts.</summary>
    public sealed record DefaultPolicyVersionSet(string PolicyName, string VersionId, DateTimeOffset At) : IdentityEvent;

    /// <summary>A version of a managed policy is gone.</summary>
    public sealed record PolicyVersionDeleted(string PolicyName, string VersionId) : IdentityEvent;

    /// <summary>A managed policy's tags are now these.</summary>
    public sealed record PolicyTagged(string PolicyName, ImmutableArray<ResourceTag> Tags) : IdentityEvent;

    /// <summary>A managed policy is gone.</summary>
    public sealed record PolicyDeleted(string PolicyName) : IdentityEvent;

    /// <summary>An instance profile was created.</summary>
    public sealed record InstanceProfileCreated(InstanceProfile Profile) : IdentityEvent;

    /// <summary>An instance profile has a role; null: it has none any more.</summary>
    public sealed record InstanceProfileRoleSet(string ProfileName, string? RoleName) : IdentityEvent;

    /// <summary>An instance profile's tags are now these.</summary>
    public sealed record InstanceProfileTagged(string ProfileName, ImmutableArray<ResourceTag> Tags) : IdentityEvent;

    /// <summary>An instance profile is gone.</summary>
    public sealed record InstanceProfileDeleted(string ProfileName) : IdentityEvent;
}
