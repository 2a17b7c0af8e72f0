using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record ModifyListenerInput(
    string? ListenerArn,
    int? Port,
    string? Protocol,
    string? SslPolicy,
    IReadOnlyList<CertificateShape>? Certificates,
    IReadOnlyList<ActionShape>? DefaultActions);

internal sealed record ModifyListenerOutput(IReadOnlyList<ListenerShape> Listeners);

/// <summary>Changes a listener's port or default action.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyListener.html</remarks>
internal sealed class ModifyListener(LoadBalancingStreams streams) : IOperation<ModifyListenerInput, ModifyListenerOutput>
{
    public async ValueTask<ModifyListenerOutput> HandleAsync(ModifyListenerInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = Invalid.Required(request.ListenerArn, "listenerArn");
        CreateListener.RequireHttp(request.Protocol, request.SslPolicy, request.Certificates);
        int? port = request.Port is { } wanted ? Invalid.InRange(wanted, 1, 65535, "port") : null;
        var action = request.DefaultActions is { Count: > 0 } actions ? RoutingShapes.ReadAction(actions, "defaultActions") : null;
        var listener = await streams.ExecuteAsync(context, new Domain.ModifyListener(arn, port, action), cancellationToken).ConfigureAwait(false);
        return new([listener.Shape()]);
    }
}
