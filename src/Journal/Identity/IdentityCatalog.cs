using System.Text.Json.Serialization;
using Berth.Domain;

namespace Berth.Journal;

/// <summary>IAM's facts and state as JSON text.</summary>
public static class IdentityCatalog
{
    /// <summary>The catalog.</summary>
    public static EventCatalog<IdentityState, IdentityEvent> Create() => new EventCatalog<IdentityState, IdentityEvent>(IdentityJson.Default.IdentityState)
        .Add("role.created", IdentityJson.Default.RoleCreated)
        .Add("role.updated", IdentityJson.Default.RoleUpdated)
        .Add("role.trustPolicyUpdated", IdentityJson.Default.TrustPolicyUpdated)
        .Add("role.permissionsBoundarySet", IdentityJson.Default.PermissionsBoundarySet)
        .Add("role.tagged", IdentityJson.Default.RoleTagged)
        .Add("role.policyPut", IdentityJson.Default.RolePolicyPut)
        .Add("role.policyDeleted", IdentityJson.Default.RolePolicyDeleted)
        .Add("role.policyAttached", IdentityJson.Default.RolePolicyAttached)
        .Add("role.policyDetached", IdentityJson.Default.RolePolicyDetached)
        .Add("role.deleted", IdentityJson.Default.RoleDeleted)
        .Add("policy.created", IdentityJson.Default.PolicyCreated)
        .Add("policy.versionCreated", IdentityJson.Default.PolicyVersionCreated)
        .Add("policy.defaultVersionSet", IdentityJson.Default.DefaultPolicyVersionSet)
        .Add("policy.versionDeleted", IdentityJson.Default.PolicyVersionDeleted)
        .Add("policy.tagged", IdentityJson.Default.PolicyTagged)
        .Add("policy.deleted", IdentityJson.Default.PolicyDeleted)
        .Add("instanceProfile.created", IdentityJson.Default.InstanceProfileCreated)
        .Add("instanceProfile.roleSet", IdentityJson.Default.InstanceProfileRoleSet)
        .Add("instanceProfile.tagged", IdentityJson.Default.InstanceProfileTagged)
        .Add("instanceProfile.deleted", IdentityJson.Default.InstanceProfileDeleted);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(IdentityState))]
[JsonSerializable(typeof(IdentityEvent.RoleCreated))]
[JsonSerializable(typeof(IdentityEvent.RoleUpdated))]
[JsonSerializable(typeof(IdentityEvent.TrustPolicyUpdated))]
[JsonSerializable(typeof(IdentityEvent.PermissionsBoundarySet))]
[JsonSerializable(typeof(IdentityEvent.RoleTagged))]
[JsonSerializable(typeof(IdentityEvent.RolePolicyPut))]
[JsonSerializable(typeof(IdentityEvent.RolePolicyDeleted))]
[JsonSerializable(typeof(IdentityEvent.RolePolicyAttached))]
[JsonSerializable(typeof(IdentityEvent.RolePolicyDetached))]
[JsonSerializable(typeof(IdentityEvent.RoleDeleted))]
[JsonSerializable(typeof(IdentityEvent.PolicyCreated))]
[JsonSerializable(typeof(IdentityEvent.PolicyVersionCreated))]
[JsonSerializable(typeof(IdentityEvent.DefaultPolicyVersionSet))]
[JsonSerializable(typeof(IdentityEvent.PolicyVersionDeleted))]
[JsonSerializable(typeof(IdentityEvent.PolicyTagged))]
[JsonSerializable(typeof(IdentityEvent.PolicyDeleted))]
[JsonSerializable(typeof(IdentityEvent.InstanceProfileCreated))]
[JsonSerializable(typeof(IdentityEvent.InstanceProfileRoleSet))]
[JsonSerializable(typeof(IdentityEvent.InstanceProfileTagged))]
[JsonSerializable(typeof(IdentityEvent.InstanceProfileDeleted))]
internal sealed partial class IdentityJson : JsonSerializerContext;
