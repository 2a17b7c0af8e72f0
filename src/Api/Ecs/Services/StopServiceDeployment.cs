using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record StopServiceDeploymentRequest
{
    public string? ServiceDeploymentArn { get; set; }

    public string? StopType { get; set; }
}

internal sealed record StopServiceDeploymentResponse
{
    public string? ServiceDeploymentArn { get; set; }
}

/// <summary>Stops a rollout that is under way: back to the last completed deployment, or just no further.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopServiceDeployment.html</remarks>
internal sealed class StopServiceDeployment(ClusterStreams clusters) : IOperation<StopServiceDeploymentRequest, StopServiceDeploymentResponse>
{
    public async ValueTask<StopServiceDeploymentResponse> HandleAsync(StopServiceDeploymentRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        WireEnums.StopServiceDeploymentStopType.Require(request.StopType, "stopType");
        var part = ServiceArns.Read(request.ServiceDeploymentArn, "service-deployment", "serviceDeploymentArn", context);
        await clusters.ExecuteOnRolloutAsync(part, new StopServiceDeploymentCommand(part.Service, part.Id, GoesBack: request.StopType != "ABORT"), context, cancellationToken).ConfigureAwait(false);
        return new() { ServiceDeploymentArn = request.ServiceDeploymentArn };
    }
}
