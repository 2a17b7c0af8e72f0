using Berth.Wire;

namespace Berth.Api;

internal sealed record UpdateExpressGatewayServiceRequest
{
    public string? ServiceArn { get; set; }

    public string? ExecutionRoleArn { get; set; }

    public string? HealthCheckPath { get; set; }

    public ExpressGatewayContainerShape? PrimaryContainer { get; set; }

    public string? TaskRoleArn { get; set; }

    public ExpressGatewayServiceNetworkConfigurationShape? NetworkConfiguration { get; set; }

    public string? Cpu { get; set; }

    public string? Memory { get; set; }

    public ExpressGatewayScalingTargetShape? ScalingTarget { get; set; }

    public string? TaskDefinitionArn { get; set; }
}

internal sealed record UpdateExpressGatewayServiceResponse
{
    public UpdatedExpressGatewayServiceShape? Service { get; set; }
}

/// <summary>Tells that there is no such Express service: none can be created.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateExpressGatewayService.html</remarks>
internal sealed class UpdateExpressGatewayService(ClusterStreams clusters) : IOperation<UpdateExpressGatewayServiceRequest, UpdateExpressGatewayServiceResponse>
{
    public async ValueTask<UpdateExpressGatewayServiceResponse> HandleAsync(UpdateExpressGatewayServiceRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        ExpressGatewayRules.Check(new(
            request.ExecutionRoleArn, request.HealthCheckPath, request.PrimaryContainer, request.NetworkConfiguration, request.Cpu, request.Memory, request.ScalingTarget, request.TaskDefinitionArn));
        await ExpressGatewayRules.RefuseOrdinaryAsync(clusters, request.ServiceArn, context, cancellationToken).ConfigureAwait(false);
        throw ExpressGatewayRules.NotFound();
    }
}
