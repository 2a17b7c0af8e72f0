using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

internal sealed record DescribeVpcsInput(
    [property: JsonPropertyName("Filter")] IReadOnlyList<FilterShape>? Filters,
    [property: JsonPropertyName("VpcId")] IReadOnlyList<string>? VpcIds,
    bool? DryRun,
    string? NextToken,
    int? MaxResults);

internal sealed record DescribeVpcsOutput([property: JsonPropertyName("vpcSet")] IReadOnlyList<VpcShape> Vpcs, string? NextToken);

/// <summary>Describes VPCs, the one there is from the start among them.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html</remarks>
internal sealed class DescribeVpcs(NetworkStreams streams) : IOperation<DescribeVpcsInput, DescribeVpcsOutput>
{
    private static readonly Listing<Vpc> All = new()
    {
        Id = vpc => vpc.Id,
        Form = ("vpc-", "InvalidVpcID.Malformed"),
        NotFound = NetworkRefusal.VpcNotFound,
        Filters = new Dictionary<string, Func<NetworkState, Vpc, IEnumerable<string?>>>
        {
            ["cidr"] = (_, vpc) => [vpc.CidrBlock],
            ["cidr-block-association.association-id"] = (_, vpc) => [vpc.CidrAssociationId],
            ["cidr-block-association.cidr-block"] = (_, vpc) => [vpc.CidrBlock],
            ["cidr-block-association.state"] = (_, _) => ["associated"],
            ["dhcp-options-id"] = (_, vpc) => [vpc.DhcpOptionsId],
            ["is-default"] = (_, vpc) => [FilterValues.Text(vpc.IsDefault)],
            ["isDefault"] = (_, vpc) => [FilterValues.Text(vpc.IsDefault)],
            ["owner-id"] = (state, _) => [state.Account],
            ["state"] = (_, _) => [ShapesOfState.Available],
            ["vpc-id"] = (_, vpc) => [vpc.Id],
        },
    };

    public async ValueTask<DescribeVpcsOutput> HandleAsync(DescribeVpcsInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var (vpcs, next) = All.Select(state, state.Vpcs.Values, request.VpcIds, request.Filters, request.MaxResults, request.NextToken);
        Invalid.DryRun(request.DryRun);
        return new([.. vpcs.Select(vpc => vpc.Shape(state))], next);
    }
}
