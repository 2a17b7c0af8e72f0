using Berth.Wire;

namespace Berth.Network;

internal sealed record DeleteSubnetInput(string? SubnetId, bool? DryRun);

/// <summary>Deletes a subnet in which no task has its network interface.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html</remarks>
internal sealed class DeleteSubnet(NetworkStreams streams, TaskInterfaces interfaces) : IOperation<DeleteSubnetInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(DeleteSubnetInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = Invalid.Required(request.SubnetId, "SubnetId");
        Invalid.DryRun(request.DryRun);
        await streams.ExecuteAsync(context, new Domain.DeleteSubnet(id) { HasInterfaces = interfaces.Of(context.AccountId, context.Region).Uses(id) }, cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
