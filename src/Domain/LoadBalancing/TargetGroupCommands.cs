using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Creates a target group; answers the existing one when it has the same name and settings.</summary>
public sealed record CreateTargetGroup : Command<LoadBalancingAggregate, TargetGroup>
{
    /// <summary>The most target groups a region may have.</summary>
    public const int MostTargetGroups = 3000;

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The protocol.</summary>
    public required string Protocol { get; init; }

    /// <summary>The port of targets registered without one.</summary>
    public required int Port { get; init; }

    /// <summary>The VPC, or null.</summary>
    public string? VpcId { get; init; }

    /// <summary><c>instance</c> or <c>ip</c>.</summary>
    public required string TargetType { get; init; }

    /// <summary>Health check settings.</summary>
    public required TargetGroupHealthCheck HealthCheck { get; init; }

    /// <summary>Tags.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <inheritdoc/>
    public override TargetGroup Decide(LoadBalancingAggregate aggregate, DecisionContext context)
    {
        var state = aggregate.State;
        if (state.TargetGroups.Values.FirstOrDefault(group => group.Name == Name) is { } existing)
        {
            return existing.Protocol == Protocol && existing.Port == Port && existing.VpcId == VpcId
                && existing.TargetType == TargetType && existing.HealthCheck == HealthCheck
                ? existing
                : throw new RefusedException("DuplicateTargetGroupName", $"A target group with the same name '{Name}' exists, but with different settings");
        }

        if (state.TargetGroups.Count >= MostTargetGroups)
        {
            throw LoadBalancingRefusal.TooMany("TooManyTargetGroups", "target groups", MostTargetGroups);
        }

        var created = new TargetGroup
        {
            Arn = $"arn:aws:elasticloadbalancing:{state.Region}:{state.Account}:targetgroup/{Name}/{context.Ids.NextHexId()[..16]}",
            Name = Name,
            Protocol = Protocol,
            Port = Port,
            VpcId = VpcId,
            TargetType = TargetType,
            HealthCheck = HealthCheck,
            Tags = Tags,
        };
        aggregate.Record(new LoadBalancingEvent.TargetGroupCreated(created));
        return created;
    }
}

/// <summary>Changes health check settings of a target group; what is null stays.</summary>
public sealed record ModifyTargetGroup(string TargetGroupArn) : Command<LoadBalancingAggregate, TargetGroup>
{
    /// <summary>A port number or <c>traffic-port</c>.</summary>
    public string? HealthCheckPort { get; init; }

    /// <summary>Path and query.</summary>
    public string? HealthCheckPath { get; init; }

    /// <summary>Seconds between checks.</summary>
    public int? IntervalSeconds { get; init; }

    /// <summary>Seconds a check may take.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>Successes in a row.</summary>
    public int? HealthyThreshold { get; init; }

    /// <summary>Failures in a row.</summary>
    public int? UnhealthyThreshold { get; init; }

    /// <summary>Codes that pass.</summary>
    public string? Matcher { get; init; }

    /// <inheritdoc/>
    public override TargetGroup Decide(LoadBalancingAggregate aggregate, DecisionContext context)
    {
        var group = aggregate.TargetGroup(TargetGroupArn);
        var check = group.HealthCheck with
        {
            Port = HealthCheckPort ?? group.HealthCheck.Port,
            Path = HealthCheckPath ?? group.HealthCheck.Path,
            IntervalSeconds = IntervalSeconds ?? group.HealthCheck.IntervalSeconds,
            TimeoutSeconds = TimeoutSeconds ?? group.HealthCheck.TimeoutSeconds,
            HealthyThreshold = HealthyThreshold ?? group.HealthCheck.HealthyThreshold,
            UnhealthyThreshold = UnhealthyThreshold ?? group.HealthCheck.UnhealthyThreshold,
            Matcher = Matcher ?? group.HealthCheck.Matcher,
        };
        if (check.TimeoutSeconds >= check.IntervalSeconds)
        {
            throw LoadBalancingRefusal.Validation(TargetGroupHealthCheck.TimeoutNotBelowInterval);
        }

        if (check != group.HealthCheck)
        {
            aggregate.Record(new LoadBalancingEvent.TargetGroupModified(TargetGroupArn, check));
        }

        return aggregate.State.TargetGroups[TargetGroupArn];
    }
}

/// <summary>Sets attributes of a target group; the others stay.</summary>
public sealed record ModifyTargetGroupAttributes(string TargetGroupArn, ImmutableSortedDictionary<string, string> Attributes)
    : Command<LoadBalancingAggregate, TargetGroup>
{
    /// <inheritdoc/>
    public override TargetGroup Decide(LoadBalancingAggregate aggregate, DecisionContext context)
    {
        var group = aggregate.TargetGroup(TargetGroupArn);
        if (Attributes.Any(pair => LoadBalancingAttributes.OfTargetGroup(group, pair.Key) != pair.Value))
        {
            aggregate.Record(new LoadBalancingEvent.TargetGroupAttributesModified(TargetGroupArn, Attributes));
        }

        return aggregate.State.TargetGroups[TargetGroupArn];
    }
}

/// <summary>Deletes a target group that no listener or rule uses; does nothing when it is gone already.</summary>
public sealed record DeleteTargetGroup(string TargetGroupArn) : Command<LoadBalancingAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(LoadBalancingAggregate aggregate, DecisionContext context)
    {
        if (!aggregate.State.TargetGroups.ContainsKey(TargetGroupArn))
        {
            return false;
        }

        if (!aggregate.State.LoadBalancersOf(TargetGroupArn).IsEmpty)
        {
            throw LoadBalancingRefusal.ResourceInUse($"Target group '{TargetGroupArn}' is currently in use by a listener or a rule");
        }

        aggregate.Record(new LoadBalancingEvent.TargetGroupDeleted(TargetGroupArn));
        return true;
    }
}
