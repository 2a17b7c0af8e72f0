using System.Collections.Immutable;
using Berth.Domain;
using Berth.Engine;
using Berth.Wire;

namespace Berth.Api;

/// <summary>Reads the target groups a service is to stand behind, and checks them against the load balancers there are.</summary>
internal sealed class ServiceLoadBalancers(IStreamDirectory<LoadBalancingAggregate, LoadBalancingState> streams)
{
    private const int MostTargetGroups = 5;

    public async ValueTask<ImmutableArray<ServiceLoadBalancer>> ReadAsync(
        List<LoadBalancerShape>? balancers, TaskDefinition definition, RequestContext caller, CancellationToken cancellationToken)
    {
        if (balancers is not { Count: > 0 })
        {
            return [];
        }

        if (balancers.Count > MostTargetGroups)
        {
            throw AwsException.InvalidParameter($"A service can have at most {MostTargetGroups} target groups.");
        }

        var stream = await streams.OpenAsync(StreamId.Of("loadbalancing", caller.AccountId, caller.Region), cancellationToken).ConfigureAwait(false);
        var result = ImmutableArray.CreateBuilder<ServiceLoadBalancer>(balancers.Count);
        foreach (var balancer in balancers)
        {
            NotYet.Refuse(!string.IsNullOrEmpty(balancer.LoadBalancerName), "A classic load balancer");
            NotYet.Refuse(balancer.AdvancedConfiguration is not null, "The advanced configuration of a load balancer");
            CheckContainer(balancer, definition);
            if (string.IsNullOrEmpty(balancer.TargetGroupArn))
            {
                throw AwsException.InvalidParameter("targetGroupArn can not be blank.");
            }

            var found = await stream.QueryAsync(new FindTargetGroup(balancer.TargetGroupArn), cancellationToken).ConfigureAwait(false);
            CheckTargetGroup(balancer.TargetGroupArn, found, definition);
            result.Add(new(balancer.TargetGroupArn, balancer.ContainerName!, balancer.ContainerPort!.Value));    // Checked with the container.
        }

        return result.ToImmutable();
    }

    private static void CheckContainer(LoadBalancerShape balancer, TaskDefinition definition)
    {
        var container = definition.Containers.FirstOrDefault(known => known.Name == balancer.ContainerName)
            ?? throw AwsException.InvalidParameter($"The container {balancer.ContainerName} does not exist in the task definition.");
        if (container.PortMappings.All(mapping => mapping.ContainerPort != balancer.ContainerPort))
        {
            throw AwsException.InvalidParameter($"The container {balancer.ContainerName} did not have a container port {balancer.ContainerPort} defined.");
        }
    }

    private static void CheckTargetGroup(string arn, TargetGroupDescription? found, TaskDefinition definition)
    {
        if (found is null)
        {
            throw AwsException.InvalidParameter($"The target group with targetGroupArn {arn} does not exist.");
        }

        if (found.LoadBalancerArns.IsEmpty)
        {
            throw AwsException.InvalidParameter($"The target group with targetGroupArn {arn} does not have an associated load balancer.");
        }

        if (found.Group.TargetType != "instance")
        {
            throw AwsException.InvalidParameter(
                $"The provided target group {arn} has target type {found.Group.TargetType}, which is incompatible with the {definition.NetworkMode} network mode specified in the task definition.");
        }
    }
}
