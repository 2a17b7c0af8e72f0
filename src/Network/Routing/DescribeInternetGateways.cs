using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

internal sealed record DescribeInternetGatewaysInput(
    [property: JsonPropertyName("Filter")] IReadOnlyList<FilterShape>? Filters,
    bool? DryRun,
    [property: JsonPropertyName("internetGatewayId")] IReadOnlyList<string>? InternetGatewayIds,
    string? NextToken,
    int? MaxResults);

internal sealed record DescribeInternetGatewaysOutput(
    [property: JsonPropertyName("internetGatewaySet")] IReadOnlyList<InternetGatewayShape> InternetGateways,
    string? NextToken);

/// <summary>Describes internet gateways.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInternetGateways.html</remarks>
internal sealed class DescribeInternetGateways(NetworkStreams streams) : IOperation<DescribeInternetGatewaysInput, DescribeInternetGatewaysOutput>
{
    private static readonly Listing<InternetGateway> All = new()
    {
        Id = gateway => gateway.Id,
        Form = ("igw-", "InvalidInternetGatewayId.Malformed"),
        NotFound = NetworkRefusal.InternetGatewayNotFound,
        Filters = new Dictionary<string, Func<NetworkState, InternetGateway, IEnumerable<string?>>>
        {
            ["attachment.state"] = (_, gateway) => [gateway.VpcId is null ? null : ShapesOfState.Available],
            ["attachment.vpc-id"] = (_, gateway) => [gateway.VpcId],
            ["internet-gateway-id"] = (_, gateway) => [gateway.Id],
            ["owner-id"] = (state, _) => [state.Account],
        },
    };

    public async ValueTask<DescribeInternetGatewaysOutput> HandleAsync(DescribeInternetGatewaysInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var (gateways, next) = All.Select(state, state.InternetGateways.Values, request.InternetGatewayIds, request.Filters, request.MaxResults, request.NextToken);
        Invalid.DryRun(request.DryRun);
        return new([.. gateways.Select(gateway => gateway.Shape(state))], next);
    }
}
