using System.Collections.Frozen;

namespace Berth.Domain;

/// <summary>The attributes of load balancers, target groups and listeners, with their defaults.</summary>
public static class LoadBalancingAttributes
{
    /// <summary>Seconds a connection may be idle before the balancer gives it up.</summary>
    public const string IdleTimeout = "idle_timeout.timeout_seconds";

    /// <summary>Whether the load balancer refuses to be deleted.</summary>
    public const string DeletionProtection = "deletion_protection.enabled";

    /// <summary>What is done with <c>X-Forwarded-For</c>: <c>append</c>, <c>preserve</c> or <c>remove</c>.</summary>
    public const string ForwardedForMode = "routing.http.xff_header_processing.mode";

    /// <summary>Whether <c>X-Forwarded-For</c> carries the client's port as well.</summary>
    public const string ForwardedForClientPort = "routing.http.xff_client_port.enabled";

    /// <summary>Seconds a deregistered target may finish its requests.</summary>
    public const string DeregistrationDelay = "deregistration_delay.timeout_seconds";

    /// <summary>How a target is chosen.</summary>
    public const string Algorithm = "load_balancing.algorithm.type";

    /// <summary>Whether a client stays with its target.</summary>
    public const string Stickiness = "stickiness.enabled";

    /// <summary>Which cookie stickiness goes by.</summary>
    public const string StickinessType = "stickiness.type";

    /// <summary>Seconds the load balancer's own cookie lasts.</summary>
    public const string StickinessDuration = "stickiness.lb_cookie.duration_seconds";

    /// <summary>Whether answers carry a <c>Server</c> header of the balancer's own.</summary>
    public const string ServerHeader = "routing.http.response.server.enabled";

    /// <summary>A load balancer's attributes and defaults.</summary>
    public static FrozenDictionary<string, string> LoadBalancerDefaults { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["access_logs.s3.bucket"] = "",
        ["access_logs.s3.enabled"] = "false",
        ["access_logs.s3.prefix"] = "",
        ["client_keep_alive.seconds"] = "3600",
        ["connection_logs.s3.bucket"] = "",
        ["connection_logs.s3.enabled"] = "false",
        ["connection_logs.s3.prefix"] = "",
        [DeletionProtection] = "false",
        ["health_check_logs.s3.bucket"] = "",
        ["health_check_logs.s3.enabled"] = "false",
        ["health_check_logs.s3.prefix"] = "",
        [IdleTimeout] = "60",
        ["ipv6.deny_all_igw_traffic"] = "false",
        ["load_balancing.cross_zone.enabled"] = "true",
        ["routing.http.desync_mitigation_mode"] = "defensive",
        ["routing.http.drop_invalid_header_fields.enabled"] = "false",
        ["routing.http.preserve_host_header.enabled"] = "false",
        ["routing.http.x_amzn_tls_version_and_cipher_suite.enabled"] = "false",
        [ForwardedForClientPort] = "false",
        [ForwardedForMode] = "append",
        ["routing.http2.enabled"] = "true",
        ["waf.fail_open.enabled"] = "false",
        ["zonal_shift.config.enabled"] = "false",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>A target group's attributes and defaults.</summary>
    public static FrozenDictionary<string, string> TargetGroupDefaults { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [DeregistrationDelay] = "300",
        ["load_balancing.algorithm.anomaly_mitigation"] = "off",
        [Algorithm] = "round_robin",
        ["load_balancing.cross_zone.enabled"] = "use_load_balancer_configuration",
        ["slow_start.duration_seconds"] = "0",
        ["stickiness.app_cookie.cookie_name"] = "",
        ["stickiness.app_cookie.duration_seconds"] = "86400",
        [Stickiness] = "false",
        [StickinessDuration] = "86400",
        [StickinessType] = "lb_cookie",
        ["target_group_health.dns_failover.minimum_healthy_targets.count"] = "1",
        ["target_group_health.dns_failover.minimum_healthy_targets.percentage"] = "off",
        ["target_group_health.unhealthy_state_routing.minimum_healthy_targets.count"] = "1",
        ["target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage"] = "off",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>An HTTP listener's attributes and defaults.</summary>
    public static FrozenDictionary<string, string> ListenerDefaults { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["routing.http.response.access_control_allow_credentials.header_value"] = "",
        ["routing.http.response.access_control_allow_headers.header_value"] = "",
        ["routing.http.response.access_control_allow_methods.header_value"] = "",
        ["routing.http.response.access_control_allow_origin.header_value"] = "",
        ["routing.http.response.access_control_expose_headers.header_value"] = "",
        ["routing.http.response.access_control_max_age.header_value"] = "",
        ["routing.http.response.content_security_policy.header_value"] = "",
        [ServerHeader] = "true",
        ["routing.http.response.strict_transport_security.header_value"] = "",
        ["routing.http.response.x_content_type_options.header_value"] = "",
        ["routing.http.response.x_frame_options.header_value"] = "",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The value of a load balancer's attribute: what was set, else its default.</summary>
    public static string OfLoadBalancer(ApplicationLoadBalancer balancer, string key) =>
        balancer.Attributes.TryGetValue(key, out var value) ? value : LoadBalancerDefaults[key];

    /// <summary>The value of a target group's attribute: what was set, else its default.</summary>
    public static string OfTargetGroup(TargetGroup group, string key) =>
        group.Attributes.TryGetValue(key, out var value) ? value : TargetGroupDefaults[key];
}
