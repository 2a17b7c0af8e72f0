namespace Berth.LoadBalancer;

/// <summary>An answer without members.</summary>
internal sealed record EmptyOutput;

internal sealed record TagShape(string? Key, string? Value);

internal sealed record TagDescriptionShape(string ResourceArn, IReadOnlyList<TagShape> Tags);

internal sealed record AttributeShape(string? Key, string? Value);

internal sealed record LoadBalancerStateShape(string Code, string? Reason);

internal sealed record LoadBalancerAddressShape(string IpAddress);

internal sealed record AvailabilityZoneShape(string ZoneName, string SubnetId, IReadOnlyList<LoadBalancerAddressShape> LoadBalancerAddresses);

internal sealed record SubnetMappingShape(string? SubnetId, string? AllocationId, string? PrivateIPv4Address, string? IPv6Address);

internal sealed record LoadBalancerShape(
    string LoadBalancerArn,
    string DNSName,
    string CanonicalHostedZoneId,
    DateTimeOffset CreatedTime,
    string LoadBalancerName,
    string Scheme,
    string VpcId,
    LoadBalancerStateShape State,
    string Type,
    IReadOnlyList<AvailabilityZoneShape> AvailabilityZones,
    IReadOnlyList<string> SecurityGroups,
    string IpAddressType);

internal sealed record MatcherShape(string? HttpCode, string? GrpcCode);

internal sealed record TargetGroupShape(
    string TargetGroupArn,
    string TargetGroupName,
    string Protocol,
    int Port,
    string? VpcId,
    string HealthCheckProtocol,
    string HealthCheckPort,
    bool HealthCheckEnabled,
    int HealthCheckIntervalSeconds,
    int HealthCheckTimeoutSeconds,
    int HealthyThresholdCount,
    int UnhealthyThresholdCount,
    string HealthCheckPath,
    MatcherShape Matcher,
    IReadOnlyList<string> LoadBalancerArns,
    string TargetType,
    string ProtocolVersion,
    string IpAddressType);

internal sealed record TargetDescriptionShape(string? Id, int? Port, string? AvailabilityZone);

internal sealed record TargetHealthShape(string State, string? Reason, string? Description);

internal sealed record TargetHealthDescriptionShape(TargetDescriptionShape Target, string? HealthCheckPort, TargetHealthShape TargetHealth);

internal sealed record TargetGroupTupleShape(string? TargetGroupArn, int? Weight);

internal sealed record TargetGroupStickinessShape(bool? Enabled, int? DurationSeconds);

internal sealed record ForwardConfigShape(IReadOnlyList<TargetGroupTupleShape>? TargetGroups, TargetGroupStickinessShape? TargetGroupStickinessConfig);

internal sealed record FixedResponseConfigShape(string? MessageBody, string? StatusCode, string? ContentType);

internal sealed record RedirectConfigShape(string? Protocol, string? Port, string? Host, string? Path, string? Query, string? StatusCode);

internal sealed record ActionShape(
    string? Type,
    string? TargetGroupArn,
    int? Order,
    RedirectConfigShape? RedirectConfig,
    FixedResponseConfigShape? FixedResponseConfig,
    ForwardConfigShape? ForwardConfig);

internal sealed record CertificateShape(string? CertificateArn, bool? IsDefault);

internal sealed record ListenerShape(
    string ListenerArn,
    string LoadBalancerArn,
    int Port,
    string Protocol,
    IReadOnlyList<ActionShape> DefaultActions);

internal sealed record ListShape(IReadOnlyList<string>? Values);

internal sealed record ValuesShape(IReadOnlyList<string>? Values, IReadOnlyList<string>? RegexValues);

internal sealed record HttpHeaderConditionShape(string? HttpHeaderName, IReadOnlyList<string>? Values, IReadOnlyList<string>? RegexValues);

internal sealed record QueryStringPairShape(string? Key, string? Value);

internal sealed record QueryStringConditionShape(IReadOnlyList<QueryStringPairShape>? Values);

internal sealed record ConditionShape
{
    public string? Field { get; init; }

    public IReadOnlyList<string>? Values { get; init; }

    public ValuesShape? HostHeaderConfig { get; init; }

    public ValuesShape? PathPatternConfig { get; init; }

    public HttpHeaderConditionShape? HttpHeaderConfig { get; init; }

    public QueryStringConditionShape? QueryStringConfig { get; init; }

    public ListShape? HttpRequestMethodConfig { get; init; }

    public ListShape? SourceIpConfig { get; init; }

    public IReadOnlyList<string>? RegexValues { get; init; }
}

internal sealed record RuleShape(
    string RuleArn,
    string Priority,
    IReadOnlyList<ConditionShape> Conditions,
    IReadOnlyList<ActionShape> Actions,
    bool IsDefault);

internal sealed record RulePriorityPairShape(string? RuleArn, int? Priority);
