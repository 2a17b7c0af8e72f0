using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record CreateListenerInput(
    string? LoadBalancerArn,
    string? Protocol,
    int? Port,
    string? SslPolicy,
    IReadOnlyList<CertificateShape>? Certificates,
    IReadOnlyList<ActionShape>? DefaultActions,
    IReadOnlyList<TagShape>? Tags);

internal sealed record CreateListenerOutput(IReadOnlyList<ListenerShape> Listeners);

/// <summary>Creates an HTTP listener.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html</remarks>
internal sealed class CreateListener(LoadBalancingStreams streams) : IOperation<CreateListenerInput, CreateListenerOutput>
{
    public async ValueTask<CreateListenerOutput> HandleAsync(CreateListenerInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var balancer = Invalid.Required(request.LoadBalancerArn, "loadBalancerArn");
        var protocol = string.IsNullOrEmpty(request.Protocol) ? throw Invalid.Error("A listener protocol must be specified") : request.Protocol;
        RequireHttp(protocol, request.SslPolicy, request.Certificates);
        var port = Invalid.InRange(request.Port ?? throw Invalid.Error("A listener port must be specified"), 1, 65535, "port");
        var action = RoutingShapes.ReadAction(request.DefaultActions, "defaultActions");
        var listener = await streams.ExecuteAsync(
            context, new Domain.CreateListener(balancer, port, protocol, action, Invalid.Tags(request.Tags)), cancellationToken).ConfigureAwait(false);
        return new([listener.Shape()]);
    }

    /// <summary>Refuses what would need TLS.</summary>
    public static void RequireHttp(string? protocol, string? sslPolicy, IReadOnlyList<CertificateShape>? certificates)
    {
        if ((protocol ?? "HTTP") != "HTTP")
        {
            throw Invalid.Protocol($"Listener protocol '{protocol}' is not supported here; only 'HTTP' is");
        }

        if (!string.IsNullOrEmpty(sslPolicy) || certificates is { Count: > 0 })
        {
            throw Invalid.Error("A certificate or SSL policy cannot be specified for HTTP listeners");
        }
    }
}
