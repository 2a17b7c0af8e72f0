using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

internal sealed record DescribeNetworkAclsInput(
    [property: JsonPropertyName("Filter")] IReadOnlyList<FilterShape>? Filters,
    bool? DryRun,
    [property: JsonPropertyName("NetworkAclId")] IReadOnlyList<string>? NetworkAclIds,
    string? NextToken,
    int? MaxResults);

internal sealed record DescribeNetworkAclsOutput(
    [property: JsonPropertyName("networkAclSet")] IReadOnlyList<NetworkAclShape> NetworkAcls,
    string? NextToken);

/// <summary>Describes network ACLs: each VPC's default one.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html</remarks>
internal sealed class DescribeNetworkAcls(NetworkStreams streams) : IOperation<DescribeNetworkAclsInput, DescribeNetworkAclsOutput>
{
    private static readonly Listing<NetworkAcl> All = new()
    {
        Id = acl => acl.Id,
        Form = ("acl-", "InvalidNetworkAclId.Malformed"),
        NotFound = id => new AwsException("InvalidNetworkAclID.NotFound", 400, $"The networkAcl ID '{id}' does not exist"),
        Filters = new Dictionary<string, Func<NetworkState, NetworkAcl, IEnumerable<string?>>>
        {
            ["association.subnet-id"] = (state, acl) => state.Subnets.Values.Where(subnet => subnet.VpcId == acl.VpcId).Select(subnet => subnet.Id),
            ["default"] = (_, _) => [FilterValues.Text(true)],
            ["network-acl-id"] = (_, acl) => [acl.Id],
            ["owner-id"] = (state, _) => [state.Account],
            ["vpc-id"] = (_, acl) => [acl.VpcId],
        },
    };

    public async ValueTask<DescribeNetworkAclsOutput> HandleAsync(DescribeNetworkAclsInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var (acls, next) = All.Select(state, state.NetworkAcls.Values, request.NetworkAclIds, request.Filters, request.MaxResults, request.NextToken);
        Invalid.DryRun(request.DryRun);
        return new([.. acls.Select(acl => acl.Shape(state))], next);
    }
}
