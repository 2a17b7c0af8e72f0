using System.Collections.Frozen;
using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Identity;

/// <summary>Identity and Access Management as the front door serves it: a table of its operations.</summary>
internal static class IamService
{
    private static readonly FrozenDictionary<string, int> Statuses = new Dictionary<string, int>
    {
        ["DeleteConflict"] = 409,
        ["EntityAlreadyExists"] = 409,
        ["LimitExceeded"] = 409,
        ["NoSuchEntity"] = 404,
    }.ToFrozenDictionary();

    public static AwsService Create(IdentityStreams streams)
    {
        var json = new IamJson(AwsJson.Query());
        return new AwsService
        {
            SigningName = "iam",
            Target = "2010-05-08",
            Protocol = AwsProtocol.Query,
            XmlNamespace = "https://iam.amazonaws.com/doc/2010-05-08/",
            ErrorStatuses = Statuses,
        }
            .Add(nameof(AddRoleToInstanceProfile), () => json.AddRoleToInstanceProfileInput, () => new AddRoleToInstanceProfile(streams))
            .Add(nameof(AttachRolePolicy), () => json.AttachRolePolicyInput, () => new AttachRolePolicy(streams))
            .Add(nameof(CreateInstanceProfile), () => json.CreateInstanceProfileInput, () => json.CreateInstanceProfileOutput, () => new CreateInstanceProfile(streams))
            .Add(nameof(CreatePolicy), () => json.CreatePolicyInput, () => json.CreatePolicyOutput, () => new CreatePolicy(streams))
            .Add(nameof(CreatePolicyVersion), () => json.CreatePolicyVersionInput, () => json.CreatePolicyVersionOutput, () => new CreatePolicyVersion(streams))
            .Add(nameof(CreateRole), () => json.CreateRoleInput, () => json.CreateRoleOutput, () => new CreateRole(streams))
            .Add(nameof(CreateServiceLinkedRole), () => json.CreateServiceLinkedRoleInput, () => json.CreateServiceLinkedRoleOutput, () => new CreateServiceLinkedRole(streams))
            .Add(nameof(DeleteInstanceProfile), () => json.DeleteInstanceProfileInput, () => new DeleteInstanceProfile(streams))
            .Add(nameof(DeletePolicy), () => json.DeletePolicyInput, () => new DeletePolicy(streams))
            .Add(nameof(DeletePolicyVersion), () => json.DeletePolicyVersionInput, () => new DeletePolicyVersion(streams))
            .Add(nameof(DeleteRole), () => json.DeleteRoleInput, () => new DeleteRole(streams))
            .Add(nameof(DeleteRolePermissionsBoundary), () => json.DeleteRolePermissionsBoundaryInput, () => new DeleteRolePermissionsBoundary(streams))
            .Add(nameof(DeleteRolePolicy), () => json.DeleteRolePolicyInput, () => new DeleteRolePolicy(streams))
            .Add(nameof(DeleteServiceLinkedRole), () => json.DeleteServiceLinkedRoleInput, () => json.DeleteServiceLinkedRoleOutput, () => new DeleteServiceLinkedRole(streams))
            .Add(nameof(DetachRolePolicy), () => json.DetachRolePolicyInput, () => new DetachRolePolicy(streams))
            .Add(nameof(GetInstanceProfile), () => json.GetInstanceProfileInput, () => json.GetInstanceProfileOutput, () => new GetInstanceProfile(streams))
            .Add(nameof(GetPolicy), () => json.GetPolicyInput, () => json.GetPolicyOutput, () => new GetPolicy(streams))
            .Add(nameof(GetPolicyVersion), () => json.GetPolicyVersionInput, () => json.GetPolicyVersionOutput, () => new GetPolicyVersion(streams))
            .Add(nameof(GetRole), () => json.GetRoleInput, () => json.GetRoleOutput, () => new GetRole(streams))
            .Add(nameof(GetRolePolicy), () => json.GetRolePolicyInput, () => json.GetRolePolicyOutput, () => new GetRolePolicy(streams))
            .Add(nameof(GetServiceLinkedRoleDeletionStatus), () => json.GetServiceLinkedRoleDeletionStatusInput, () => json.GetServiceLinkedRoleDeletionStatusOutput, () => new GetServiceLinkedRoleDeletionStatus(streams))
            .Add(nameof(GetUser), () => json.GetUserInput, () => json.GetUserOutput, () => new GetUser())
            .Add(nameof(ListAccountAliases), () => json.ListAccountAliasesInput, () => json.ListAccountAliasesOutput, () => new ListAccountAliases())
            .Add(nameof(ListAttachedRolePolicies), () => json.ListAttachedRolePoliciesInput, () => json.ListAttachedRolePoliciesOutput, () => new ListAttachedRolePolicies(streams))
            .Add(nameof(ListEntitiesForPolicy), () => json.ListEntitiesForPolicyInput, () => json.ListEntitiesForPolicyOutput, () => new ListEntitiesForPolicy(streams))
            .Add(nameof(ListInstanceProfileTags), () => json.ListInstanceProfileTagsInput, () => json.ListInstanceProfileTagsOutput, () => new ListInstanceProfileTags(streams))
            .Add(nameof(ListInstanceProfiles), () => json.ListInstanceProfilesInput, () => json.ListInstanceProfilesOutput, () => new ListInstanceProfiles(streams))
            .Add(nameof(ListInstanceProfilesForRole), () => json.ListInstanceProfilesForRoleInput, () => json.ListInstanceProfilesForRoleOutput, () => new ListInstanceProfilesForRole(streams))
            .Add(nameof(ListPolicies), () => json.ListPoliciesInput, () => json.ListPoliciesOutput, () => new ListPolicies(streams))
            .Add(nameof(ListPolicyTags), () => json.ListPolicyTagsInput, () => json.ListPolicyTagsOutput, () => new ListPolicyTags(streams))
            .Add(nameof(ListPolicyVersions), () => json.ListPolicyVersionsInput, () => json.ListPolicyVersionsOutput, () => new ListPolicyVersions(streams))
            .Add(nameof(ListRolePolicies), () => json.ListRolePoliciesInput, () => json.ListRolePoliciesOutput, () => new ListRolePolicies(streams))
            .Add(nameof(ListRoleTags), () => json.ListRoleTagsInput, () => json.ListRoleTagsOutput, () => new ListRoleTags(streams))
            .Add(nameof(ListRoles), () => json.ListRolesInput, () => json.ListRolesOutput, () => new ListRoles(streams))
            .Add(nameof(PutRolePermissionsBoundary), () => json.PutRolePermissionsBoundaryInput, () => new PutRolePermissionsBoundary(streams))
            .Add(nameof(PutRolePolicy), () => json.PutRolePolicyInput, () => new PutRolePolicy(streams))
            .Add(nameof(RemoveRoleFromInstanceProfile), () => json.RemoveRoleFromInstanceProfileInput, () => new RemoveRoleFromInstanceProfile(streams))
            .Add(nameof(SetDefaultPolicyVersion), () => json.SetDefaultPolicyVersionInput, () => new SetDefaultPolicyVersion(streams))
            .Add(nameof(TagInstanceProfile), () => json.TagInstanceProfileInput, () => new TagInstanceProfile(streams))
            .Add(nameof(TagPolicy), () => json.TagPolicyInput, () => new TagPolicy(streams))
            .Add(nameof(TagRole), () => json.TagRoleInput, () => new TagRole(streams))
            .Add(nameof(UntagInstanceProfile), () => json.UntagInstanceProfileInput, () => new UntagInstanceProfile(streams))
            .Add(nameof(UntagPolicy), () => json.UntagPolicyInput, () => new UntagPolicy(streams))
            .Add(nameof(UntagRole), () => json.UntagRoleInput, () => new UntagRole(streams))
            .Add(nameof(UpdateAssumeRolePolicy), () => json.UpdateAssumeRolePolicyInput, () => new UpdateAssumeRolePolicy(streams))
            .Add(nameof(UpdateRole), () => json.UpdateRoleInput, () => json.UpdateRoleOutput, () => new UpdateRole(streams))
            .Add(nameof(UpdateRoleDescription), () => json.UpdateRoleDescriptionInput, () => json.UpdateRoleDescriptionOutput, () => new UpdateRoleDescription(streams));
    }
}

