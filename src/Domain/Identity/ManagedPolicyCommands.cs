using System.Collections.Immutable;
using System.Globalization;

namespace Berth.Domain;

/// <summary>Creates a managed policy with its first version.</summary>
public sealed record CreatePolicy : Command<IdentityAggregate, ManagedPolicy>
{
    /// <summary>Policies an account may have.</summary>
    public const int MostPolicies = 1500;

    /// <summary>Characters a managed policy may have.</summary>
    public const int LongestPolicy = 6144;

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its path.</summary>
    public string Path { get; init; } = "/";

    /// <summary>The policy.</summary>
    public required string Document { get; init; }

    /// <summary>What its creator says of it.</summary>
    public string? Description { get; init; }

    /// <summary>Its tags.</summary>
    public ImmutableArray<ResourceTag> Tags { get; init; } = [];

    /// <inheritdoc/>
    public override ManagedPolicy Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        var state = aggregate.State;
        CheckDocument(Document);
        if (state.Policies.ContainsKey(Name))
        {
            throw IdentityRefusal.AlreadyExists($"A policy called {Name} already exists. Duplicate names are not allowed.");
        }

        if (state.Policies.Count >= MostPolicies)
        {
            throw IdentityRefusal.LimitExceeded("PoliciesPerAccount", MostPolicies);
        }

        aggregate.Record(new IdentityEvent.PolicyCreated(new()
        {
            Name = Name,
            Path = Path,
            Id = UniqueId.Of("ANPA", context.Ids.NextHexId()),
            Arn = $"arn:aws:iam::{state.Account}:policy{Path}{Name}",
            Description = Description,
            CreateDate = context.Now,
            UpdateDate = context.Now,
            DefaultVersionId = "v1",
            LastVersion = 1,
            Versions = [new("v1", Document, context.Now)],
            Tags = IdentityTags.Change([], Tags, []),
        }));
        return aggregate.State.Policies[Name];
    }

    internal static void CheckDocument(string document)
    {
        PolicyDocument.Check(document, PolicyKind.Identity);
        if (PolicyDocument.Size(document) > LongestPolicy)
        {
            throw IdentityRefusal.LimitExceeded("PolicySize", LongestPolicy);
        }
    }
}

/// <summary>Adds a version to a managed policy.</summary>
public sealed record CreatePolicyVersion(string PolicyArn, string Document, bool SetAsDefault) : Command<IdentityAggregate, PolicyVersion>
{
    /// <summary>Versions a policy may have.</summary>
    public const int MostVersions = 5;

    /// <inheritdoc/>
    public override PolicyVersion Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        var policy = aggregate.State.Policy(PolicyArn);
        CreatePolicy.CheckDocument(Document);
        if (policy.Versions.Length >= MostVersions)
        {
            throw new RefusedException(
                "LimitExceeded",
                $"A managed policy can have up to {MostVersions} versions. Before you create a new version, you must delete an existing version.");
        }

        var version = new PolicyVersion(string.Create(CultureInfo.InvariantCulture, $"v{policy.LastVersion + 1}"), Document, context.Now);
        aggregate.Record(new IdentityEvent.PolicyVersionCreated(policy.Name, version, SetAsDefault));
        return version;
    }
}

/// <summary>Makes a version of a managed policy the one that counts.</summary>
public sealed record SetDefaultPolicyVersion(string PolicyArn, string VersionId) : Command<IdentityAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        var policy = aggregate.State.Policy(PolicyArn);
        policy.RequireVersion(VersionId);
        if (policy.DefaultVersionId == VersionId)
        {
            return false;
        }

        aggregate.Record(new IdentityEvent.DefaultPolicyVersionSet(policy.Name, VersionId, context.Now));
        return true;
    }
}

/// <summary>Deletes a version of a managed policy that does not count.</summary>
public sealed record DeletePolicyVersion(string PolicyArn, string VersionId) : Command<IdentityAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        var policy = aggregate.State.Policy(PolicyArn);
        policy.RequireVersion(VersionId);
        if (policy.DefaultVersionId == VersionId)
        {
            throw IdentityRefusal.DeleteConflict("Cannot delete the default version of a policy.");
        }

        aggregate.Record(new IdentityEvent.PolicyVersionDeleted(policy.Name, VersionId));
        return true;
    }
}

/// <summary>Deletes a managed policy that is attached to nothing and has one version.</summary>
public sealed record DeletePolicy(string PolicyArn) : Command<IdentityAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        var policy = aggregate.State.Policy(PolicyArn);
        if (!aggregate.State.RolesWith(policy.Arn).IsEmpty)
        {
            throw IdentityRefusal.DeleteConflict("Cannot delete a policy attached to entities.");
        }

        if (!aggregate.State.RolesBoundedBy(policy.Arn).IsEmpty)
        {
            throw IdentityRefusal.DeleteConflict("Cannot delete a policy that is used as a permissions boundary.");
        }

        if (policy.Versions.Length > 1)
        {
            throw IdentityRefusal.DeleteConflict("This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.");
        }

        aggregate.Record(new IdentityEvent.PolicyDeleted(policy.Name));
        return true;
    }
}

/// <summary>Finds versions of policies.</summary>
public static class PolicyVersions
{
    /// <summary>The version, or the refusal that there is none.</summary>
    public static PolicyVersion RequireVersion(this ManagedPolicy policy, string id) =>
        policy.Version(id) ?? throw IdentityRefusal.NoSuchEntity($"Policy {policy.Arn} version {id} does not exist or is not attachable.");
}
