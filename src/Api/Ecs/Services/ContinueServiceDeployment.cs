using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record ContinueServiceDeploymentRequest
{
    public string? ServiceDeploymentArn { get; set; }

    public string? HookId { get; set; }

    public string? Action { get; set; }
}

internal sealed record ContinueServiceDeploymentResponse
{
    public string? ServiceDeploymentArn { get; set; }
}

/// <summary>Answers a pause hook of a rollout: on or back.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContinueServiceDeployment.html</remarks>
internal sealed class ContinueServiceDeployment(ClusterStreams clusters) : IOperation<ContinueServiceDeploymentRequest, ContinueServiceDeploymentResponse>
{
    public async ValueTask<ContinueServiceDeploymentResponse> HandleAsync(ContinueServiceDeploymentRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        WireEnums.DeploymentLifecycleHookAction.Require(request.Action, "action");
        if (string.IsNullOrEmpty(request.HookId))
        {
            throw AwsException.InvalidParameter("hookId can not be blank.");
        }

        var part = ServiceArns.Read(request.ServiceDeploymentArn, "service-deployment", "serviceDeploymentArn", context);
        var action = WireName<LifecycleHookAction>.Read(request.Action, LifecycleHookAction.Continue);
        await clusters.ExecuteOnRolloutAsync(part, new ContinueServiceDeploymentCommand(part.Service, part.Id, request.HookId, action), context, cancellationToken).ConfigureAwait(false);
        return new() { ServiceDeploymentArn = request.ServiceDeploymentArn };
    }
}
