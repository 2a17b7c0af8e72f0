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
            CheckContainer(balancer.ContainerName, balancer.ContainerPort, definition);
            if (string.IsNullOrEmpty(balancer.TargetGroupArn))
            {
                throw AwsException.InvalidParameter("targetGroupArn can not be blank.");
            }

            var found = await stream.QueryAsync(new FindTargetGroup(balancer.TargetGroupArn), cancellationToken).ConfigureAwait(false);
            CheckTargetGroup(balancer.TargetGroupArn, found, definition);
            result.Add(new(balancer.TargetGroupArn, balancer.ContainerName!, balancer.ContainerPort!.Value)    // Checked with the container.
            {
                Advanced = balancer.AdvancedConfiguration is { } advanced
                    ? await AdvancedAsync(stream, advanced, balancer.TargetGroupArn, definition, cancellationToken).ConfigureAwait(false)
                    : null,
            });
        }

        return result.ToImmutable();
    }

    /// <summary>
    /// Refuses a revision that a service's target groups do not go with. A target group that is gone says nothing: its
    /// service is told of it when there is a target to register.
    /// </summary>
    public async ValueTask CheckAsync(ImmutableArray<ServiceLoadBalancer> balancers, TaskDefinition definition, RequestContext caller, CancellationToken cancellationToken)
    {
        foreach (var balancer in balancers)
        {
            CheckContainer(balancer.ContainerName, balancer.ContainerPort, definition);
        }

        if (!balancers.IsEmpty)
        {
            var stream = await streams.OpenAsync(StreamId.Of("loadbalancing", caller.AccountId, caller.Region), cancellationToken).ConfigureAwait(false);
            foreach (var arn in balancers.Select(balancer => balancer.TargetGroupArn))
            {
                if (await stream.QueryAsync(new FindTargetGroup(arn), cancellationToken).ConfigureAwait(false) is { } found)
                {
                    CheckTargetType(arn, found.Group.TargetType, definition);
                }
            }
        }
    }

    /// <summary>Two target groups of one load balancer, and the rules that say which of them has the traffic.</summary>
    private static async ValueTask<AdvancedLoadBalancerConfiguration> AdvancedAsync(
        IStream<LoadBalancingAggregate, LoadBalancingState> stream, AdvancedConfigurationShape shape, string targetGroupArn, TaskDefinition definition, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(shape.AlternateTargetGroupArn) || string.IsNullOrEmpty(shape.ProductionListenerRule) || string.IsNullOrEmpty(shape.RoleArn))
        {
            throw AwsException.InvalidParameter("advancedConfiguration needs alternateTargetGroupArn, productionListenerRule and roleArn.");
        }

        if (shape.AlternateTargetGroupArn == targetGroupArn)
        {
            throw AwsException.InvalidParameter("alternateTargetGroupArn must be another target group than targetGroupArn.");
        }

        var balancing = await stream.QueryAsync(new ReadLoadBalancing(), cancellationToken).ConfigureAwait(false);
        if (!balancing.TargetGroups.TryGetValue(shape.AlternateTargetGroupArn, out var alternate))
        {
            throw AwsException.InvalidParameter($"The target group with targetGroupArn {shape.AlternateTargetGroupArn} does not exist.");
        }

        CheckTargetType(shape.AlternateTargetGroupArn, alternate.TargetType, definition);

        foreach (var rule in new[] { shape.ProductionListenerRule, shape.TestListenerRule })
        {
            if (!string.IsNullOrEmpty(rule) && !balancing.Rules.ContainsKey(rule) && !balancing.Listeners.Values.Any(listener => listener.DefaultRuleArn == rule || listener.Arn == rule))
            {
                throw AwsException.InvalidParameter($"The listener rule {rule} does not exist.");
            }
        }

        return new(shape.AlternateTargetGroupArn, shape.ProductionListenerRule, string.IsNullOrEmpty(shape.TestListenerRule) ? null : shape.TestListenerRule, shape.RoleArn);
    }

    private static void CheckContainer(string? name, int? port, TaskDefinition definition)
    {
        var container = definition.Containers.FirstOrDefault(known => known.Name == name)
            ?? throw AwsException.InvalidParameter($"The container {name} does not exist in the task definition.");
        if (container.PortMappings.All(mapping => mapping.ContainerPort != port))
        {
            throw AwsException.InvalidParameter($"The container {name} did not have a container port {port} defined.");
        }
    }

    /// <summary>Refuses targets of another kind than the tasks of a definition are reached by.</summary>
    private static void CheckTargetType(string arn, string targetType, TaskDefinition definition)
    {
        if (targetType != (definition.NetworkMode == "awsvpc" ? "ip" : "instance"))
        {
            throw AwsException.InvalidParameter(
                $"The provided target group {arn} has target type {targetType}, which is incompatible with the {definition.NetworkMode} network mode specified in the task definition.");
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

        CheckTargetType(arn, found.Group.TargetType, definition);
    }
}
