using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Berth.Domain;
using Berth.Engine;

namespace Berth.Journal;

using Catalog = LoadBalancingJson;
using E = LoadBalancingEvent;

/// <summary>How the facts of load balancing are written. A name once released is never changed and never reused.</summary>
public sealed class LoadBalancingCodec : IStreamCodec<LoadBalancingState, LoadBalancingEvent>
{
    /// <inheritdoc/>
    public (string Type, string Payload) Encode(LoadBalancingEvent fact) => fact switch
    {
        E.LoadBalancerCreated it => ("loadbalancer.created", Text(it, Catalog.Default.LoadBalancerCreated)),
        E.LoadBalancerNetworkSet it => ("loadbalancer.network-set", Text(it, Catalog.Default.LoadBalancerNetworkSet)),
        E.LoadBalancerAttributesModified it => ("loadbalancer.attributes-modified", Text(it, Catalog.Default.LoadBalancerAttributesModified)),
        E.LoadBalancerDeleted it => ("loadbalancer.deleted", Text(it, Catalog.Default.LoadBalancerDeleted)),
        E.TargetGroupCreated it => ("targetgroup.created", Text(it, Catalog.Default.TargetGroupCreated)),
        E.TargetGroupModified it => ("targetgroup.modified", Text(it, Catalog.Default.TargetGroupModified)),
        E.TargetGroupAttributesModified it => ("targetgroup.attributes-modified", Text(it, Catalog.Default.TargetGroupAttributesModified)),
        E.TargetGroupDeleted it => ("targetgroup.deleted", Text(it, Catalog.Default.TargetGroupDeleted)),
        E.ListenerCreated it => ("listener.created", Text(it, Catalog.Default.ListenerCreated)),
        E.ListenerModified it => ("listener.modified", Text(it, Catalog.Default.ListenerModified)),
        E.ListenerAttributesModified it => ("listener.attributes-modified", Text(it, Catalog.Default.ListenerAttributesModified)),
        E.ListenerDeleted it => ("listener.deleted", Text(it, Catalog.Default.ListenerDeleted)),
        E.RuleCreated it => ("rule.created", Text(it, Catalog.Default.RuleCreated)),
        E.RuleModified it => ("rule.modified", Text(it, Catalog.Default.RuleModified)),
        E.RulePrioritiesSet it => ("rule.priorities-set", Text(it, Catalog.Default.RulePrioritiesSet)),
        E.RuleDeleted it => ("rule.deleted", Text(it, Catalog.Default.RuleDeleted)),
        E.TagsSet it => ("tags.set", Text(it, Catalog.Default.TagsSet)),
        E.TargetsRegistered it => ("targets.registered", Text(it, Catalog.Default.TargetsRegistered)),
        E.TargetsDeregistered it => ("targets.deregistered", Text(it, Catalog.Default.TargetsDeregistered)),
        E.TargetHealthChanged it => ("target.health-changed", Text(it, Catalog.Default.TargetHealthChanged)),
        E.TargetRemoved it => ("target.removed", Text(it, Catalog.Default.TargetRemoved)),
        _ => throw new ArgumentException($"{fact.GetType().Name} has no name in the journal.", nameof(fact)),
    };

    /// <inheritdoc/>
    public LoadBalancingEvent Decode(string type, string payload) => type switch
    {
        "loadbalancer.created" => Read(payload, Catalog.Default.LoadBalancerCreated),
        "loadbalancer.network-set" => Read(payload, Catalog.Default.LoadBalancerNetworkSet),
        "loadbalancer.attributes-modified" => Read(payload, Catalog.Default.LoadBalancerAttributesModified),
        "loadbalancer.deleted" => Read(payload, Catalog.Default.LoadBalancerDeleted),
        "targetgroup.created" => Read(payload, Catalog.Default.TargetGroupCreated),
        "targetgroup.modified" => Read(payload, Catalog.Default.TargetGroupModified),
        "targetgroup.attributes-modified" => Read(payload, Catalog.Default.TargetGroupAttributesModified),
        "targetgroup.deleted" => Read(payload, Catalog.Default.TargetGroupDeleted),
        "listener.created" => Read(payload, Catalog.Default.ListenerCreated),
        "listener.modified" => Read(payload, Catalog.Default.ListenerModified),
        "listener.attributes-modified" => Read(payload, Catalog.Default.ListenerAttributesModified),
        "listener.deleted" => Read(payload, Catalog.Default.ListenerDeleted),
        "rule.created" => Read(payload, Catalog.Default.RuleCreated),
        "rule.modified" => Read(payload, Catalog.Default.RuleModified),
        "rule.priorities-set" => Read(payload, Catalog.Default.RulePrioritiesSet),
        "rule.deleted" => Read(payload, Catalog.Default.RuleDeleted),
        "tags.set" => Read(payload, Catalog.Default.TagsSet),
        "targets.registered" => Read(payload, Catalog.Default.TargetsRegistered),
        "targets.deregistered" => Read(payload, Catalog.Default.TargetsDeregistered),
        "target.health-changed" => Read(payload, Catalog.Default.TargetHealthChanged),
        "target.removed" => Read(payload, Catalog.Default.TargetRemoved),
        _ => throw new JsonException($"'{type}' is not a fact of load balancing."),
    };

