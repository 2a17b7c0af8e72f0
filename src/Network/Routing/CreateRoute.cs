using Berth.Wire;

namespace Berth.Network;

internal sealed record CreateRouteInput(
    string? DestinationCidrBlock,
    string? DestinationIpv6CidrBlock,
    string? DestinationPrefixListId,
    bool? DryRun,
    string? VpcEndpointId,
    string? EgressOnlyInternetGatewayId,
    string? GatewayId,
    string? InstanceId,
    string? NatGatewayId,
    string? TransitGatewayId,
    string? LocalGatewayId,
    string? CarrierGatewayId,
    string? NetworkInterfaceId,
    string? RouteTableId,
    string? VpcPeeringConnectionId,
    string? CoreNetworkArn);

internal sealed record CreateRouteOutput(bool Return);

/// <summary>Adds a route to an internet gateway; there are no other gateways here.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html</remarks>
internal sealed class CreateRoute(NetworkStreams streams) : IOperation<CreateRouteInput, CreateRouteOutput>
{
    public async ValueTask<CreateRouteOutput> HandleAsync(CreateRouteInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var table = Invalid.Required(request.RouteTableId, "RouteTableId");
        Invalid.Unsupported(request.VpcEndpointId is not null, "VpcEndpointId");
        Invalid.Unsupported(request.EgressOnlyInternetGatewayId is not null, "EgressOnlyInternetGatewayId");
        Invalid.Unsupported(request.InstanceId is not null, "InstanceId");
        Invalid.Unsupported(request.NatGatewayId is not null, "NatGatewayId");
        Invalid.Unsupported(request.TransitGatewayId is not null, "TransitGatewayId");
        Invalid.Unsupported(request.LocalGatewayId is not null, "LocalGatewayId");
        Invalid.Unsupported(request.CarrierGatewayId is not null, "CarrierGatewayId");
        Invalid.Unsupported(request.NetworkInterfaceId is not null, "NetworkInterfaceId");
        Invalid.Unsupported(request.VpcPeeringConnectionId is not null, "VpcPeeringConnectionId");
        Invalid.Unsupported(request.CoreNetworkArn is not null, "CoreNetworkArn");
        var destination = RouteDestination.Read(request.DestinationCidrBlock, request.DestinationIpv6CidrBlock, request.DestinationPrefixListId);
        var gateway = Invalid.Required(request.GatewayId, "GatewayId");
        Invalid.DryRun(request.DryRun);
        await streams.ExecuteAsync(context, new Domain.CreateRoute(table, destination, gateway), cancellationToken).ConfigureAwait(false);
        return new(Return: true);
    }
}
