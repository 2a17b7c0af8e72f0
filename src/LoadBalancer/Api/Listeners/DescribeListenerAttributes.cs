using Berth.Domain;
using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record DescribeListenerAttributesInput(string? ListenerArn);

internal sealed record DescribeListenerAttributesOutput(IReadOnlyList<AttributeShape> Attributes);

/// <summary>Lists all attributes of a listener, defaults included.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeListenerAttributes.html</remarks>
internal sealed class DescribeListenerAttributes(LoadBalancingStreams streams) : IOperation<DescribeListenerAttributesInput, DescribeListenerAttributesOutput>
{
    public async ValueTask<DescribeListenerAttributesOutput> HandleAsync(
        DescribeListenerAttributesInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = Invalid.Required(request.ListenerArn, "listenerArn");
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var listener = state.Listeners.GetValueOrDefault(arn) ?? throw NotFound.Listeners();
        return new(ShapesOfState.ShapeAttributes(listener.Attributes, LoadBalancingAttributes.ListenerDefaults));
    }
}
