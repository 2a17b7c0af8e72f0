using Berth.Domain;
using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record ModifyListenerAttributesInput(string? ListenerArn, IReadOnlyList<AttributeShape>? Attributes);

internal sealed record ModifyListenerAttributesOutput(IReadOnlyList<AttributeShape> Attributes);

/// <summary>Sets attributes of a listener: headers its answers carry.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyListenerAttributes.html</remarks>
internal sealed class ModifyListenerAttributes(LoadBalancingStreams streams) : IOperation<ModifyListenerAttributesInput, ModifyListenerAttributesOutput>
{
    public async ValueTask<ModifyListenerAttributesOutput> HandleAsync(
        ModifyListenerAttributesInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = Invalid.Required(request.ListenerArn, "listenerArn");
        var attributes = AttributeRules.Listener.Check(request.Attributes);
        var listener = await streams.ExecuteAsync(context, new Domain.ModifyListenerAttributes(arn, attributes), cancellationToken).ConfigureAwait(false);
        return new(ShapesOfState.ShapeAttributes(listener.Attributes, LoadBalancingAttributes.ListenerDefaults));
    }
}
