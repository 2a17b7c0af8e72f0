using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

internal sealed record DescribeAvailabilityZonesInput(
    [property: JsonPropertyName("Filter")] IReadOnlyList<FilterShape>? Filters,
    [property: JsonPropertyName("ZoneName")] IReadOnlyList<string>? ZoneNames,
    [property: JsonPropertyName("ZoneId")] IReadOnlyList<string>? ZoneIds,
    bool? AllAvailabilityZones,
    bool? DryRun);

internal sealed record DescribeAvailabilityZonesOutput(
    [property: JsonPropertyName("availabilityZoneInfo")] IReadOnlyList<AvailabilityZoneShape> AvailabilityZones);

/// <summary>Describes the three zones that every region has here.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html</remarks>
internal sealed class DescribeAvailabilityZones(NetworkStreams streams) : IOperation<DescribeAvailabilityZonesInput, DescribeAvailabilityZonesOutput>
{
    private static readonly Listing<AvailabilityZoneShape> All = new()
    {
        Id = zone => zone.ZoneName,
        NotFound = name => Invalid.Value($"Invalid availability zone: [{name}]"),
        Filters = new Dictionary<string, Func<NetworkState, AvailabilityZoneShape, IEnumerable<string?>>>
        {
            ["group-name"] = (_, zone) => [zone.GroupName],
            ["opt-in-status"] = (_, zone) => [zone.OptInStatus],
            ["region-name"] = (_, zone) => [zone.RegionName],
            ["state"] = (_, zone) => [zone.State],
            ["zone-id"] = (_, zone) => [zone.ZoneId],
            ["zone-name"] = (_, zone) => [zone.ZoneName],
            ["zone-type"] = (_, zone) => [zone.ZoneType],
        },
    };

    private static IEnumerable<AvailabilityZoneShape> Zones(string region) => DefaultNetwork.Zones(region).Select(zone => new AvailabilityZoneShape(
        ShapesOfState.Available, "opt-in-not-required", region, zone, DefaultNetwork.ZoneId(zone), $"{region}-zg-1", region, "availability-zone"));

    public async ValueTask<DescribeAvailabilityZonesOutput> HandleAsync(DescribeAvailabilityZonesInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var names = request.ZoneIds is { Count: > 0 } ids
            ? [.. (request.ZoneNames ?? []), .. ids.Select(id => Zones(state.Region).FirstOrDefault(zone => zone.ZoneId == id)?.ZoneName
                ?? throw Invalid.Value($"Invalid availability zone-id: [{id}]"))]
            : request.ZoneNames;
        var (zones, _) = All.Select(state, Zones(state.Region), names, request.Filters);
        Invalid.DryRun(request.DryRun);
        return new(zones);
    }
}
