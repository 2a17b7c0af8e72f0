using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Berth.Domain;

/// <summary>A subnet as placement knows it: what was true of it when tasks were first told to be in it.</summary>
/// <param name="Id">The subnet.</param>
/// <param name="CidrBlock">Its addresses, canonical.</param>
/// <param name="ZoneName">Its zone; null for one that is in every zone.</param>
public sealed record TaskSubnet(string Id, string CidrBlock, string? ZoneName)
{
    /// <summary>
    /// The subnet of a name that EC2 would never give: it is in every zone, and its block of 256 addresses, somewhere in
    /// 10.128.0.0/9, follows from the name.
    /// </summary>
    public static TaskSubnet MadeUp(string id)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(id));
        return new(id, $"10.{128 + (hash[0] & 0x7f)}.{hash[1]}.0/24", null);
    }

    /// <summary>The ids in the API's <c>NetworkConfiguration</c>.</summary>
    public static IEnumerable<string> IdsIn(JsonElement? configuration) =>
        configuration is { ValueKind: JsonValueKind.Object } given
        && given.TryGetProperty("awsvpcConfiguration", out var awsvpc) && awsvpc.ValueKind == JsonValueKind.Object
        && awsvpc.TryGetProperty("subnets", out var subnets) && subnets.ValueKind == JsonValueKind.Array
            ? subnets.EnumerateArray().Select(subnet => subnet.GetString() ?? "")
            : [];

    /// <summary>The subnets a task of a definition may be in; empty where it has no network of its own.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="definition">The task's definition.</param>
    /// <param name="configuration">Its <c>NetworkConfiguration</c>.</param>
    /// <param name="given">Subnets the state does not have yet.</param>
    internal static ImmutableArray<TaskSubnet> Of(ClusterState state, TaskDefinition definition, JsonElement? configuration, ImmutableArray<TaskSubnet> given) =>
        definition.NetworkMode == "awsvpc"
            ? [.. IdsIn(configuration).Select(id => given.FirstOrDefault(subnet => subnet.Id == id) ?? state.Subnets.GetValueOrDefault(id) ?? MadeUp(id))]
            : [];

    /// <summary>The zones of a task's subnets, for <see cref="PlacementRequest.Zones"/>.</summary>
    public static ImmutableArray<string> Zones(ClusterState state, TaskDefinition definition, JsonElement? configuration) => Zones(state, definition, configuration, []);

    internal static ImmutableArray<string> Zones(ClusterState state, TaskDefinition definition, JsonElement? configuration, ImmutableArray<TaskSubnet> given)
    {
        var zones = Of(state, definition, configuration, given).Select(subnet => subnet.ZoneName).Distinct().ToList();
        return zones.Contains(null) ? [] : [.. zones.Select(zone => zone!)];    // None is null.
    }

    /// <summary>Brings subnets into the cluster's state, unless they are there.</summary>
    internal static void Pin(ClusterAggregate cluster, ImmutableArray<TaskSubnet> subnets)
    {
        foreach (var subnet in subnets)
        {
            if (cluster.State.Subnets.GetValueOrDefault(subnet.Id) != subnet)
            {
                cluster.Record(new ClusterEvent.SubnetPinned(subnet));
            }
        }
    }
}
