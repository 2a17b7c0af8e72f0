using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

internal sealed record DescribeSubnetsInput(
    [property: JsonPropertyName("Filter")] IReadOnlyList<FilterShape>? Filters,
    [property: JsonPropertyName("SubnetId")] IReadOnlyList<string>? SubnetIds,
    bool? DryRun,
    string? NextToken,
    int? MaxResults);

internal sealed record DescribeSubnetsOutput([property: JsonPropertyName("subnetSet")] IReadOnlyList<SubnetShape> Subnets, string? NextToken);

/// <summary>Describes subnets, the default one of each zone among them.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html</remarks>
internal sealed class DescribeSubnets(NetworkStreams streams) : IOperation<DescribeSubnetsInput, DescribeSubnetsOutput>
{
    private static readonly Listing<Subnet> All = new()
    {
        Id = subnet => subnet.Id,
        Form = ("subnet-", "InvalidSubnetID.Malformed"),
        NotFound = NetworkRefusal.SubnetNotFound,
        Filters = new Dictionary<string, Func<NetworkState, Subnet, IEnumerable<string?>>>
        {
            ["availability-zone"] = (_, subnet) => [subnet.ZoneName],
            ["availabilityZone"] = (_, subnet) => [subnet.ZoneName],
            ["availability-zone-id"] = (_, subnet) => [DefaultNetwork.ZoneId(subnet.ZoneName)],
            ["availabilityZoneId"] = (_, subnet) => [DefaultNetwork.ZoneId(subnet.ZoneName)],
            ["available-ip-address-count"] = (_, subnet) => [FilterValues.Text(CidrBlock.AvailableAddresses(subnet.CidrBlock))],
            ["cidr-block"] = (_, subnet) => [subnet.CidrBlock],
            ["cidr"] = (_, subnet) => [subnet.CidrBlock],
            ["default-for-az"] = (_, subnet) => [FilterValues.Text(subnet.DefaultForZone)],
            ["defaultForAz"] = (_, subnet) => [FilterValues.Text(subnet.DefaultForZone)],
            ["map-public-ip-on-launch"] = (_, subnet) => [FilterValues.Text(subnet.MapPublicIpOnLaunch)],
            ["owner-id"] = (state, _) => [state.Account],
            ["state"] = (_, _) => [ShapesOfState.Available],
            ["subnet-arn"] = (state, subnet) => [subnet.Shape(state).SubnetArn],
            ["subnet-id"] = (_, subnet) => [subnet.Id],
            ["vpc-id"] = (_, subnet) => [subnet.VpcId],
        },
    };

    public async ValueTask<DescribeSubnetsOutput> HandleAsync(DescribeSubnetsInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var (subnets, next) = All.Select(state, state.Subnets.Values, request.SubnetIds, request.Filters, request.MaxResults, request.NextToken);
        Invalid.DryRun(request.DryRun);
        return new([.. subnets.Select(subnet => subnet.Shape(state))], next);
    }
}
