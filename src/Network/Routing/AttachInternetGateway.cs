using Berth.Wire;

namespace Berth.Network;

internal sealed record AttachInternetGatewayInput(bool? DryRun, string? InternetGatewayId, string? VpcId);

/// <summary>Attaches an internet gateway to a VPC.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html</remarks>
internal sealed class AttachInternetGateway(NetworkStreams streams) : IOperation<AttachInternetGatewayInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(AttachInternetGatewayInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var gateway = Invalid.Required(request.InternetGatewayId, "InternetGatewayId");
        var vpc = Invalid.Required(request.VpcId, "VpcId");
        Invalid.DryRun(request.DryRun);
        await streams.ExecuteAsync(context, new Domain.AttachInternetGateway(gateway, vpc), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
