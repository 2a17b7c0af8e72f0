namespace Berth.Api;

// Shapes of the API model, member for member. Members are settable because the serializer sets them fastest so.

internal sealed record ECSManagedResourcesShape
{
    public List<ManagedIngressPathShape>? IngressPaths { get; set; }

    public ManagedAutoScalingShape? AutoScaling { get; set; }

    public List<ManagedMetricAlarmShape>? MetricAlarms { get; set; }

    public List<ManagedSecurityGroupShape>? ServiceSecurityGroups { get; set; }

    public List<ManagedLogGroupShape>? LogGroups { get; set; }
}

internal sealed record ManagedApplicationAutoScalingPolicyShape
{
    public string? Arn { get; set; }

    public string? Status { get; set; }

    public string? StatusReason { get; set; }

    public DateTimeOffset? UpdatedAt { get; set; }

    public string? PolicyType { get; set; }

    public double? TargetValue { get; set; }

    public string? Metric { get; set; }
}

internal sealed record ManagedAutoScalingShape
{
    public ManagedScalableTargetShape? ScalableTarget { get; set; }

    public List<ManagedApplicationAutoScalingPolicyShape>? ApplicationAutoScalingPolicies { get; set; }
}

internal sealed record ManagedCertificateShape
{
    public string? Arn { get; set; }

    public string? Status { get; set; }

    public string? StatusReason { get; set; }

    public DateTimeOffset? UpdatedAt { get; set; }

    public string? DomainName { get; set; }
}

internal sealed record ManagedIngressPathShape
{
    public string? AccessType { get; set; }

    public string? Endpoint { get; set; }

    public ManagedLoadBalancerShape? LoadBalancer { get; set; }

    public List<ManagedSecurityGroupShape>? LoadBalancerSecurityGroups { get; set; }

    public ManagedCertificateShape? Certificate { get; set; }

    public ManagedListenerShape? Listener { get; set; }

    public ManagedListenerRuleShape? Rule { get; set; }

    public List<ManagedTargetGroupShape>? TargetGroups { get; set; }
}

internal sealed record ManagedListenerShape
{
    public string? Arn { get; set; }

    public string? Status { get; set; }

    public string? StatusReason { get; set; }

    public DateTimeOffset? UpdatedAt { get; set; }
}

internal sealed record ManagedListenerRuleShape
{
    public string? Arn { get; set; }

    public string? Status { get; set; }

    public string? StatusReason { get; set; }

    public DateTimeOffset? UpdatedAt { get; set; }
}

internal sealed record ManagedLoadBalancerShape
{
    public string? Arn { get; set; }

    public string? Status { get; set; }

    public string? StatusReason { get; set; }

    public DateTimeOffset? UpdatedAt { get; set; }

    public string? Scheme { get; set; }

    public List<string>? SubnetIds { get; set; }

    public List<string>? SecurityGroupIds { get; set; }
}

internal sealed record ManagedLogGroupShape
{
    public string? Arn { get; set; }

    public string? Status { get; set; }

    public string? StatusReason { get; set; }

    public DateTimeOffset? UpdatedAt { get; set; }

    public string? LogGroupName { get; set; }
}

internal sealed record ManagedMetricAlarmShape
{
    public string? Arn { get; set; }

    public string? Status { get; set; }

    public string? StatusReason { get; set; }

    public DateTimeOffset? UpdatedAt { get; set; }
}

internal sealed record ManagedScalableTargetShape
{
    public string? Arn { get; set; }

    public string? Status { get; set; }

    public string? StatusReason { get; set; }

    public DateTimeOffset? UpdatedAt { get; set; }

    public int? MinCapacity { get; set; }

    public int? MaxCapacity { get; set; }
}

internal sealed record ManagedSecurityGroupShape
{
    public string? Arn { get; set; }

    public string? Status { get; set; }

    public string? StatusReason { get; set; }

    public DateTimeOffset? UpdatedAt { get; set; }
}

internal sealed record ManagedTargetGroupShape
{
    public string? Arn { get; set; }

    public string? Status { get; set; }

    public string? StatusReason { get; set; }

    public DateTimeOffset? UpdatedAt { get; set; }

    public string? HealthCheckPath { get; set; }

    public int? HealthCheckPort { get; set; }

    public int? Port { get; set; }
}
