using Berth.Wire;

namespace Berth.Api;

internal sealed record DeleteExpressGatewayServiceRequest
{
    public string? ServiceArn { get; set; }
}

internal sealed record DeleteExpressGatewayServiceResponse
{
    public ECSExpressGatewayServiceShape? Service { get; set; }
}

/// <summary>Tells that there is no such Express service: none can be created.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteExpressGatewayService.html</remarks>
internal sealed class DeleteExpressGatewayService(ClusterStreams clusters) : IOperation<DeleteExpressGatewayServiceRequest, DeleteExpressGatewayServiceResponse>
{
    public async ValueTask<DeleteExpressGatewayServiceResponse> HandleAsync(DeleteExpressGatewayServiceRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        await ExpressGatewayRules.RefuseOrdinaryAsync(clusters, request.ServiceArn, context, cancellationToken).ConfigureAwait(false);
        throw ExpressGatewayRules.NotFound();
    }
}
