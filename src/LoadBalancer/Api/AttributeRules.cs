using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Berth.Domain;

namespace Berth.LoadBalancer;

/// <summary>
/// Which attributes may be set to what. A value nothing here carries out is refused rather than kept: a caller that reads
/// "stickiness is on" must have it.
/// </summary>
internal sealed class AttributeRules
{
    private readonly string what;
    private readonly FrozenDictionary<string, Func<string, bool>> rules;

    private AttributeRules(string what, IReadOnlyDictionary<string, string> defaults, Dictionary<string, Func<string, bool>> variable)
    {
        this.what = what;
        rules = defaults.ToFrozenDictionary(
            pair => pair.Key,
            pair => variable.GetValueOrDefault(pair.Key, value => value == pair.Value),
            StringComparer.Ordinal);
    }

    public static AttributeRules LoadBalancer { get; } = new("Load balancer", LoadBalancingAttributes.LoadBalancerDefaults, new()
    {
        ["access_logs.s3.bucket"] = Any,
        ["access_logs.s3.prefix"] = Any,
        ["client_keep_alive.seconds"] = Between(60, 604800),
        ["connection_logs.s3.bucket"] = Any,
        ["connection_logs.s3.prefix"] = Any,
        [LoadBalancingAttributes.DeletionProtection] = Boolean,
        ["health_check_logs.s3.bucket"] = Any,
        ["health_check_logs.s3.prefix"] = Any,
        [LoadBalancingAttributes.IdleTimeout] = Between(1, 4000),
        ["ipv6.deny_all_igw_traffic"] = Boolean,
        ["routing.http.desync_mitigation_mode"] = OneOf("monitor", "defensive", "strictest"),
        ["routing.http.preserve_host_header.enabled"] = Boolean,
        ["routing.http.x_amzn_tls_version_and_cipher_suite.enabled"] = Boolean,
        [LoadBalancingAttributes.ForwardedForClientPort] = Boolean,
        [LoadBalancingAttributes.ForwardedForMode] = OneOf("append", "preserve", "remove"),
        ["routing.http2.enabled"] = Boolean,
        ["waf.fail_open.enabled"] = Boolean,
        ["zonal_shift.config.enabled"] = Boolean,
    });

    public static AttributeRules TargetGroup { get; } = new("Target group", LoadBalancingAttributes.TargetGroupDefaults, new()
    {
        [LoadBalancingAttributes.DeregistrationDelay] = Between(0, 3600),
        [LoadBalancingAttributes.Algorithm] = OneOf("round_robin", "least_outstanding_requests", "weighted_random"),
        ["load_balancing.cross_zone.enabled"] = OneOf("true", "use_load_balancer_configuration"),
        ["stickiness.app_cookie.cookie_name"] = Any,
        ["stickiness.app_cookie.duration_seconds"] = Between(1, 604800),
        [LoadBalancingAttributes.StickinessDuration] = Between(1, 604800),
        [LoadBalancingAttributes.StickinessType] = OneOf("lb_cookie", "app_cookie"),
    });

    public static AttributeRules Listener { get; } = new(
        "Listener",
        LoadBalancingAttributes.ListenerDefaults,
        LoadBalancingAttributes.ListenerDefaults.Keys.ToDictionary(
            key => key,
            key => key == LoadBalancingAttributes.ServerHeader ? (Func<string, bool>)Boolean : HeaderValue));

    /// <summary>The attributes to set, or the error that names the first that cannot be.</summary>
    public ImmutableSortedDictionary<string, string> Check(IReadOnlyList<AttributeShape>? attributes)
    {
        var result = ImmutableSortedDictionary.CreateBuilder<string, string>();
        foreach (var attribute in Invalid.Required(attributes, "attributes"))
        {
            var (key, value) = (attribute.Key ?? "", attribute.Value ?? "");
            if (!rules.TryGetValue(key, out var allows))
            {
                throw Invalid.Configuration($"{what} attribute key '{key}' is not recognized");
            }

            if (!allows(value))
            {
                throw Invalid.Configuration($"{what} attribute key '{key}' is not supported with value '{value}'");
            }

            result[key] = value;
        }

        return result.ToImmutable();
    }

    private static bool Any(string value) => value.Length <= 1024;

    private static bool Boolean(string value) => value is "true" or "false";

    private static bool HeaderValue(string value) => value.Length <= 1024 && !value.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static Func<string, bool> OneOf(params string[] allowed) => allowed.Contains;

    private static Func<string, bool> Between(int least, int most) => value =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most;
}