    /// <inheritdoc/>
    public IEnumerable<ReadOnlyMemory<byte>> EncodeState(LoadBalancingState state) => [SnapshotPart.Of(
        new LoadBalancingDocument(
            state.Account,
            state.Region,
            state.Generation,
            [.. state.LoadBalancers.Values.OrderBy(balancer => balancer.Arn, StringComparer.Ordinal)],
            [.. state.Listeners.Values.OrderBy(listener => listener.Arn, StringComparer.Ordinal)],
            [.. state.Rules.Values.OrderBy(rule => rule.Arn, StringComparer.Ordinal)],
            [.. state.TargetGroups.Values.OrderBy(group => group.Arn, StringComparer.Ordinal)
                .Select(group => new TargetGroupDocument(group, [.. state.TargetsOf(group.Arn).Values]))]),
        Catalog.Default.LoadBalancingDocument)];

    /// <inheritdoc/>
    public LoadBalancingState DecodeState(IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        var document = SnapshotPart.Read(parts[0], Catalog.Default.LoadBalancingDocument);
        var empty = new LoadBalancingState(document.Account, document.Region);
        return empty with
        {
            Generation = document.Generation,
            LoadBalancers = empty.LoadBalancers.AddRange(document.LoadBalancers.Select(balancer => KeyValuePair.Create(balancer.Arn, balancer))),
            Listeners = empty.Listeners.AddRange(document.Listeners.Select(listener => KeyValuePair.Create(listener.Arn, listener))),
            Rules = empty.Rules.AddRange(document.Rules.Select(rule => KeyValuePair.Create(rule.Arn, rule))),
            TargetGroups = empty.TargetGroups.AddRange(document.TargetGroups.Select(group => KeyValuePair.Create(group.Group.Arn, group.Group))),
            Targets = empty.Targets.AddRange(document.TargetGroups
                .Where(group => !group.Targets.IsEmpty)
                .Select(group => KeyValuePair.Create(group.Group.Arn, group.Targets.ToImmutableSortedDictionary(target => target.Key, target => target)))),
        };
    }

    private static string Text<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);

    private static T Read<T>(string payload, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(payload, type) ?? throw new JsonException("A fact cannot be null.");
}

/// <summary>The state as a snapshot keeps it.</summary>
internal sealed record LoadBalancingDocument(
    string Account,
    string Region,
    long Generation,
    ImmutableArray<ApplicationLoadBalancer> LoadBalancers,
    ImmutableArray<Listener> Listeners,
    ImmutableArray<ListenerRule> Rules,
    ImmutableArray<TargetGroupDocument> TargetGroups);

/// <summary>A target group and its targets as a snapshot keeps them.</summary>
internal sealed record TargetGroupDocument(TargetGroup Group, ImmutableArray<Target> Targets);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    Converters = [typeof(TargetHealthStateText)])]
[JsonSerializable(typeof(LoadBalancingDocument))]
[JsonSerializable(typeof(E.LoadBalancerCreated))]
[JsonSerializable(typeof(E.LoadBalancerNetworkSet))]
[JsonSerializable(typeof(E.LoadBalancerAttributesModified))]
[JsonSerializable(typeof(E.LoadBalancerDeleted))]
[JsonSerializable(typeof(E.TargetGroupCreated))]
[JsonSerializable(typeof(E.TargetGroupModified))]
[JsonSerializable(typeof(E.TargetGroupAttributesModified))]
[JsonSerializable(typeof(E.TargetGroupDeleted))]
[JsonSerializable(typeof(E.ListenerCreated))]
[JsonSerializable(typeof(E.ListenerModified))]
[JsonSerializable(typeof(E.ListenerAttributesModified))]
[JsonSerializable(typeof(E.ListenerDeleted))]
[JsonSerializable(typeof(E.RuleCreated))]
[JsonSerializable(typeof(E.RuleModified))]
[JsonSerializable(typeof(E.RulePrioritiesSet))]
[JsonSerializable(typeof(E.RuleDeleted))]
[JsonSerializable(typeof(E.TagsSet))]
[JsonSerializable(typeof(E.TargetsRegistered))]
[JsonSerializable(typeof(E.TargetsDeregistered))]
[JsonSerializable(typeof(E.TargetHealthChanged))]
[JsonSerializable(typeof(E.TargetRemoved))]
internal sealed partial class LoadBalancingJson : JsonSerializerContext;

internal sealed class TargetHealthStateText() : JsonStringEnumConverter<TargetHealthState>(JsonNamingPolicy.CamelCase);
