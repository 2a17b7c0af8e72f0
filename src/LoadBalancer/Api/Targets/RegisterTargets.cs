using Berth.Domain;
using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record RegisterTargetsInput(string? TargetGroupArn, IReadOnlyList<TargetDescriptionShape>? Targets);

/// <summary>Registers targets with a group.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html</remarks>
internal sealed class RegisterTargets(LoadBalancingStreams streams, ITargetAddresses addresses) : IOperation<RegisterTargetsInput, EmptyOutput>
{
    public async ValueTask<EmptyOutput> HandleAsync(RegisterTargetsInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = Invalid.Required(request.TargetGroupArn, "targetGroupArn");
        var targets = Invalid.Required(request.Targets, "targets").Select(target => Registration(target, context));
        await streams.ExecuteAsync(context, new Domain.RegisterTargets(arn, [.. targets]), cancellationToken).ConfigureAwait(false);
        return new();
    }

    private TargetRegistration Registration(TargetDescriptionShape target, RequestContext context)
    {
        var id = Invalid.Required(target.Id, "targets.id");
        if (target.Port is { } port)
        {
            Invalid.InRange(port, 1, 65535, "targets.port");
        }

        var address = id.StartsWith("i-", StringComparison.Ordinal) ? addresses.Find(context.AccountId, context.Region, id) : null;
        return new(id, target.Port, target.AvailabilityZone, address, Owner: null);
    }
}
