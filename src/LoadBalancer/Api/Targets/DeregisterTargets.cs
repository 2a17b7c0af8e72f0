using Berth.Domain;
using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record DeregisterTargetsInput(string? TargetGroupArn, IReadOnlyList<TargetDescriptionShape>? Targets);

/// <summary>Deregisters targets; they drain. One that is not registered is passed over, as ELB does.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeregisterTargets.html</remarks>
internal sealed class DeregisterTargets(LoadBalancingStreams streams) : IOperation<DeregisterTargetsInput, EmptyOutput>
{
    public async ValueTask<EmptyOutput> HandleAsync(DeregisterTargetsInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = Invalid.Required(request.TargetGroupArn, "targetGroupArn");
        var targets = Invalid.Required(request.Targets, "targets");
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var group = state.TargetGroups.GetValueOrDefault(arn) ?? throw NotFound.TargetGroups();
        await streams.ExecuteAsync(
            context,
            new Domain.DeregisterTargets(arn, [.. targets.Select(target => new TargetKey(Invalid.Required(target.Id, "targets.id"), target.Port ?? group.Port))]),
            cancellationToken).ConfigureAwait(false);
        return new();
    }
}
