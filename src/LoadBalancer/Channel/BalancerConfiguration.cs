using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Berth.Domain;

namespace Berth.LoadBalancer;

/// <summary>Everything a balancer does, of all accounts and regions. Sent whole; a newer one replaces an older one.</summary>
/// <param name="Version">Counts the server's changes, for logs; begins anew with the server.</param>
/// <param name="Listeners">What to bind, and where requests go.</param>
/// <param name="TargetGroups">All target groups, those no listener uses included, for their draining targets.</param>
public sealed record BalancerConfiguration(
    long Version,
    ImmutableArray<ListenerConfiguration> Listeners,
    ImmutableArray<TargetGroupConfiguration> TargetGroups);

/// <summary>One address and port, and what is done with its requests.</summary>
/// <param name="Arn">The listener.</param>
/// <param name="Address">The load balancer's address.</param>
/// <param name="Port">The port.</param>
/// <param name="Settings">What the attributes say.</param>
/// <param name="Rules">In the order they are tried; the last has no conditions.</param>
public sealed record ListenerConfiguration(
    string Arn,
    string Address,
    int Port,
    ListenerSettings Settings,
    ImmutableArray<RuleConfiguration> Rules);

/// <summary>The attributes of a load balancer and a listener that the balancer carries out.</summary>
/// <param name="IdleTimeoutSeconds">How long a connection may be still while a request is under way.</param>
/// <param name="ForwardedForMode"><c>append</c>, <c>preserve</c> or <c>remove</c>.</param>
/// <param name="ForwardedForClientPort">Whether <c>X-Forwarded-For</c> carries the client's port.</param>
/// <param name="KeepServerHeader">Whether answers keep their <c>Server</c> header.</param>
/// <param name="ResponseHeaders">Headers every answer gets.</param>
public sealed record ListenerSettings(
    int IdleTimeoutSeconds,
    string ForwardedForMode,
    bool ForwardedForClientPort,
    bool KeepServerHeader,
    ImmutableSortedDictionary<string, string> ResponseHeaders);

/// <summary>A rule.</summary>
public sealed record RuleConfiguration(ImmutableArray<RoutingCondition> Conditions, RoutingAction Action);

/// <summary>A target group.</summary>
/// <param name="Arn">Its ARN.</param>
/// <param name="InUse">Whether a listener or rule sends to it; only then are its targets checked.</param>
/// <param name="Algorithm"><c>round_robin</c>, <c>least_outstanding_requests</c> or <c>weighted_random</c>.</param>
/// <param name="HealthCheck">How targets are checked.</param>
/// <param name="Targets">The targets, the draining ones included.</param>
public sealed record TargetGroupConfiguration(
    string Arn,
    bool InUse,
    string Algorithm,
    TargetGroupHealthCheck HealthCheck,
    ImmutableArray<TargetConfiguration> Targets);

/// <summary>A target.</summary>
/// <param name="Key">Its name in the group.</param>
/// <param name="Address">Where it is connected to.</param>
/// <param name="Generation">Its registration; reports carry it back.</param>
/// <param name="Health">Its health as the server knows it.</param>
public sealed record TargetConfiguration(TargetKey Key, string Address, long Generation, TargetHealth Health);

/// <summary>What a balancer tells the server. Members may be empty.</summary>
/// <param name="Health">Targets whose health the server does not know yet.</param>
/// <param name="Drained">Draining targets with nothing in flight.</param>
/// <param name="ListenerFailures">Why listeners could not be bound, by ARN, all of them; null when that has not changed.</param>
public sealed record BalancerReport(
    ImmutableArray<TargetHealthReport> Health,
    ImmutableArray<DrainedTarget> Drained,
    ImmutableSortedDictionary<string, string>? ListenerFailures);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    Converters = [typeof(TargetHealthStateText)])]
[JsonSerializable(typeof(BalancerConfiguration))]
[JsonSerializable(typeof(BalancerReport))]
internal sealed partial class BalancerJson : JsonSerializerContext;

internal sealed class TargetHealthStateText() : JsonStringEnumConverter<TargetHealthState>(JsonNamingPolicy.CamelCase);
