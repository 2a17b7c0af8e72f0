using System.Globalization;
using Berth.Domain;

namespace Berth.LoadBalancer;

/// <summary>How the state is shown on the wire.</summary>
internal static class ShapesOfState
{
    // The zone id ELB answers for us-east-1; clients only pass it on to Route 53.
    private const string HostedZone = "Z35SXDOTRQ7X7K";

    public static LoadBalancerShape Shape(this ApplicationLoadBalancer balancer, string? failure) => new(
        balancer.Arn,
        balancer.DnsName,
        HostedZone,
        balancer.CreatedTime,
        balancer.Name,
        balancer.Scheme,
        balancer.VpcId,
        failure is null ? new("active", null) : new("active_impaired", failure),
        "application",
        ShapeZones(balancer),
        balancer.SecurityGroups,
        balancer.IpAddressType);

    public static IReadOnlyList<AvailabilityZoneShape> ShapeZones(ApplicationLoadBalancer balancer) =>
        [.. balancer.AvailabilityZones.Select(zone => new AvailabilityZoneShape(zone.ZoneName, zone.SubnetId, []))];

    public static TargetGroupShape Shape(this TargetGroup group, LoadBalancingState state) => new(
        group.Arn,
        group.Name,
        group.Protocol,
        group.Port,
        group.VpcId,
        group.HealthCheck.Protocol,
        group.HealthCheck.Port,
        HealthCheckEnabled: true,
        group.HealthCheck.IntervalSeconds,
        group.HealthCheck.TimeoutSeconds,
        group.HealthCheck.HealthyThreshold,
        group.HealthCheck.UnhealthyThreshold,
        group.HealthCheck.Path,
        new(group.HealthCheck.Matcher, null),
        state.LoadBalancersOf(group.Arn),
        group.TargetType,
        "HTTP1",
        "ipv4");

    public static TargetHealthDescriptionShape Shape(this Target target, TargetGroup group) => new(
        new(target.Key.Id, target.Key.Port, target.AvailabilityZone),
        group.HealthCheck.Port == TargetGroupHealthCheck.TrafficPort
            ? target.Key.Port.ToString(CultureInfo.InvariantCulture)
            : group.HealthCheck.Port,
        target.Health.Shape());

    public static TargetHealthShape Shape(this TargetHealth health) => new(
        health.State switch
        {
            TargetHealthState.Initial => "initial",
            TargetHealthState.Healthy => "healthy",
            TargetHealthState.Unhealthy => "unhealthy",
            TargetHealthState.Draining => "draining",
            TargetHealthState.Unused => "unused",
            TargetHealthState.Unavailable => "unavailable",
        },
        health.Reason,
        health.Description);

    public static ListenerShape Shape(this Listener listener) =>
        new(listener.Arn, listener.LoadBalancerArn, listener.Port, listener.Protocol, [listener.DefaultAction.Shape()]);

    public static RuleShape ShapeDefaultRule(this Listener listener) =>
        new(listener.DefaultRuleArn, "default", [], [listener.DefaultAction.Shape()], IsDefault: true);

    public static RuleShape Shape(this ListenerRule rule) => new(
        rule.Arn,
        rule.Priority.ToString(CultureInfo.InvariantCulture),
        [.. rule.Conditions.Select(Shape)],
        [rule.Action.Shape()],
        IsDefault: false);

    // Terraform wants both TargetGroupArn and a ForwardConfig of one element for a plain forward.
    public static ActionShape Shape(this RoutingAction action) => action switch
    {
        { Forward: { } forward } => new(
            "forward",
            forward.TargetGroups is [var only] ? only.TargetGroupArn : null,
            action.Order,
            null,
            null,
            new([.. forward.TargetGroups.Select(group => new TargetGroupTupleShape(group.TargetGroupArn, group.Weight))], new(Enabled: false, null))),
        { FixedResponse: { } fixedResponse } => new(
            "fixed-response",
            null,
            action.Order,
            null,
            new(fixedResponse.MessageBody, fixedResponse.StatusCode.ToString(CultureInfo.InvariantCulture), fixedResponse.ContentType),
            null),
        { Redirect: { } redirect } => new(
            "redirect",
            null,
            action.Order,
            new(redirect.Protocol, redirect.Port, redirect.Host, redirect.Path, redirect.Query, $"HTTP_{redirect.StatusCode}"),
            null,
            null),
        _ => throw new System.Diagnostics.UnreachableException("A routing action does one of three things."),
    };

    // Newer clients read the member of the field, older ones Values: both are answered for path and host.
    private static ConditionShape Shape(RoutingCondition condition) => condition.Field switch
    {
        "path-pattern" => new() { Field = condition.Field, Values = condition.Values, PathPatternConfig = new(condition.Values, null) },
        "host-header" => new() { Field = condition.Field, Values = condition.Values, HostHeaderConfig = new(condition.Values, null) },
        "http-header" => new() { Field = condition.Field, HttpHeaderConfig = new(condition.HttpHeaderName, condition.Values, null) },
        "http-request-method" => new() { Field = condition.Field, HttpRequestMethodConfig = new(condition.Values) },
        "query-string" => new() { Field = condition.Field, QueryStringConfig = new([.. condition.QueryStrings.Select(pair => new QueryStringPairShape(pair.Key, pair.Value))]) },
        _ => new() { Field = condition.Field, SourceIpConfig = new(condition.Values) },
    };

    public static IReadOnlyList<TagShape> Shape(this IEnumerable<KeyValuePair<string, string>> tags) =>
        [.. tags.Select(tag => new TagShape(tag.Key, tag.Value))];

    /// <summary>All attributes: those that were set, and the defaults of the others.</summary>
    public static IReadOnlyList<AttributeShape> ShapeAttributes(IReadOnlyDictionary<string, string> set, IReadOnlyDictionary<string, string> defaults) =>
        [.. defaults.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => new AttributeShape(pair.Key, set.GetValueOrDefault(pair.Key, pair.Value)))];
}
