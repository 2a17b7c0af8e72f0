using System.Collections.Frozen;

namespace Berth.Domain;

/// <summary>The roles that services make for themselves.</summary>
public static class ServiceLinkedRoles
{
    /// <summary>The services that ECS stacks meet, and the names of their roles.</summary>
    public static FrozenDictionary<string, string> Names { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["autoscaling.amazonaws.com"] = "AWSServiceRoleForAutoScaling",
        ["ecs.amazonaws.com"] = "AWSServiceRoleForECS",
        ["ecs.application-autoscaling.amazonaws.com"] = "AWSServiceRoleForApplicationAutoScaling_ECSService",
        ["elasticloadbalancing.amazonaws.com"] = "AWSServiceRoleForElasticLoadBalancing",
        ["replication.ecr.amazonaws.com"] = "AWSServiceRoleForECRReplication",
        ["spot.amazonaws.com"] = "AWSServiceRoleForEC2Spot",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
}

/// <summary>Creates a service's own role.</summary>
public sealed record CreateServiceLinkedRole(string ServiceName, string? Description, string? CustomSuffix) : Command<IdentityAggregate, Role>
{
    /// <summary>The one service here whose roles may have a suffix.</summary>
    private const string WithSuffix = "autoscaling.amazonaws.com";

    /// <inheritdoc/>
    public override Role Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        if (!ServiceLinkedRoles.Names.TryGetValue(ServiceName, out var name))
        {
            throw IdentityRefusal.InvalidInput($"Service {ServiceName} does not have a service-linked role here.");
        }

        if (CustomSuffix is not null && !string.Equals(ServiceName, WithSuffix, StringComparison.OrdinalIgnoreCase))
        {
            throw IdentityRefusal.InvalidInput("Custom suffix is not allowed for " + ServiceName);
        }

        var full = CustomSuffix is null ? name : $"{name}_{CustomSuffix}";
        if (aggregate.State.Roles.ContainsKey(full))
        {
            throw IdentityRefusal.InvalidInput($"Service role name {full} has been taken in this account, please try a different suffix.");
        }

        var service = ServiceName.ToLowerInvariant();
        aggregate.Record(new IdentityEvent.RoleCreated(new()
        {
            Name = full,
            Path = $"/aws-service-role/{service}/",
            Id = UniqueId.Of("AROA", context.Ids.NextHexId()),
            CreateDate = context.Now,
            TrustPolicy = $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"{{service}}"},"Action":"sts:AssumeRole"}]}""",
            Description = Description,
            MaxSessionSeconds = Role.DefaultSessionSeconds,
            LinkedService = service,
        }));
        return aggregate.State.Roles[full];
    }
}

/// <summary>Deletes a service's own role. Answers with the task that did, which can be asked about afterwards.</summary>
public sealed record DeleteServiceLinkedRole(string RoleName) : Command<IdentityAggregate, string>
{
    /// <inheritdoc/>
    public override string Decide(IdentityAggregate aggregate, DecisionContext context)
    {
        var role = aggregate.State.Role(RoleName);
        if (role.LinkedService is not { } service)
        {
            throw IdentityRefusal.NoSuchEntity($"The role with name {RoleName} is not a service-linked role.");
        }

        var task = $"task/aws-service-role/{service}/{role.Name}/{context.Ids.NextUuid()}";
        aggregate.Record(new IdentityEvent.RoleDeleted(role.Name, task));
        return task;
    }
}
