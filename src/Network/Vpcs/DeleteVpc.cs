using Berth.Wire;

namespace Berth.Network;

internal sealed record DeleteVpcInput(string? VpcId, bool? DryRun);

/// <summary>Deletes a VPC that has nothing in it any more.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html</remarks>
internal sealed class DeleteVpc(NetworkStreams streams) : IOperation<DeleteVpcInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(DeleteVpcInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = Invalid.Required(request.VpcId, "VpcId");
        Invalid.DryRun(request.DryRun);
        await streams.ExecuteAsync(context, new Domain.DeleteVpc(id), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
