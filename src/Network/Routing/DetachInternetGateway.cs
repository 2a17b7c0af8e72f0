using Berth.Wire;

namespace Berth.Network;

internal sealed record DetachInternetGatewayInput(bool? DryRun, string? InternetGatewayId, string? VpcId);

/// <summary>Detaches an internet gateway from its VPC.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html</remarks>
internal sealed class DetachInternetGateway(NetworkStreams streams) : IOperation<DetachInternetGatewayInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(DetachInternetGatewayInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var gateway = Invalid.Required(request.InternetGatewayId, "InternetGatewayId");
        var vpc = Invalid.Required(request.VpcId, "VpcId");
        Invalid.DryRun(request.DryRun);
        await streams.ExecuteAsync(context, new Domain.DetachInternetGateway(gateway, vpc), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
