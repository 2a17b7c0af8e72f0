using System.Text.Json.Serialization;
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

/// <summary>Describes network interfaces: there are none here, so no filter finds any.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html</remarks>
internal sealed class DescribeNetworkInterfaces : IOperation<DescribeNetworkInterfacesInput, DescribeNetworkInterfacesOutput>
{
    public ValueTask<DescribeNetworkInterfacesOutput> HandleAsync(DescribeNetworkInterfacesInput request, RequestContext context, CancellationToken cancellationToken)
    {
        if (request.NetworkInterfaceIds is [var id, ..])
        {
            throw new AwsException("InvalidNetworkInterfaceID.NotFound", 400, $"The networkInterface ID '{id}' does not exist");
        }

        Invalid.DryRun(request.DryRun);
        return ValueTask.FromResult(new DescribeNetworkInterfacesOutput([], null));
    }
}
