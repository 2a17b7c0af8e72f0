using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record DeleteTargetGroupInput(string? TargetGroupArn);

/// <summary>Deletes a target group that nothing sends to.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTargetGroup.html</remarks>
internal sealed class DeleteTargetGroup(LoadBalancingStreams streams) : IOperation<DeleteTargetGroupInput, EmptyOutput>
{
    public async ValueTask<EmptyOutput> HandleAsync(DeleteTargetGroupInput request, RequestContext context, CancellationToken cancellationToken)
    {
        await streams.ExecuteAsync(
            context, new Domain.DeleteTargetGroup(Invalid.Required(request.TargetGroupArn, "targetGroupArn")), cancellationToken).ConfigureAwait(false);
        return new();
    }
}
