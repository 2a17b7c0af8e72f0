using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>An IAM role.</summary>
public sealed record Role
{
    /// <summary>How long sessions may last where nothing else was said.</summary>
    public const int DefaultSessionSeconds = 3600;

    /// <summary>Its name, as its creator wrote it; unique whatever its case.</summary>
    public required string Name { get; init; }

    /// <summary><c>/</c>, or a path that begins and ends with one.</summary>
    public required string Path { get; init; }

    /// <summary><c>AROA…</c></summary>
    public required string Id { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreateDate { get; init; }

    /// <summary>Who may assume it: a policy, as it was given.</summary>
    public required string TrustPolicy { get; init; }

    /// <summary>What its creator says of it; null for nothing.</summary>
    public string? Description { get; init; }

    /// <summary>The longest a session may last, in seconds.</summary>
    public required int MaxSessionSeconds { get; init; }

    /// <summary>The ARN of the policy that bounds it; null for none. Kept, not evaluated.</summary>
    public string? PermissionsBoundary { get; init; }

    /// <summary>The service whose own role this is, such as <c>ecs.amazonaws.com</c>; null for a role of the account's.</summary>
    public string? LinkedService { get; init; }

    /// <summary>Its tags in the order they were given.</summary>
    public ImmutableArray<ResourceTag> Tags { get => field.IsDefault ? [] : field; init; }

    /// <summary>Policies of its own by name.</summary>
    public ImmutableSortedDictionary<string, string> InlinePolicies { get => field ?? ImmutableSortedDictionary<string, string>.Empty; init; }

    /// <summary>ARNs of the managed policies attached to it, oldest attachment first.</summary>
    public ImmutableArray<string> AttachedPolicies { get => field.IsDefault ? [] : field; init; }
}

/// <summary>An instance profile: what gives a role to a container instance.</summary>
public sealed record InstanceProfile
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its path.</summary>
    public required string Path { get; init; }

    /// <summary><c>AIPA…</c></summary>
    public required string Id { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreateDate { get; init; }

    /// <summary>The name of its one role; null while it has none.</summary>
    public string? Role { get; init; }

    /// <summary>Its tags in the order they were given.</summary>
    public ImmutableArray<ResourceTag> Tags { get => field.IsDefault ? [] : field; init; }
}

/// <summary>One version of a managed policy.</summary>
/// <param name="Id"><c>v1</c>, <c>v2</c> …; never used again.</param>
/// <param name="Document">The policy, as it was given.</param>
/// <param name="CreateDate">When it was created.</param>
public sealed record PolicyVersion(string Id, string Document, DateTimeOffset CreateDate);

/// <summary>A managed policy of the account.</summary>
public sealed record ManagedPolicy
{
    /// <summary>Its name; unique whatever its case and path.</summary>
    public required string Name { get; init; }

    /// <summary>Its path.</summary>
    public required string Path { get; init; }

    /// <summary><c>ANPA…</c></summary>
    public required string Id { get; init; }

    /// <summary>Its ARN.</summary>
    public required string Arn { get; init; }

    /// <summary>What its creator says of it; null for nothing.</summary>
    public string? Description { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreateDate { get; init; }

    /// <summary>When its default version last changed.</summary>
    public required DateTimeOffset UpdateDate { get; init; }

    /// <summary>The version that counts.</summary>
    public required string DefaultVersionId { get; init; }

    /// <summary>The highest number a version ever had.</summary>
    public required int LastVersion { get; init; }

    /// <summary>Its versions, oldest first; five at most.</summary>
    public ImmutableArray<PolicyVersion> Versions { get => field.IsDefault ? [] : field; init; }

    /// <summary>Its tags in the order they were given.</summary>
    public ImmutableArray<ResourceTag> Tags { get => field.IsDefault ? [] : field; init; }

    /// <summary>The version with the id; null when there is none.</summary>
    public PolicyVersion? Version(string id) => Versions.FirstOrDefault(version => version.Id == id);
}
