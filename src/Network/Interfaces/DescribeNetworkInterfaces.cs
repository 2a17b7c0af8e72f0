using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

internal sealed record DescribeNetworkInterfacesInput(
    [property: JsonPropertyName("filter")] IReadOnlyList<FilterShape>? Filters,
    bool? DryRun,
    [property: JsonPropertyName("NetworkInterfaceId")] IReadOnlyList<string>? NetworkInterfaceIds,
    string? NextToken,
    int? MaxResults);

internal sealed record DescribeNetworkInterfacesOutput(
    [property: JsonPropertyName("networkInterfaceSet")] IReadOnlyList<NetworkInterfaceShape> NetworkInterfaces,
    string? NextToken);

/// <summary>Describes network interfaces: those of tasks in network mode awsvpc, from their placement until they have stopped.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html</remarks>
internal sealed class DescribeNetworkInterfaces(NetworkStreams streams, TaskInterfaces interfaces) : IOperation<DescribeNetworkInterfacesInput, DescribeNetworkInterfacesOutput>
{
    private static readonly Listing<ElasticNetworkInterface> All = new()
    {
        Id = one => one.Id,
        Form = ("eni-", "InvalidNetworkInterfaceID.Malformed"),
        NotFound = id => new AwsException("InvalidNetworkInterfaceID.NotFound", 400, $"The networkInterface ID '{id}' does not exist"),
        Tags = (_, one) => one.Tags,
        Filters = new Dictionary<string, Func<NetworkState, ElasticNetworkInterface, IEnumerable<string?>>>
        {
            ["addresses.primary"] = (_, one) => [one.PrivateIpv4Address is null ? null : FilterValues.Text(true)],
            ["addresses.private-ip-address"] = (_, one) => [one.PrivateIpv4Address],
            ["association.public-ip"] = (_, _) => [],
            ["attachment.attachment-id"] = (_, one) => [one.AttachmentId],
            ["attachment.delete-on-termination"] = (_, _) => [FilterValues.Text(false)],
            ["attachment.instance-id"] = (_, one) => [one.InstanceId],
            ["attachment.instance-owner-id"] = (state, one) => [one.InstanceId is null ? null : state.Account],
            ["attachment.status"] = (_, one) => [one.AttachmentStatus()],
            ["availability-zone"] = (_, one) => [one.ZoneName],
            ["description"] = (_, one) => [one.Description],
            ["group-id"] = (state, one) => one.Groups(state),
            ["group-name"] = (state, one) => one.Groups(state).Select(id => state.SecurityGroups.GetValueOrDefault(id)?.Name),
            ["interface-type"] = (_, _) => [ShapesOfInterfaces.InterfaceType],
            ["mac-address"] = (_, one) => [one.MacAddress],
            ["network-interface-id"] = (_, one) => [one.Id],
            ["owner-id"] = (state, _) => [state.Account],
            ["private-dns-name"] = (state, one) => [one.PrivateIpv4Address is { } address ? TaskNetworkInterface.DnsNameOf(address, state.Region) : null],
            ["private-ip-address"] = (_, one) => [one.PrivateIpv4Address],
            ["requester-managed"] = (_, _) => [FilterValues.Text(true)],
            ["source-dest-check"] = (_, _) => [FilterValues.Text(true)],
            ["status"] = (_, one) => [one.Status()],
            ["subnet-id"] = (_, one) => [one.SubnetId],
            ["vpc-id"] = (state, one) => [one.VpcId(state)],
        },
    };

    public async ValueTask<DescribeNetworkInterfacesOutput> HandleAsync(DescribeNetworkInterfacesInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var index = interfaces.Of(context.AccountId, context.Region);
        var looked = request.NetworkInterfaceIds is { Count: > 0 } ids ? ids.Distinct().Select(index.Find).OfType<ElasticNetworkInterface>() : index.All;
        var (found, next) = All.Select(state, looked, request.NetworkInterfaceIds, request.Filters, request.MaxResults, request.NextToken);
        Invalid.DryRun(request.DryRun);
        return new([.. found.Select(one => one.Shape(state))], next);
    }
}
