using Berth.Wire;

namespace Berth.Network;

internal sealed record DeleteSecurityGroupInput(string? GroupId, string? GroupName, bool? DryRun);

/// <summary>Deletes a security group that no other one refers to and no network interface has.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html</remarks>
internal sealed class DeleteSecurityGroup(NetworkStreams streams, TaskInterfaces interfaces) : IOperation<DeleteSecurityGroupInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(DeleteSecurityGroupInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var group = SecurityGroupNames.Find(state, request.GroupId, request.GroupName, byNameToo: true);
        Invalid.DryRun(request.DryRun);
        await streams.ExecuteAsync(context, new Domain.DeleteSecurityGroup(group.Id) { HasInterfaces = interfaces.Of(context.AccountId, context.Region).Uses(group.Id) }, cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
