using Berth.Wire;

namespace Berth.Network;

internal sealed record DeleteRouteTableInput(bool? DryRun, string? RouteTableId);

/// <summary>Deletes a route table that counts for nothing.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRouteTable.html</remarks>
internal sealed class DeleteRouteTable(NetworkStreams streams) : IOperation<DeleteRouteTableInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(DeleteRouteTableInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = Invalid.Required(request.RouteTableId, "RouteTableId");
        Invalid.DryRun(request.DryRun);
        await streams.ExecuteAsync(context, new Domain.DeleteRouteTable(id), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
