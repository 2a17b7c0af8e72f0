using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record CreateExpressGatewayServiceRequest
{
    public string? ExecutionRoleArn { get; set; }

    public string? InfrastructureRoleArn { get; set; }

    public string? ServiceName { get; set; }

    public string? Cluster { get; set; }

    public string? HealthCheckPath { get; set; }

    public ExpressGatewayContainerShape? PrimaryContainer { get; set; }

    public string? TaskRoleArn { get; set; }

    public ExpressGatewayServiceNetworkConfigurationShape? NetworkConfiguration { get; set; }

    public string? Cpu { get; set; }

    public string? Memory { get; set; }

    public ExpressGatewayScalingTargetShape? ScalingTarget { get; set; }

    public List<TagShape>? Tags { get; set; }

    public string? TaskDefinitionArn { get; set; }
}

internal sealed record CreateExpressGatewayServiceResponse
{
    public ECSExpressGatewayServiceShape? Service { get; set; }
}

/// <summary>
/// Refuses to create an Express service, after looking for what ECS itself would refuse. Such a service is FARGATE tasks
/// with addresses of their own behind a load balancer with a certificate, scaled by policies: no agent here gives tasks an
/// address, and nothing scales. Everything but the tasks could be made; it would be a service that never answers.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateExpressGatewayService.html</remarks>
internal sealed class CreateExpressGatewayService(ClusterStreams clusters, AccountStreams account) : IOperation<CreateExpressGatewayServiceRequest, CreateExpressGatewayServiceResponse>
{
    public async ValueTask<CreateExpressGatewayServiceResponse> HandleAsync(CreateExpressGatewayServiceRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.InfrastructureRoleArn))
        {
            throw AwsException.InvalidParameter("infrastructureRoleArn can not be blank.");
        }

        if (!string.IsNullOrEmpty(request.ServiceName))
        {
            ServiceRules.CheckName(request.ServiceName);
        }

        var settings = new ExpressGatewayRules.Settings(
            request.ExecutionRoleArn, request.HealthCheckPath, request.PrimaryContainer, request.NetworkConfiguration, request.Cpu, request.Memory, request.ScalingTarget, request.TaskDefinitionArn);
        ExpressGatewayRules.CheckNew(settings);
        Tags.Read(request.Tags);
        var cluster = await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false);
        if (!string.IsNullOrEmpty(request.ServiceName) && cluster.Services.GetValueOrDefault(request.ServiceName) is { Status: not ServiceStatus.Inactive })
        {
            throw AwsException.InvalidParameter("Creation of service was not idempotent.");
        }

        await ExpressGatewayRules.CheckDefinitionAsync(account, request.TaskDefinitionArn, context, cancellationToken).ConfigureAwait(false);
        throw NotYet.Supported("Creating an Express Gateway service");
    }
}
