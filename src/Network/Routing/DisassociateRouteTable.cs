using Berth.Wire;

namespace Berth.Network;

internal sealed record DisassociateRouteTableInput(string? AssociationId, bool? DryRun);

/// <summary>Lets a route table no longer count for a subnet.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateRouteTable.html</remarks>
internal sealed class DisassociateRouteTable(NetworkStreams streams) : IOperation<DisassociateRouteTableInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(DisassociateRouteTableInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = Invalid.Required(request.AssociationId, "AssociationId");
        Invalid.DryRun(request.DryRun);
        await streams.ExecuteAsync(context, new Domain.DisassociateRouteTable(id), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
