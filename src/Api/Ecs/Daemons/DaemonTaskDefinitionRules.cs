using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>
/// What ECS demands of a daemon task definition. Its containers and volumes are those of a task definition less some
/// members, and are held to the same rules.
/// </summary>
internal static class DaemonTaskDefinitionRules
{
    /// <summary>Refuses what ECS would not register.</summary>
    public static void Check(RegisterDaemonTaskDefinitionRequest request, EcsQuotas quotas)
    {
        if (string.IsNullOrEmpty(request.Family))
        {
            throw AwsException.InvalidParameter("family can not be blank.");
        }

        if (request.ContainerDefinitions is null)
        {
            throw AwsException.InvalidParameter("containerDefinitions can not be empty.");
        }

        WireEnums.DaemonPidMode.RequireOfClient(request.PidMode, "pidMode");
        WireEnums.DaemonIpcMode.RequireOfClient(request.IpcMode, "ipcMode");
        TaskDefinitionRules.Check(AsTask(request), quotas).ThrowFirst();
    }

    /// <summary>The same as a task definition: what the containers of a daemon are on an instance.</summary>
    public static RegisterTaskDefinitionRequest AsTask(RegisterDaemonTaskDefinitionRequest request) => new()
    {
        Family = request.Family,
        TaskRoleArn = request.TaskRoleArn,
        ExecutionRoleArn = request.ExecutionRoleArn,
        ContainerDefinitions = request.ContainerDefinitions?.ConvertAll(AsContainer),
        Volumes = request.Volumes?.ConvertAll(volume => new VolumeShape { Name = volume.Name, Host = volume.Host }),
        Cpu = request.Cpu,
        Memory = request.Memory,
        PidMode = Namespace(request.PidMode),
        IpcMode = Namespace(request.IpcMode),
    };

    /// <summary>A daemon that shares a namespace is in the host's.</summary>
    private static string? Namespace(string? mode) => mode == "shared" ? "host" : null;

    private static ContainerDefinitionShape AsContainer(DaemonContainerDefinitionShape container) => new()
    {
        Name = container.Name,
        Image = container.Image,
        Memory = container.Memory,
        MemoryReservation = container.MemoryReservation,
        RepositoryCredentials = container.RepositoryCredentials,
        HealthCheck = container.HealthCheck,
        Cpu = container.Cpu,
        Essential = container.Essential,
        EntryPoint = container.EntryPoint,
        Command = container.Command,
        WorkingDirectory = container.WorkingDirectory,
        EnvironmentFiles = container.EnvironmentFiles,
        Environment = container.Environment,
        Secrets = container.Secrets,
        ReadonlyRootFilesystem = container.ReadonlyRootFilesystem,
        MountPoints = container.MountPoints,
        LogConfiguration = container.LogConfiguration,
        FirelensConfiguration = container.FirelensConfiguration,
        Privileged = container.Privileged,
        User = container.User,
        Ulimits = container.Ulimits,
        LinuxParameters = container.LinuxParameters is { } linux
            ? new() { Capabilities = linux.Capabilities, Devices = linux.Devices, InitProcessEnabled = linux.InitProcessEnabled, Tmpfs = linux.Tmpfs }
            : null,
        DependsOn = container.DependsOn,
        StartTimeout = container.StartTimeout,
        StopTimeout = container.StopTimeout,
        SystemControls = container.SystemControls,
        Interactive = container.Interactive,
        PseudoTerminal = container.PseudoTerminal,
        RestartPolicy = container.RestartPolicy,
    };
}
