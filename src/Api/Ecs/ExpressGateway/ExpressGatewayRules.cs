using System.Text.Json;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>What ECS demands of an Express Gateway service.</summary>
internal static class ExpressGatewayRules
{
    private const int MostPort = 65_535;
    private const string MainContainer = "Main";

    /// <summary>What creating and updating have in common.</summary>
    internal sealed record Settings(
        string? ExecutionRoleArn,
        string? HealthCheckPath,
        ExpressGatewayContainerShape? PrimaryContainer,
        ExpressGatewayServiceNetworkConfigurationShape? NetworkConfiguration,
        string? Cpu,
        string? Memory,
        ExpressGatewayScalingTargetShape? ScalingTarget,
        string? TaskDefinitionArn);

    /// <summary>The rules of a new service: it is made of a container or of a task definition.</summary>
    public static void CheckNew(Settings settings)
    {
        Check(settings);
        if (string.IsNullOrEmpty(settings.TaskDefinitionArn))
        {
            Refuse(settings.PrimaryContainer is null, "Specify either primaryContainer or taskDefinitionArn.");
            Refuse(string.IsNullOrEmpty(settings.ExecutionRoleArn), "executionRoleArn can not be blank.");
        }
    }

    /// <summary>The rules of any service.</summary>
    public static void Check(Settings settings)
    {
        Refuse(
            !string.IsNullOrEmpty(settings.TaskDefinitionArn) && settings.PrimaryContainer is not null,
            "primaryContainer and taskDefinitionArn can not be specified together.");
        Refuse(settings.HealthCheckPath?.StartsWith('/') == false, "healthCheckPath must begin with a slash.");
        Refuse(settings.Cpu is { } cpu && TaskDefinitionRules.CpuUnits(cpu) is not > 0, "cpu must be a number of CPU units.");
        Refuse(settings.Memory is { } memory && TaskDefinitionRules.MemoryMiB(memory) is not > 0, "memory must be a number of MiB.");
        if (settings.PrimaryContainer is { } container)
        {
            Check(container);
        }

        if (settings.ScalingTarget is { } target)
        {
            WireEnums.ExpressGatewayServiceScalingMetric.Require(target.AutoScalingMetric, "scalingTarget.autoScalingMetric");
            Refuse(target.MinTaskCount < 0, "scalingTarget.minTaskCount must not be negative.");
            Refuse(target.MaxTaskCount < 1, "scalingTarget.maxTaskCount must be at least 1.");
            Refuse(target.MinTaskCount > target.MaxTaskCount, "scalingTarget.minTaskCount must not be greater than scalingTarget.maxTaskCount.");
            Refuse(target.AutoScalingTargetValue < 1, "scalingTarget.autoScalingTargetValue must be at least 1.");
        }
    }

    /// <summary>Refuses a task definition that an Express service can't be made of.</summary>
    public static async ValueTask CheckDefinitionAsync(AccountStreams account, string? reference, RequestContext caller, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(reference))
        {
            return;
        }

        var (family, revision) = TaskDefinitionReference.Parse(reference, caller);
        var found = await account.QueryAsync(caller, new FindTaskDefinitionQuery(family, revision), cancellationToken).ConfigureAwait(false);
        if (found is not { Status: TaskDefinitionStatus.Active })
        {
            throw AwsException.Client(found is null ? "TaskDefinition not found." : "TaskDefinition is inactive");
        }

        if (!found.Definition.Compatibilities.Contains("FARGATE"))
        {
            throw new AwsException("PlatformTaskDefinitionIncompatibilityException", 400, "The task definition is not compatible with FARGATE.");
        }

        var main = found.Definition.Document.Deserialize(EcsJson.Shared.TaskDefinitionShape)!.ContainerDefinitions!.Find(container => container.Name == MainContainer);
        Refuse(
            main?.PortMappings is not [{ Name: { Length: > 0 }, ContainerPort: not null, Protocol: null or "tcp" }],
            $"The task definition must have a container named {MainContainer} with a single TCP port mapping that has a name.");
    }

    /// <summary>Refuses the ARN of something else, and that of a service which is there and is no Express service.</summary>
    public static async ValueTask RefuseOrdinaryAsync(ClusterStreams clusters, string? arn, RequestContext caller, CancellationToken cancellationToken)
    {
        Refuse(string.IsNullOrEmpty(arn), "serviceArn can not be blank.");
        var prefix = $"arn:aws:ecs:{caller.Region}:{caller.AccountId}:service/";
        if (!arn!.StartsWith(prefix, StringComparison.Ordinal) || arn[prefix.Length..].Split('/') is not [{ Length: > 0 } cluster, { Length: > 0 } name])
        {
            throw AwsException.InvalidParameter("serviceArn is not a valid service ARN.");
        }

        var state = await clusters.ReadAsync(caller, cluster, cancellationToken).ConfigureAwait(false);
        Refuse(state.Services.ContainsKey(name), "The specified service is not an Express Gateway service.");
    }

    public static AwsException NotFound() => new("ServiceNotFoundException", 400, "Service not found.");

    private static void Check(ExpressGatewayContainerShape container)
    {
        Refuse(string.IsNullOrEmpty(container.Image), "primaryContainer.image can not be blank.");
        Refuse(container.ContainerPort is < 1 or > MostPort, $"primaryContainer.containerPort must be between 1 and {MostPort}.");
        Refuse(
            container.AwsLogsConfiguration is { } logs && (string.IsNullOrEmpty(logs.LogGroup) || string.IsNullOrEmpty(logs.LogStreamPrefix)),
            "primaryContainer.awsLogsConfiguration must have a logGroup and a logStreamPrefix.");
        Refuse(
            container.Secrets?.Exists(secret => string.IsNullOrEmpty(secret.Name) || string.IsNullOrEmpty(secret.ValueFrom)) == true,
            "primaryContainer.secrets must have a name and a valueFrom.");
    }

    private static void Refuse(bool isWrong, string message)
    {
        if (isWrong)
        {
            throw AwsException.InvalidParameter(message);
        }
    }
}
