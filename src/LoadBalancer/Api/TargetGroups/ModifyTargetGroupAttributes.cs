using Berth.Domain;
using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record ModifyTargetGroupAttributesInput(string? TargetGroupArn, IReadOnlyList<AttributeShape>? Attributes);

internal sealed record ModifyTargetGroupAttributesOutput(IReadOnlyList<AttributeShape> Attributes);

/// <summary>Sets attributes of a target group. One that nothing here carries out is refused.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyTargetGroupAttributes.html</remarks>
internal sealed class ModifyTargetGroupAttributes(LoadBalancingStreams streams)
    : IOperation<ModifyTargetGroupAttributesInput, ModifyTargetGroupAttributesOutput>
{
    public async ValueTask<ModifyTargetGroupAttributesOutput> HandleAsync(
        ModifyTargetGroupAttributesInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = Invalid.Required(request.TargetGroupArn, "targetGroupArn");
        var attributes = AttributeRules.TargetGroup.Check(request.Attributes);
        var group = await streams.ExecuteAsync(context, new Domain.ModifyTargetGroupAttributes(arn, attributes), cancellationToken).ConfigureAwait(false);
        return new(ShapesOfState.ShapeAttributes(group.Attributes, LoadBalancingAttributes.TargetGroupDefaults));
    }
}
