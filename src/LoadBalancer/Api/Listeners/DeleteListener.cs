using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record DeleteListenerInput(string? ListenerArn);

/// <summary>Deletes a listener with its rules.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteListener.html</remarks>
internal sealed class DeleteListener(LoadBalancingStreams streams) : IOperation<DeleteListenerInput, EmptyOutput>
{
    public async ValueTask<EmptyOutput> HandleAsync(DeleteListenerInput request, RequestContext context, CancellationToken cancellationToken)
    {
        await streams.ExecuteAsync(
            context, new Domain.DeleteListener(Invalid.Required(request.ListenerArn, "listenerArn")), cancellationToken).ConfigureAwait(false);
        return new();
    }
}
