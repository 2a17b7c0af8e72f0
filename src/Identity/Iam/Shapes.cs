using System.Collections.Immutable;
using Berth.Domain;

namespace Berth.Identity;

internal sealed record TagShape(string? Key, string? Value);

internal sealed record AttachedPermissionsBoundaryShape(string PermissionsBoundaryType, string PermissionsBoundaryArn);

internal sealed record RoleLastUsedShape(DateTimeOffset? LastUsedDate, string? Region);

internal sealed record RoleShape(
    string Path,
    string RoleName,
    string RoleId,
    string Arn,
    DateTimeOffset CreateDate,
    string AssumeRolePolicyDocument,
    string? Description,
    int MaxSessionDuration,
    AttachedPermissionsBoundaryShape? PermissionsBoundary,
    IReadOnlyList<TagShape>? Tags,
    RoleLastUsedShape? RoleLastUsed);

internal sealed record InstanceProfileShape(
    string Path,
    string InstanceProfileName,
    string InstanceProfileId,
    string Arn,
    DateTimeOffset CreateDate,
    IReadOnlyList<RoleShape> Roles,
    IReadOnlyList<TagShape>? Tags);

internal sealed record PolicyShape(
    string PolicyName,
    string PolicyId,
    string Arn,
    string Path,
    string DefaultVersionId,
    int AttachmentCount,
    int PermissionsBoundaryUsageCount,
    bool IsAttachable,
    string? Description,
    DateTimeOffset CreateDate,
    DateTimeOffset UpdateDate,
    IReadOnlyList<TagShape>? Tags);

internal sealed record PolicyVersionShape(string? Document, string VersionId, bool IsDefaultVersion, DateTimeOffset CreateDate);

internal sealed record AttachedPolicyShape(string PolicyName, string PolicyArn);

internal sealed record PolicyGroupShape(string GroupName, string GroupId);

internal sealed record PolicyUserShape(string UserName, string UserId);

internal sealed record PolicyRoleShape(string RoleName, string RoleId);

internal sealed record UserShape(string Path, string? UserName, string UserId, string Arn, DateTimeOffset CreateDate);

/// <summary>State in the shapes of the wire. Documents travel percent-encoded.</summary>
internal static class ShapesOfState
{
    private const string BoundaryType = "PermissionsBoundaryPolicy";

    public static string Encode(string document) => Uri.EscapeDataString(document);

    /// <summary>A role; a list leaves out its tags and what bounds it.</summary>
    public static RoleShape Shape(this Role role, IdentityState state, bool whole = true) => new(
        role.Path,
        role.Name,
        role.Id,
        state.ArnOf(role),
        role.CreateDate,
        Encode(role.TrustPolicy),
        role.Description,
        role.MaxSessionSeconds,
        whole && role.PermissionsBoundary is { } boundary ? new(BoundaryType, boundary) : null,
        whole && !role.Tags.IsEmpty ? role.Tags.Shape() : null,
        whole ? new(null, null) : null);

    public static InstanceProfileShape Shape(this InstanceProfile profile, IdentityState state, bool whole = true) => new(
        profile.Path,
        profile.Name,
        profile.Id,
        state.ArnOf(profile),
        profile.CreateDate,
        profile.Role is { } name && state.Roles.GetValueOrDefault(name) is { } role ? [role.Shape(state, whole: false)] : [],
        whole && !profile.Tags.IsEmpty ? profile.Tags.Shape() : null);

    public static PolicyShape Shape(this ManagedPolicy policy, IdentityState state, bool whole = true) => new(
        policy.Name,
        policy.Id,
        policy.Arn,
        policy.Path,
        policy.DefaultVersionId,
        state.RolesWith(policy.Arn).Count,
        state.RolesBoundedBy(policy.Arn).Count,
        IsAttachable: true,
        whole ? policy.Description : null,
        policy.CreateDate,
        policy.UpdateDate,
        whole && !policy.Tags.IsEmpty ? policy.Tags.Shape() : null);

    public static PolicyShape Shape(this AwsManagedPolicy policy, IdentityState state, bool whole = true) => new(
        policy.Name,
        policy.Id,
        policy.Arn,
        policy.Path,
        policy.VersionId,
        state.RolesWith(policy.Arn).Count,
        state.RolesBoundedBy(policy.Arn).Count,
        IsAttachable: true,
        whole ? policy.Description : null,
        policy.CreateDate,
        policy.CreateDate,
        null);

    public static PolicyVersionShape Shape(this PolicyVersion version, ManagedPolicy policy, bool whole) =>
        new(whole ? Encode(version.Document) : null, version.Id, version.Id == policy.DefaultVersionId, version.CreateDate);

    public static IReadOnlyList<TagShape> Shape(this ImmutableArray<ResourceTag> tags) => [.. tags.Select(tag => new TagShape(tag.Key, tag.Value))];
}
