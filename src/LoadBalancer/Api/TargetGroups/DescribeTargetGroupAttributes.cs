using Berth.Domain;
using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record DescribeTargetGroupAttributesInput(string? TargetGroupArn);

internal sealed record DescribeTargetGroupAttributesOutput(IReadOnlyList<AttributeShape> Attributes);

/// <summary>Lists all attributes of a target group, defaults included.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroupAttributes.html</remarks>
internal sealed class DescribeTargetGroupAttributes(LoadBalancingStreams streams)
    : IOperation<DescribeTargetGroupAttributesInput, DescribeTargetGroupAttributesOutput>
{
    public async ValueTask<DescribeTargetGroupAttributesOutput> HandleAsync(
        DescribeTargetGroupAttributesInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = Invalid.Required(request.TargetGroupArn, "targetGroupArn");
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var group = state.TargetGroups.GetValueOrDefault(arn) ?? throw NotFound.TargetGroup(arn);
        return new(ShapesOfState.ShapeAttributes(group.Attributes, LoadBalancingAttributes.TargetGroupDefaults));
    }
}