[JsonSerializable(typeof(AddRoleToInstanceProfileInput))]
[JsonSerializable(typeof(AttachRolePolicyInput))]
[JsonSerializable(typeof(CreateInstanceProfileInput))]
[JsonSerializable(typeof(CreateInstanceProfileOutput))]
[JsonSerializable(typeof(CreatePolicyInput))]
[JsonSerializable(typeof(CreatePolicyOutput))]
[JsonSerializable(typeof(CreatePolicyVersionInput))]
[JsonSerializable(typeof(CreatePolicyVersionOutput))]
[JsonSerializable(typeof(CreateRoleInput))]
[JsonSerializable(typeof(CreateRoleOutput))]
[JsonSerializable(typeof(CreateServiceLinkedRoleInput))]
[JsonSerializable(typeof(CreateServiceLinkedRoleOutput))]
[JsonSerializable(typeof(DeleteInstanceProfileInput))]
[JsonSerializable(typeof(DeletePolicyInput))]
[JsonSerializable(typeof(DeletePolicyVersionInput))]
[JsonSerializable(typeof(DeleteRoleInput))]
[JsonSerializable(typeof(DeleteRolePermissionsBoundaryInput))]
[JsonSerializable(typeof(DeleteRolePolicyInput))]
[JsonSerializable(typeof(DeleteServiceLinkedRoleInput))]
[JsonSerializable(typeof(DeleteServiceLinkedRoleOutput))]
[JsonSerializable(typeof(DetachRolePolicyInput))]
[JsonSerializable(typeof(GetInstanceProfileInput))]
[JsonSerializable(typeof(GetInstanceProfileOutput))]
[JsonSerializable(typeof(GetPolicyInput))]
[JsonSerializable(typeof(GetPolicyOutput))]
[JsonSerializable(typeof(GetPolicyVersionInput))]
[JsonSerializable(typeof(GetPolicyVersionOutput))]
[JsonSerializable(typeof(GetRoleInput))]
[JsonSerializable(typeof(GetRoleOutput))]
[JsonSerializable(typeof(GetRolePolicyInput))]
[JsonSerializable(typeof(GetRolePolicyOutput))]
[JsonSerializable(typeof(GetServiceLinkedRoleDeletionStatusInput))]
[JsonSerializable(typeof(GetServiceLinkedRoleDeletionStatusOutput))]
[JsonSerializable(typeof(GetUserInput))]
[JsonSerializable(typeof(GetUserOutput))]
[JsonSerializable(typeof(ListAccountAliasesInput))]
[JsonSerializable(typeof(ListAccountAliasesOutput))]
[JsonSerializable(typeof(ListAttachedRolePoliciesInput))]
[JsonSerializable(typeof(ListAttachedRolePoliciesOutput))]
[JsonSerializable(typeof(ListEntitiesForPolicyInput))]
[JsonSerializable(typeof(ListEntitiesForPolicyOutput))]
[JsonSerializable(typeof(ListInstanceProfileTagsInput))]
[JsonSerializable(typeof(ListInstanceProfileTagsOutput))]
[JsonSerializable(typeof(ListInstanceProfilesInput))]
[JsonSerializable(typeof(ListInstanceProfilesOutput))]
[JsonSerializable(typeof(ListInstanceProfilesForRoleInput))]
[JsonSerializable(typeof(ListInstanceProfilesForRoleOutput))]
[JsonSerializable(typeof(ListPoliciesInput))]
[JsonSerializable(typeof(ListPoliciesOutput))]
[JsonSerializable(typeof(ListPolicyTagsInput))]
[JsonSerializable(typeof(ListPolicyTagsOutput))]
[JsonSerializable(typeof(ListPolicyVersionsInput))]
[JsonSerializable(typeof(ListPolicyVersionsOutput))]
[JsonSerializable(typeof(ListRolePoliciesInput))]
[JsonSerializable(typeof(ListRolePoliciesOutput))]
[JsonSerializable(typeof(ListRoleTagsInput))]
[JsonSerializable(typeof(ListRoleTagsOutput))]
[JsonSerializable(typeof(ListRolesInput))]
[JsonSerializable(typeof(ListRolesOutput))]
[JsonSerializable(typeof(PutRolePermissionsBoundaryInput))]
[JsonSerializable(typeof(PutRolePolicyInput))]
[JsonSerializable(typeof(RemoveRoleFromInstanceProfileInput))]
[JsonSerializable(typeof(SetDefaultPolicyVersionInput))]
[JsonSerializable(typeof(TagInstanceProfileInput))]
[JsonSerializable(typeof(TagPolicyInput))]
[JsonSerializable(typeof(TagRoleInput))]
[JsonSerializable(typeof(UntagInstanceProfileInput))]
[JsonSerializable(typeof(UntagPolicyInput))]
[JsonSerializable(typeof(UntagRoleInput))]
[JsonSerializable(typeof(UpdateAssumeRolePolicyInput))]
[JsonSerializable(typeof(UpdateRoleInput))]
[JsonSerializable(typeof(UpdateRoleOutput))]
[JsonSerializable(typeof(UpdateRoleDescriptionInput))]
[JsonSerializable(typeof(UpdateRoleDescriptionOutput))]
internal sealed partial class IamJson : JsonSerializerContext;
