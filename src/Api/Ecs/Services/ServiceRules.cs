using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>What ECS demands of a service's settings, and what of them is carried out.</summary>
internal static class ServiceRules
{
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
        if (token is not null && (token.Length > MostTokenLength || token.Any(character => character is < '!' or > '~')))
        {
            throw AwsException.InvalidParameter($"clientToken must have at most {MostTokenLength} ASCII characters in the range of 33-126.");
        }
    }

    public static void CheckDesiredCount(int? count)
    {
        if (count < 0)
        {
            throw AwsException.InvalidParameter("desiredCount must not be negative.");
        }
    }

    public static void CheckGracePeriod(int? seconds)
    {
        if (seconds < 0)
        {
            throw AwsException.InvalidParameter("healthCheckGracePeriodSeconds must not be negative.");
        }
    }

    /// <summary>Who makes the deployments.</summary>
    public static DeploymentController Controller(DeploymentControllerShape? shape)
    {
        WireEnums.DeploymentControllerType.Require(shape?.Type, "deploymentController.type");
        var controller = WireName<DeploymentController>.Read(shape?.Type, DeploymentController.Ecs);
        NotYet.Refuse(controller == DeploymentController.CodeDeploy, "The deployment controller CODE_DEPLOY");
        return controller;
    }

    /// <summary>ExecuteCommand acts with the task's role: without one it is refused.</summary>
    public static void CheckExecuteCommand(bool? isEnabled, TaskDefinition definition, string done)
    {
        if (isEnabled == true && string.IsNullOrEmpty(definition.TaskRoleArn))
        {
            throw AwsException.InvalidParameter($"The service couldn't be {done} because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and try again.");
        }
    }
}
