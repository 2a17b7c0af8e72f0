using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;

namespace Berth.Domain;

/// <summary>An account's roles, managed policies and instance profiles. Immutable. Names are found whatever their case.</summary>
public sealed record IdentityState
{
    /// <summary>Deletions of services' own roles that can still be asked about.</summary>
    public const int MostDeletionTasks = 100;

    /// <summary>How names compare.</summary>
    public static readonly StringComparer Names = StringComparer.OrdinalIgnoreCase;

    /// <summary>The 12-digit account.</summary>
    public required string Account { get; init; }

    /// <summary>Roles by name.</summary>
    public ImmutableSortedDictionary<string, Role> Roles { get; init; } = ImmutableSortedDictionary.Create<string, Role>(Names);

    /// <summary>The account's own managed policies by name.</summary>
    public ImmutableSortedDictionary<string, ManagedPolicy> Policies { get; init; } = ImmutableSortedDictionary.Create<string, ManagedPolicy>(Names);

    /// <summary>Instance profiles by name.</summary>
    public ImmutableSortedDictionary<string, InstanceProfile> InstanceProfiles { get; init; } = ImmutableSortedDictionary.Create<string, InstanceProfile>(Names);

    /// <summary>Tasks that deleted services' own roles, oldest first.</summary>
    public ImmutableArray<string> DeletionTasks { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The roles each managed policy is attached to, by the policy's ARN. Derived from <see cref="Roles"/>.</summary>
    [JsonIgnore]
    public ImmutableDictionary<string, ImmutableSortedSet<string>> Attachments { get; init; } = ImmutableDictionary<string, ImmutableSortedSet<string>>.Empty;

    /// <summary>The roles each managed policy bounds, by the policy's ARN. Derived from <see cref="Roles"/>.</summary>
    [JsonIgnore]
    public ImmutableDictionary<string, ImmutableSortedSet<string>> Boundaries { get; init; } = ImmutableDictionary<string, ImmutableSortedSet<string>>.Empty;

    /// <summary>A role's ARN.</summary>
    public string ArnOf(Role role) => $"arn:aws:iam::{Account}:role{role.Path}{role.Name}";

    /// <summary>An instance profile's ARN.</summary>
    public string ArnOf(InstanceProfile profile) => $"arn:aws:iam::{Account}:instance-profile{profile.Path}{profile.Name}";

    /// <summary>The role, or the refusal that there is none.</summary>
    public Role Role(string name) => Roles.GetValueOrDefault(name) ?? throw IdentityRefusal.NoSuchRole(name);

    /// <summary>The instance profile, or the refusal that there is none.</summary>
    public InstanceProfile InstanceProfile(string name) => InstanceProfiles.GetValueOrDefault(name) ?? throw IdentityRefusal.NoSuchInstanceProfile(name);

    /// <summary>The account's policy with the ARN; null when there is none.</summary>
    public ManagedPolicy? FindPolicy(string arn) =>
        Policies.GetValueOrDefault(arn[(arn.LastIndexOf('/') + 1)..]) is { } policy && policy.Arn == arn ? policy : null;

    /// <summary>The account's policy with the ARN, or the refusal that there is none.</summary>
    public ManagedPolicy Policy(string arn) => FindPolicy(arn) ?? throw IdentityRefusal.NoSuchEntity($"Policy {arn} was not found.");

    /// <summary>The names of the roles a policy is attached to.</summary>
    public ImmutableSortedSet<string> RolesWith(string policyArn) => Attachments.GetValueOrDefault(policyArn) ?? [];

    /// <summary>The names of the roles a policy bounds.</summary>
    public ImmutableSortedSet<string> RolesBoundedBy(string policyArn) => Boundaries.GetValueOrDefault(policyArn) ?? [];

    /// <summary>The instance profiles of a role. There are a thousand at most.</summary>
    public IEnumerable<InstanceProfile> InstanceProfilesOf(string roleName) =>
        InstanceProfiles.Values.Where(profile => profile.Role is { } role && Names.Equals(role, roleName));

    /// <summary>The state as a snapshot's text gave it, with what is derived.</summary>
    internal IdentityState Restored()
    {
        var state = this with
        {
            Roles = ImmutableSortedDictionary.Create<string, Role>(Names),
            Policies = Policies.WithComparers(Names),
            InstanceProfiles = InstanceProfiles.WithComparers(Names),
        };
        return Roles.Values.Aggregate(state, (known, role) => known.With(role.Name, null, role));
    }

    internal IdentityState Apply(IdentityEvent fact) => fact switch
    {
        IdentityEvent.RoleCreated created => With(created.Role.Name, null, created.Role),
        IdentityEvent.RoleUpdated updated => Change(updated.RoleName, role => role with
        {
            Description = updated.Description,
            MaxSessionSeconds = updated.MaxSessionSeconds,
        }),
        IdentityEvent.TrustPolicyUpdated updated => Change(updated.RoleName, role => role with { TrustPolicy = updated.Document }),
        IdentityEvent.PermissionsBoundarySet set => Change(set.RoleName, role => role with { PermissionsBoundary = set.PolicyArn }),
        IdentityEvent.RoleTagged tagged => Change(tagged.RoleName, role => role with { Tags = tagged.Tags }),
        IdentityEvent.RolePolicyPut put => Change(put.RoleName, role => role with { InlinePolicies = role.InlinePolicies.SetItem(put.PolicyName, put.Document) }),
        IdentityEvent.RolePolicyDeleted deleted => Change(deleted.RoleName, role => role with { InlinePolicies = role.InlinePolicies.Remove(deleted.PolicyName) }),
        IdentityEvent.RolePolicyAttached attached => Change(attached.RoleName, role => role with
        {
            AttachedPolicies = [.. role.AttachedPolicies.Where(arn => arn != attached.PolicyArn), attached.PolicyArn],
        }),
        IdentityEvent.RolePolicyDetached detached => Change(detached.RoleName, role => role with { AttachedPolicies = role.AttachedPolicies.Remove(detached.PolicyArn) }),
        IdentityEvent.RoleDeleted deleted => WithDeletion(deleted.DeletionTask).With(deleted.RoleName, Roles.GetValueOrDefault(deleted.RoleName), null),
        IdentityEvent.PolicyCreated created => this with { Policies = Policies.SetItem(created.Policy.Name, created.Policy) },
        IdentityEvent.PolicyVersionCreated created => ChangePolicy(created.PolicyName, policy => policy with
        {
            Versions = policy.Versions.Add(created.Version),
            LastVersion = policy.LastVersion + 1,
            DefaultVersionId = created.IsDefault ? created.Version.Id : policy.DefaultVersionId,
            UpdateDate = created.Version.CreateDate,
        }),
        IdentityEvent.DefaultPolicyVersionSet set => ChangePolicy(set.PolicyName, policy => policy with { DefaultVersionId = set.VersionId, UpdateDate = set.At }),
        IdentityEvent.PolicyVersionDeleted deleted => ChangePolicy(deleted.PolicyName, policy => policy with
        {
            Versions = policy.Versions.RemoveAll(version => version.Id == deleted.VersionId),
        }),
        IdentityEvent.PolicyTagged tagged => ChangePolicy(tagged.PolicyName, policy => policy with { Tags = tagged.Tags }),
        IdentityEvent.PolicyDeleted deleted => this with { Policies = Policies.Remove(deleted.PolicyName) },
        IdentityEvent.InstanceProfileCreated created => this with { InstanceProfiles = InstanceProfiles.SetItem(created.Profile.Name, created.Profile) },
        IdentityEvent.InstanceProfileRoleSet set => ChangeProfile(set.ProfileName, profile => profile with { Role = set.RoleName }),
        IdentityEvent.InstanceProfileTagged tagged => ChangeProfile(tagged.ProfileName, profile => profile with { Tags = tagged.Tags }),
        IdentityEvent.InstanceProfileDeleted deleted => this with { InstanceProfiles = InstanceProfiles.Remove(deleted.ProfileName) },
        _ => throw new UnreachableException($"Unknown fact {fact.GetType().Name}."),
    };

    private IdentityState Change(string name, Func<Role, Role> change) =>
        Roles.GetValueOrDefault(name) is { } role ? With(role.Name, role, change(role)) : this;

    private IdentityState ChangePolicy(string name, Func<ManagedPolicy, ManagedPolicy> change) =>
        Policies.TryGetValue(name, out var policy) ? this with { Policies = Policies.SetItem(policy.Name, change(policy)) } : this;

    private IdentityState ChangeProfile(string name, Func<InstanceProfile, InstanceProfile> change) =>
        InstanceProfiles.TryGetValue(name, out var profile) ? this with { InstanceProfiles = InstanceProfiles.SetItem(profile.Name, change(profile)) } : this;

    private IdentityState WithDeletion(string? task) => task is null ? this : this with
    {
        DeletionTasks = [.. DeletionTasks.Skip(Math.Max(0, DeletionTasks.Length + 1 - MostDeletionTasks)), task],
    };

    /// <summary>A role in place of what it was, null for none, and what is derived from it.</summary>
    private IdentityState With(string name, Role? before, Role? after) => this with
    {
        Roles = after is null ? Roles.Remove(name) : Roles.SetItem(name, after),
        Attachments = Indexed(Attachments, name, before?.AttachedPolicies ?? [], after?.AttachedPolicies ?? []),
        Boundaries = Indexed(Boundaries, name, BoundaryOf(before), BoundaryOf(after)),
    };

    private static ImmutableArray<string> BoundaryOf(Role? role) => role?.PermissionsBoundary is { } arn ? [arn] : [];

    private static ImmutableDictionary<string, ImmutableSortedSet<string>> Indexed(
        ImmutableDictionary<string, ImmutableSortedSet<string>> index, string role, ImmutableArray<string> before, ImmutableArray<string> after)
    {
        if (before.SequenceEqual(after))
        {
            return index;
        }

        foreach (var arn in before.Where(arn => !after.Contains(arn)))
        {
            var rest = (index.GetValueOrDefault(arn) ?? []).Remove(role);
            index = rest.IsEmpty ? index.Remove(arn) : index.SetItem(arn, rest);
        }

        foreach (var arn in after.Where(arn => !before.Contains(arn)))
        {
            index = index.SetItem(arn, (index.GetValueOrDefault(arn) ?? ImmutableSortedSet.Create<string>(StringComparer.Ordinal)).Add(role));
        }

        return index;
    }
}

/// <summary>IAM of one account. It has no region.</summary>
public sealed class IdentityAggregate(string account) : Aggregate<IdentityState, IdentityEvent>(new IdentityState { Account = account })
{
    /// <inheritdoc/>
    public override void Apply(IdentityEvent fact) => State = State.Apply(fact);

    /// <inheritdoc/>
    public override void Restore(IdentityState snapshot) => State = snapshot.Restored();
}

/// <summary>Everything there is; the state may be kept, it never changes.</summary>
public sealed record ReadIdentity : Query<IdentityState, IdentityState>
{
    /// <inheritdoc/>
    public override IdentityState Answer(IdentityState state) => state;
}
