namespace Berth.Domain;

/// <summary>What a deployment strategy that shifts traffic needs of the service.</summary>
public static class ShiftRules
{
    /// <summary>Refuses settings whose load balancers do not say how traffic is shifted, where it is to be.</summary>
    public static void RequireLoadBalancersToShift(this ServiceSettings settings)
    {
        if (settings.DeploymentConfiguration.Strategy != DeploymentStrategy.Rolling
            && (settings.LoadBalancers.IsEmpty || settings.LoadBalancers.Any(balancer => balancer.Advanced is null)))
        {
            throw RefusedException.InvalidParameter(
                $"The deployment strategy {ServiceRules.NameOf(settings.DeploymentConfiguration.Strategy)} needs a load balancer with an advancedConfiguration.");
        }
    }
}
