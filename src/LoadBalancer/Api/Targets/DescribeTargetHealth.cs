using Berth.Domain;
using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record DescribeTargetHealthInput(string? TargetGroupArn, IReadOnlyList<TargetDescriptionShape>? Targets, IReadOnlyList<string>? Include);

internal sealed record DescribeTargetHealthOutput(IReadOnlyList<TargetHealthDescriptionShape> TargetHealthDescriptions);

/// <summary>Tells the health of a group's targets, or of those asked for.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html</remarks>
internal sealed class DescribeTargetHealth(LoadBalancingStreams streams) : IOperation<DescribeTargetHealthInput, DescribeTargetHealthOutput>
{
    public async ValueTask<DescribeTargetHealthOutput> HandleAsync(DescribeTargetHealthInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = Invalid.Required(request.TargetGroupArn, "targetGroupArn");
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var group = state.TargetGroups.GetValueOrDefault(arn) ?? throw NotFound.TargetGroups();
        var registered = state.TargetsOf(arn);
        if (request.Targets is not { Count: > 0 } asked)
        {
            return new([.. registered.Values.Select(target => target.Shape(group))]);
        }

        return new([.. Invalid.Required(asked, "targets")
            .Select(target => new TargetKey(Invalid.Required(target.Id, "targets.id"), target.Port ?? group.Port))
            .Select(key => registered.TryGetValue(key, out var target)
                ? target.Shape(group)
                : new(new(key.Id, key.Port, null), null, TargetHealth.NotRegistered.Shape()))]);
    }
}
