using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Berth.Api;

/// <summary>What an instance's agent must be able to do to run a task definition: the names in <c>requiresAttributes</c>.</summary>
/// <remarks>Source: developer guide, "Amazon ECS container instance attributes" and what the service answers.</remarks>
internal static partial class TaskDefinitionCapabilities
{
    private const string Agent = "com.amazonaws.ecs.capability.";
    private const string Ecs = "ecs.capability.";

    /// <summary>The names, ordered, each once.</summary>
    public static ImmutableArray<string> Of(RegisterTaskDefinitionRequest task)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        OfTask(task, names);
        foreach (var container in task.ContainerDefinitions!)    // Checked by the rules.
        {
            OfContainer(container, task, names);
            OfLogging(container, task, names);
        }

        foreach (var volume in task.Volumes ?? [])
        {
            OfVolume(volume, names);
        }

        return [.. names];
    }

    /// <summary>Whether the image lies in ECR at AWS.</summary>
    public static bool IsEcrImage(string image) => EcrPattern.IsMatch(image);

    [GeneratedRegex(@"^[0-9]{12}\.dkr[.-]ecr(-fips)?\.[a-z0-9-]+\.(amazonaws\.com(\.cn)?|on\.aws)/")]
    private static partial Regex EcrPattern { get; }

    private static void OfTask(RegisterTaskDefinitionRequest task, SortedSet<string> names)
    {
        Add(names, task.TaskRoleArn is not null, $"{Agent}task-iam-role", RemoteApi(17));
        Add(names, task.TaskRoleArn is not null && task.NetworkMode == "host", $"{Agent}task-iam-role-network-host");
        Add(names, task.NetworkMode == "awsvpc", $"{Ecs}task-eni");
        Add(names, task.Cpu is not null || task.Memory is not null, $"{Ecs}task-cpu-mem-limit");
        Add(names, task.PidMode is not null || task.IpcMode is not null, $"{Ecs}pid-ipc-namespace-sharing");
        Add(names, task.ProxyConfiguration is not null, $"{Ecs}aws-appmesh");
        Add(names, task.EnableFaultInjection == true, $"{Ecs}fault-injection");
    }

    private static void OfContainer(ContainerDefinitionShape container, RegisterTaskDefinitionRequest task, SortedSet<string> names)
    {
        var isEcr = IsEcrImage(container.Image!);
        Add(names, isEcr, $"{Agent}ecr-auth", RemoteApi(19));
        Add(names, isEcr && task.ExecutionRoleArn is not null, $"{Ecs}execution-role-ecr-pull");
        Add(names, container.RepositoryCredentials is not null, $"{Ecs}private-registry-authentication.secretsmanager");
        Add(names, container.Privileged == true, $"{Agent}privileged-container");
        Add(names, Mentions(container.DockerSecurityOptions, "label:"), $"{Agent}selinux");
        Add(names, Mentions(container.DockerSecurityOptions, "apparmor:"), $"{Agent}apparmor");
        Add(names, Mentions(container.DockerSecurityOptions, "credentialspec:") || container.CredentialSpecs is { Count: > 0 }, $"{Ecs}gmsa");
        Add(names, container.HealthCheck is not null, $"{Ecs}container-health-check", RemoteApi(24));
        Add(names, container.DependsOn is { Count: > 0 } || container.StartTimeout is not null || container.StopTimeout is not null, $"{Ecs}container-ordering");
        Add(names, container.EnvironmentFiles is { Count: > 0 }, $"{Ecs}env-files.s3");
        Add(names, container.RestartPolicy is not null, $"{Ecs}container-restart-policy");
        Add(names, container.PortMappings?.Exists(mapping => mapping.ContainerPortRange is not null) == true, $"{Ecs}network.container-port-range");
        Add(names, container.DockerLabels is { Count: > 0 } || container.Ulimits is { Count: > 0 }, RemoteApi(18));
        Add(names, container.MemoryReservation is not null, RemoteApi(21));
        Add(names, container.LinuxParameters is { SharedMemorySize: not null } or { Tmpfs.Count: > 0 }, RemoteApi(22));
        Add(names, container.LinuxParameters?.InitProcessEnabled == true, RemoteApi(25));
        foreach (var secret in container.Secrets ?? [])
        {
            names.Add(IsSecretsManager(secret) ? $"{Ecs}secrets.asm.environment-variables" : $"{Ecs}secrets.ssm.environment-variables");
        }
    }

    private static void OfLogging(ContainerDefinitionShape container, RegisterTaskDefinitionRequest task, SortedSet<string> names)
    {
        if (container.LogConfiguration is { LogDriver: { } driver } logging)
        {
            names.Add($"{Agent}logging-driver.{driver}");
            names.Add(RemoteApi(driver == "awslogs" ? 19 : 18));
            Add(names, driver == "awslogs" && task.ExecutionRoleArn is not null, $"{Ecs}execution-role-awslogs");
            Add(names, driver == FirelensRules.LogDriver && logging.Options?.ContainsKey(FirelensRules.BufferLimit) == true, $"{Ecs}logging-driver.awsfirelens.log-driver-buffer-limit");
            foreach (var secret in logging.SecretOptions ?? [])
            {
                names.Add(IsSecretsManager(secret) ? $"{Ecs}secrets.asm.bootstrap.log-driver" : $"{Ecs}secrets.ssm.bootstrap.log-driver");
            }
        }

        if (container.FirelensConfiguration is { Type: { } type } firelens)
        {
            names.Add($"{Ecs}firelens.{type}");
            Add(names, FirelensRules.IsNonRoot(container), $"{Ecs}firelens.non-root-user");
            if (firelens.Options?.GetValueOrDefault(FirelensRules.ConfigFileType) is { } source)
            {
                names.Add($"{Ecs}firelens.options.config.{source}");
            }
        }
    }

    private static void OfVolume(VolumeShape volume, SortedSet<string> names)
    {
        Add(names, volume.DockerVolumeConfiguration is not null, $"{Ecs}docker-plugin.{volume.DockerVolumeConfiguration?.Driver ?? "local"}", RemoteApi(25));
        Add(names, volume.EfsVolumeConfiguration is not null, $"{Ecs}efs", RemoteApi(25));
        Add(names, volume.EfsVolumeConfiguration?.AuthorizationConfig is not null, $"{Ecs}efsAuth");
        Add(names, volume.S3filesVolumeConfiguration is not null, $"{Ecs}storage.s3-files");
        Add(names, volume.FsxWindowsFileServerVolumeConfiguration is not null, $"{Ecs}fsxWindowsFileServer");
        Add(names, volume.ConfiguredAtLaunch == true, $"{Ecs}storage.ebs-task-volume-attach");
    }

    private static bool Mentions(List<string>? options, string prefix) => options?.Exists(option => option.StartsWith(prefix, StringComparison.Ordinal)) == true;

    private static bool IsSecretsManager(SecretShape secret) => secret.ValueFrom!.Contains(":secretsmanager:", StringComparison.Ordinal);

    private static string RemoteApi(int minor) => $"{Agent}docker-remote-api.1.{minor}";

    private static void Add(SortedSet<string> names, bool isNeeded, params ReadOnlySpan<string> needed)
    {
        if (isNeeded)
        {
            foreach (var name in needed)
            {
                names.Add(name);
            }
        }
    }
}
