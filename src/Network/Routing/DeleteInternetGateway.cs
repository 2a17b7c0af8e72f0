using Berth.Wire;

namespace Berth.Network;

internal sealed record DeleteInternetGatewayInput(bool? DryRun, string? InternetGatewayId);

/// <summary>Deletes an internet gateway that is attached to nothing.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteInternetGateway.html</remarks>
internal sealed class DeleteInternetGateway(NetworkStreams streams) : IOperation<DeleteInternetGatewayInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(DeleteInternetGatewayInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var gateway = Invalid.Required(request.InternetGatewayId, "InternetGatewayId");
        Invalid.DryRun(request.DryRun);
        await streams.ExecuteAsync(context, new Domain.DeleteInternetGateway(gateway), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
