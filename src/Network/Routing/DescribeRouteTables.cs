using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

internal sealed record DescribeRouteTablesInput(
    [property: JsonPropertyName("Filter")] IReadOnlyList<FilterShape>? Filters,
    bool? DryRun,
    [property: JsonPropertyName("RouteTableId")] IReadOnlyList<string>? RouteTableIds,
    string? NextToken,
    int? MaxResults);

internal sealed record DescribeRouteTablesOutput(
    [property: JsonPropertyName("routeTableSet")] IReadOnlyList<RouteTableShape> RouteTables,
    string? NextToken);

/// <summary>Describes route tables.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html</remarks>
internal sealed class DescribeRouteTables(NetworkStreams streams) : IOperation<DescribeRouteTablesInput, DescribeRouteTablesOutput>
{
    private static readonly Listing<RouteTable> All = new()
    {
        Id = table => table.Id,
        Form = ("rtb-", "InvalidRouteTableId.Malformed"),
        NotFound = NetworkRefusal.RouteTableNotFound,
        Filters = new Dictionary<string, Func<NetworkState, RouteTable, IEnumerable<string?>>>
        {
            ["association.main"] = (_, table) => [FilterValues.Text(table.IsMain)],
            ["association.route-table-association-id"] = (_, table) => table.Associations.Select(association => association.Id),
            ["association.route-table-id"] = (_, table) => [table.Id],
            ["association.subnet-id"] = (_, table) => table.Associations.Select(association => association.SubnetId),
            ["owner-id"] = (state, _) => [state.Account],
            ["route.destination-cidr-block"] = (_, table) => table.Routes.Select(route => route.Destination),
            ["route.gateway-id"] = (_, table) => table.Routes.Select(route => route.GatewayId),
            ["route-table-id"] = (_, table) => [table.Id],
            ["vpc-id"] = (_, table) => [table.VpcId],
        },
    };

    public async ValueTask<DescribeRouteTablesOutput> HandleAsync(DescribeRouteTablesInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var (tables, next) = All.Select(state, state.RouteTables.Values, request.RouteTableIds, request.Filters, request.MaxResults, request.NextToken);
        Invalid.DryRun(request.DryRun);
        return new([.. tables.Select(table => table.Shape(state))], next);
    }
}
