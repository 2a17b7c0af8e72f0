using Berth.Wire;

namespace Berth.Api;

internal sealed record DescribeExpressGatewayServiceRequest
{
    public string? ServiceArn { get; set; }

    public List<string>? Include { get; set; }
}

internal sealed record DescribeExpressGatewayServiceResponse
{
    public ECSExpressGatewayServiceShape? Service { get; set; }
}

/// <summary>Tells that there is no such Express service: none can be created.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeExpressGatewayService.html</remarks>
internal sealed class DescribeExpressGatewayService(ClusterStreams clusters) : IOperation<DescribeExpressGatewayServiceRequest, DescribeExpressGatewayServiceResponse>
{
    public async ValueTask<DescribeExpressGatewayServiceResponse> HandleAsync(DescribeExpressGatewayServiceRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        WireEnums.ExpressGatewayServiceInclude.Require(request.Include, "include");
        await ExpressGatewayRules.RefuseOrdinaryAsync(clusters, request.ServiceArn, context, cancellationToken).ConfigureAwait(false);
        throw new AwsException("ResourceNotFoundException", 400, "The specified Express Gateway service was not found.");
    }
}
