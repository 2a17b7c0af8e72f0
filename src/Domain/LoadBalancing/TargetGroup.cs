using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>A set of targets and how they are reached and checked. The targets themselves are kept apart.</summary>
public sealed record TargetGroup
{
    /// <summary><c>arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID</c>.</summary>
    public required string Arn { get; init; }

    /// <summary>Unique in the region.</summary>
    public required string Name { get; init; }

    /// <summary><c>HTTP</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>The port of a target registered without one.</summary>
    public required int Port { get; init; }

    /// <summary>The VPC as given; null when none was.</summary>
    public string? VpcId { get; init; }

    /// <summary><c>instance</c> or <c>ip</c>.</summary>
    public required string TargetType { get; init; }

    /// <summary>How targets are checked.</summary>
    public required TargetGroupHealthCheck HealthCheck { get; init; }

    /// <summary>Attributes that were set.</summary>
    public ImmutableSortedDictionary<string, string> Attributes { get => field ?? ImmutableSortedDictionary<string, string>.Empty; init; }

    /// <summary>Tags.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get => field ?? ImmutableSortedDictionary<string, string>.Empty; init; }

    /// <summary>How long a deregistered target may finish what it has begun.</summary>
    public TimeSpan DeregistrationDelay =>
        TimeSpan.FromSeconds(int.Parse(LoadBalancingAttributes.OfTargetGroup(this, LoadBalancingAttributes.DeregistrationDelay), System.Globalization.CultureInfo.InvariantCulture));
}

/// <summary>Health check settings of a target group.</summary>
public sealed record TargetGroupHealthCheck
{
    /// <summary><c>HTTP</c>.</summary>
    public string Protocol { get; init; } = "HTTP";

    /// <summary><c>traffic-port</c> or a port number.</summary>
    public string Port { get; init; } = TrafficPort;

    /// <summary>Path and query.</summary>
    public string Path { get; init; } = "/";

    /// <summary>5 to 300.</summary>
    public int IntervalSeconds { get; init; } = 30;

    /// <summary>2 to 120, less than the interval.</summary>
    public int TimeoutSeconds { get; init; } = 5;

    /// <summary>2 to 10 successes in a row bring an unhealthy target back.</summary>
    public int HealthyThreshold { get; init; } = 5;

    /// <summary>2 to 10 failures in a row take a target out.</summary>
    public int UnhealthyThreshold { get; init; } = 2;

    /// <summary>HTTP codes that pass: <c>200</c>, <c>200,202</c>, <c>200-299</c>.</summary>
    public string Matcher { get; init; } = "200";

    /// <summary>What a caller reads whose timeout is not below the interval.</summary>
    public const string TimeoutNotBelowInterval = "Health check timeout must be smaller than the health check interval";

    /// <summary>The word for the port the target gets its traffic on.</summary>
    public const string TrafficPort = "traffic-port";
}
