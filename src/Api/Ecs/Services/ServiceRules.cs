using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>What ECS demands of a service's settings, and what of them is carried out.</summary>
internal static class ServiceRules
{
    /// <summary>Tasks a service may have.</summary>
    public const int MostTasks = 5000;

    private const int MostTokenLength = 36;

    public static void CheckName(string? name)
    {
        if (string.IsNullOrEmpty(name) || !TaskDefinitionRules.IsName(name))
        {
            throw AwsException.InvalidParameter("Service names can have up to 255 letters, digits, hyphens and underscores, and at least one.");
        }
    }

    public static void CheckToken(string? token)
    {
        if (token?.Length > MostTokenLength)
        {
            throw AwsException.InvalidParameter($"clientToken can have at most {MostTokenLength} characters.");
        }
    }

    public static void CheckDesiredCount(int? count)
    {
        if (count is < 0 or > MostTasks)
        {
            throw AwsException.InvalidParameter($"desiredCount must be between 0 and {MostTasks}.");
        }
    }

    public static void CheckGracePeriod(int? seconds)
    {
        if (seconds < 0)
        {
            throw AwsException.InvalidParameter("healthCheckGracePeriodSeconds must not be negative.");
        }
    }

    public static void CheckController(DeploymentControllerShape? controller)
    {
        WireEnums.DeploymentControllerType.Require(controller?.Type, "deploymentController.type");
        NotYet.Refuse(controller?.Type is not (null or "ECS"), $"The deployment controller {controller?.Type}");
    }

    public static void CheckPlatformVersion(string? version)
    {
        if (!string.IsNullOrEmpty(version))
        {
            throw AwsException.InvalidParameter("The platform version must be null when specifying an EC2 launch type.");
        }
    }

    public static void CheckNetwork(NetworkConfigurationShape? configuration)
    {
        if (configuration?.AwsvpcConfiguration is not null)
        {
            throw AwsException.InvalidParameter("Network Configuration is not valid for the given networkMode of this task definition.");
        }
    }

    /// <summary>Refuses features around a service that are not carried out.</summary>
    public static void CheckExtras(
        List<ServiceRegistryShape>? registries,
        ServiceConnectConfigurationShape? connect,
        List<ServiceVolumeConfigurationShape>? volumes,
        List<VpcLatticeConfigurationShape>? lattice,
        MonitoringConfigurationShape? monitoring)
    {
        NotYet.Refuse(registries is { Count: > 0 }, "Service discovery");
        NotYet.Refuse(connect?.Enabled == true, "Service Connect");
        NotYet.Refuse(volumes is { Count: > 0 }, "A volume that is configured at launch");
        NotYet.Refuse(lattice is { Count: > 0 }, "VPC Lattice");
        NotYet.Refuse(monitoring?.MetricConfigurations is { Count: > 0 }, "A monitoring configuration");
    }

    /// <summary>A request's deployment configuration over what is; what is not given stays.</summary>
    public static DeploymentConfiguration Deployment(DeploymentConfigurationShape? shape, DeploymentConfiguration known)
    {
        if (shape is null)
        {
            return known;
        }

        WireEnums.DeploymentStrategy.Require(shape.Strategy, "deploymentConfiguration.strategy");
        NotYet.Refuse(shape.Strategy is not (null or "ROLLING"), $"The deployment strategy {shape.Strategy}");
        NotYet.Refuse(shape.DeploymentCircuitBreaker?.Enable == true, "The deployment circuit breaker");
        NotYet.Refuse(shape.Alarms?.Enable == true, "Deployment alarms");
        NotYet.Refuse(shape.LifecycleHooks is { Count: > 0 }, "Deployment lifecycle hooks");
        NotYet.Refuse(shape.BakeTimeInMinutes > 0 || shape.LinearConfiguration is not null || shape.CanaryConfiguration is not null, "A bake time");
        var result = new DeploymentConfiguration(shape.MaximumPercent ?? known.MaximumPercent, shape.MinimumHealthyPercent ?? known.MinimumHealthyPercent);
        if (result.MinimumHealthyPercent is < 0 or > 100)
        {
            throw AwsException.InvalidParameter("minimumHealthyPercent must be between 0 and 100.");
        }

        if (result.MaximumPercent is < 1 or > 10_000 || result.MinimumHealthyPercent > result.MaximumPercent)
        {
            throw AwsException.InvalidParameter("maximumPercent must be greater than or equal to minimumHealthyPercent.");
        }

        return result is { MaximumPercent: 100, MinimumHealthyPercent: 100 }
            ? throw AwsException.InvalidParameter("Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.")
            : result;
    }
}
