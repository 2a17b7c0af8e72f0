using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record SetSecurityGroupsInput(string? LoadBalancerArn, IReadOnlyList<string>? SecurityGroups);

internal sealed record SetSecurityGroupsOutput(IReadOnlyList<string> SecurityGroupIds);

/// <summary>Sets the security groups of a load balancer; they are kept, nothing here filters packets.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSecurityGroups.html</remarks>
internal sealed class SetSecurityGroups(LoadBalancingStreams streams) : IOperation<SetSecurityGroupsInput, SetSecurityGroupsOutput>
{
    public async ValueTask<SetSecurityGroupsOutput> HandleAsync(SetSecurityGroupsInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = Invalid.Required(request.LoadBalancerArn, "loadBalancerArn");
        var groups = Invalid.Required(request.SecurityGroups, "securityGroups");
        var balancer = await streams.ExecuteAsync(
            context, new Domain.SetLoadBalancerNetwork(arn, AvailabilityZones: null, SecurityGroups: [.. groups]), cancellationToken).ConfigureAwait(false);
        return new(balancer.SecurityGroups);
    }
}
