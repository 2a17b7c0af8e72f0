using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Network;

internal sealed record CreateRouteTableInput(
    bool? DryRun,
    string? VpcId,
    [property: JsonPropertyName("TagSpecification")] IReadOnlyList<TagSpecificationShape>? TagSpecifications);

internal sealed record CreateRouteTableOutput(RouteTableShape RouteTable);

/// <summary>Creates a route table.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRouteTable.html</remarks>
internal sealed class CreateRouteTable(NetworkStreams streams) : IOperation<CreateRouteTableInput, CreateRouteTableOutput>
{
    public async ValueTask<CreateRouteTableOutput> HandleAsync(CreateRouteTableInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var command = new Domain.CreateRouteTable(Invalid.Required(request.VpcId, "VpcId"), Invalid.Tags(request.TagSpecifications, "route-table"));
        Invalid.DryRun(request.DryRun);
        var table = await streams.ExecuteAsync(context, command, cancellationToken).ConfigureAwait(false);
        return new(table.Shape(await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)));
    }
}
