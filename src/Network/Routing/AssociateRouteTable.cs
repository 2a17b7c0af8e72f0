using Berth.Wire;

namespace Berth.Network;

internal sealed record AssociateRouteTableInput(bool? DryRun, string? RouteTableId, string? SubnetId, string? GatewayId);

internal sealed record AssociateRouteTableOutput(string AssociationId, RouteTableAssociationStateShape AssociationState);

/// <summary>Lets a route table count for a subnet.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html</remarks>
internal sealed class AssociateRouteTable(NetworkStreams streams) : IOperation<AssociateRouteTableInput, AssociateRouteTableOutput>
{
    public async ValueTask<AssociateRouteTableOutput> HandleAsync(AssociateRouteTableInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var table = Invalid.Required(request.RouteTableId, "RouteTableId");
        Invalid.Unsupported(request.GatewayId is not null, "GatewayId");
        var subnet = Invalid.Required(request.SubnetId, "SubnetId");
        Invalid.DryRun(request.DryRun);
        return new(await streams.ExecuteAsync(context, new Domain.AssociateRouteTable(table, subnet), cancellationToken).ConfigureAwait(false), new("associated"));
    }
}
