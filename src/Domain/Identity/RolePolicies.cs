namespace Berth.Domain;

/// <summary>What roles and policies have to do with each other.</summary>
public static class RolePolicies
{
    /// <summary>What the ARNs of AWS's own managed policies begin with. Which there are, the caller of a command has checked.</summary>
    public const string AwsManagedPrefix = "arn:aws:iam::aws:policy/";

    /// <summary>The role, or the refusal that there is none or that it is a service's own.</summary>
    internal static Role OwnRole(this IdentityState state, string name) =>
        state.Role(name) is { LinkedService: null } role ? role : throw IdentityRefusal.Protected(name);

    /// <summary>Refuses a managed policy that is not there.</summary>
    internal static void CheckExists(IdentityState state, string? policyArn)
    {
        if (policyArn is not null && !policyArn.StartsWith(AwsManagedPrefix, StringComparison.Ordinal) && state.FindPolicy(policyArn) is null)
        {
            throw IdentityRefusal.NoSuchPolicy(policyArn);
        }
    }
}

/// <summary>Gives a role a policy of its own, in place of the one of the same name.</summary>
public sealed record PutRolePolicy(string RoleName, string PolicyName, string Document) : Command<IdentityAggregate, bool>
{
    /// <summary>Characters that all of a role's own policies may have together.</summary>
    public const int LongestPolicies = 10_240;

    /// <inheritdoc/>
    public override bool Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        var role = aggregate.State.OwnRole(RoleName);
        PolicyDocument.Check(Document, PolicyKind.Identity);
        var size = PolicyDocument.Size(Document)
            + role.InlinePolicies.Where(policy => policy.Key != PolicyName).Sum(policy => PolicyDocument.Size(policy.Value));
        if (size > LongestPolicies)
        {
            throw new RefusedException("LimitExceeded", $"Maximum policy size of {LongestPolicies} bytes exceeded for role {role.Name}");
        }

        if (role.InlinePolicies.TryGetValue(PolicyName, out var before) && before == Document)
        {
            return false;
        }

        aggregate.Record(new IdentityEvent.RolePolicyPut(role.Name, PolicyName, Document));
        return true;
    }
}

/// <summary>Takes a policy of its own from a role.</summary>
public sealed record DeleteRolePolicy(string RoleName, string PolicyName) : Command<IdentityAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        var role = aggregate.State.OwnRole(RoleName);
        if (!role.InlinePolicies.ContainsKey(PolicyName))
        {
            throw IdentityRefusal.NoSuchEntity($"The role policy with name {PolicyName} cannot be found.");
        }

        aggregate.Record(new IdentityEvent.RolePolicyDeleted(role.Name, PolicyName));
        return true;
    }
}

/// <summary>Attaches a managed policy to a role; attached again, nothing changes.</summary>
public sealed record AttachRolePolicy(string RoleName, string PolicyArn) : Command<IdentityAggregate, bool>
{
    /// <summary>Managed policies a role may have.</summary>
    public const int MostPolicies = 10;

    /// <inheritdoc/>
    public override bool Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        var role = aggregate.State.OwnRole(RoleName);
        RolePolicies.CheckExists(aggregate.State, PolicyArn);
        if (role.AttachedPolicies.Contains(PolicyArn))
        {
            return false;
        }

        if (role.AttachedPolicies.Length >= MostPolicies)
        {
            throw IdentityRefusal.LimitExceeded("PoliciesPerRole", MostPolicies);
        }

        aggregate.Record(new IdentityEvent.RolePolicyAttached(role.Name, PolicyArn));
        return true;
    }
}

/// <summary>Detaches a managed policy from a role.</summary>
public sealed record DetachRolePolicy(string RoleName, string PolicyArn) : Command<IdentityAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        var role = aggregate.State.OwnRole(RoleName);
        if (!role.AttachedPolicies.Contains(PolicyArn))
        {
            throw IdentityRefusal.NoSuchEntity($"Policy {PolicyArn} was not found.");
        }

        aggregate.Record(new IdentityEvent.RolePolicyDetached(role.Name, PolicyArn));
        return true;
    }
}
