using Berth.Wire;

namespace Berth.Network;

internal sealed record DeleteRouteInput(
    string? DestinationCidrBlock,
    string? DestinationIpv6CidrBlock,
    string? DestinationPrefixListId,
    bool? DryRun,
    string? RouteTableId);

/// <summary>Takes a route from a table.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRoute.html</remarks>
internal sealed class DeleteRoute(NetworkStreams streams) : IOperation<DeleteRouteInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(DeleteRouteInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var table = Invalid.Required(request.RouteTableId, "RouteTableId");
        var destination = RouteDestination.Read(request.DestinationCidrBlock, request.DestinationIpv6CidrBlock, request.DestinationPrefixListId);
        Invalid.DryRun(request.DryRun);
        await streams.ExecuteAsync(context, new Domain.DeleteRoute(table, destination), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
