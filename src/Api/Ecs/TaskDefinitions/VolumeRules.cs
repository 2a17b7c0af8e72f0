namespace Berth.Api;

/// <summary>What ECS demands of volumes and of what mounts them.</summary>
internal static class VolumeRules
{
    private const int MostPort = 65_535;

    /// <summary>Finds volumes and mounts that do not fit together.</summary>
    public static void Check(RegisterTaskDefinitionRequest task, List<ContainerDefinitionShape> containers, Problems problems)
    {
        var volumes = task.Volumes ?? [];
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < volumes.Count; at++)
        {
            CheckVolume(volumes[at], $"volumes[{at}]", task, problems);
            problems.AddIf(
                !string.IsNullOrEmpty(volumes[at].Name) && !names.Add(volumes[at].Name!), $"volumes[{at}].name", $"Duplicate volume name '{volumes[at].Name}'.");
        }

        problems.AddIf(
            volumes.Count(volume => volume.ConfiguredAtLaunch == true) > 1, "volumes", "A task definition can have only one volume that is configured at launch.");
        var sources = containers.Select(container => container.Name).OfType<string>().ToHashSet(StringComparer.Ordinal);
        for (var at = 0; at < containers.Count; at++)
        {
            CheckMounts(containers[at], $"containerDefinitions[{at}]", names, sources, problems);
        }
    }

    private static void CheckVolume(VolumeShape volume, string at, RegisterTaskDefinitionRequest task, Problems problems)
    {
        problems.AddIf(
            string.IsNullOrEmpty(volume.Name) || !TaskDefinitionRules.IsName(volume.Name),
            $"{at}.name",
            "Volume.name should not be null or empty and must hold letters, digits, hyphens and underscores only.");
        object?[] kinds =
        [
            volume.Host, volume.DockerVolumeConfiguration, volume.EfsVolumeConfiguration, volume.S3filesVolumeConfiguration,
            volume.FsxWindowsFileServerVolumeConfiguration, volume.ConfiguredAtLaunch == true ? volume : null,
        ];
        problems.AddIf(kinds.Count(kind => kind is not null) > 1, at, $"Volume '{volume.Name}' can have one configuration only.");
        if (volume.DockerVolumeConfiguration is { } docker)
        {
            problems.Require(WireEnums.Scope, docker.Scope, $"{at}.dockerVolumeConfiguration", "scope");
            problems.AddIf(
                docker.Autoprovision is not null && docker.Scope != "shared",
                $"{at}.dockerVolumeConfiguration.autoprovision",
                $"Volume '{volume.Name}': autoprovision can only be used with the scope shared.");
        }

        if (volume.EfsVolumeConfiguration is { } efs)
        {
            CheckEfs(volume, efs, $"{at}.efsVolumeConfiguration", problems);
        }

        if (volume.S3filesVolumeConfiguration is { } files)
        {
            problems.AddIf(string.IsNullOrEmpty(files.FileSystemArn), $"{at}.s3filesVolumeConfiguration", $"Volume '{volume.Name}': an S3 Files volume must have a fileSystemArn.");
            problems.AddIf(string.IsNullOrEmpty(task.TaskRoleArn), $"{at}.s3filesVolumeConfiguration", $"Volume '{volume.Name}': an S3 Files volume needs a task role.");
            CheckPort(volume, files.TransitEncryptionPort, $"{at}.s3filesVolumeConfiguration", problems);
        }

        if (volume.FsxWindowsFileServerVolumeConfiguration is { } fsx)
        {
            problems.AddIf(
                string.IsNullOrEmpty(fsx.FileSystemId) || string.IsNullOrEmpty(fsx.RootDirectory)
                    || string.IsNullOrEmpty(fsx.AuthorizationConfig?.CredentialsParameter) || string.IsNullOrEmpty(fsx.AuthorizationConfig.Domain),
                $"{at}.fsxWindowsFileServerVolumeConfiguration",
                $"Volume '{volume.Name}': an FSx for Windows File Server volume must have a fileSystemId, a rootDirectory, and an authorizationConfig with credentialsParameter and domain.");
        }
    }

    private static void CheckEfs(VolumeShape volume, EFSVolumeConfigurationShape efs, string at, Problems problems)
    {
        problems.AddIf(string.IsNullOrEmpty(efs.FileSystemId), at, $"Volume '{volume.Name}': an EFS volume must have a fileSystemId.");
        problems.Require(WireEnums.EFSTransitEncryption, efs.TransitEncryption, at, "transitEncryption");
        problems.Require(WireEnums.EFSAuthorizationConfigIAM, efs.AuthorizationConfig?.Iam, at, "authorizationConfig.iam");
        CheckPort(volume, efs.TransitEncryptionPort, at, problems);
        var isEncrypted = efs.TransitEncryption == "ENABLED";
        problems.AddIf(
            !isEncrypted && (efs.AuthorizationConfig?.Iam == "ENABLED" || !string.IsNullOrEmpty(efs.AuthorizationConfig?.AccessPointId)),
            $"{at}.transitEncryption",
            $"Volume '{volume.Name}': transitEncryption must be ENABLED to use an access point or IAM authorization.");
        problems.AddIf(
            !string.IsNullOrEmpty(efs.AuthorizationConfig?.AccessPointId) && efs.RootDirectory is not (null or "" or "/"),
            $"{at}.rootDirectory",
            $"Volume '{volume.Name}': rootDirectory must be left out or be / when an access point is used.");
    }

    private static void CheckPort(VolumeShape volume, int? port, string at, Problems problems) => problems.AddIf(
        port is < 1 or > MostPort, $"{at}.transitEncryptionPort", $"Volume '{volume.Name}': transitEncryptionPort must be between 1 and {MostPort}.");

    private static void CheckMounts(ContainerDefinitionShape container, string at, HashSet<string> volumes, HashSet<string> sources, Problems problems)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        for (var entry = 0; entry < container.MountPoints?.Count; entry++)
        {
            var mount = container.MountPoints[entry];
            problems.AddIf(
                mount.SourceVolume is null || !volumes.Contains(mount.SourceVolume), $"{at}.mountPoints[{entry}].sourceVolume", $"Unknown volume '{mount.SourceVolume}'.");
            if (string.IsNullOrEmpty(mount.ContainerPath))
            {
                problems.Add($"{at}.mountPoints[{entry}]", $"Invalid setting for container '{container.Name}'. 'mountPoints.containerPath' should not be null or empty.");
            }
            else
            {
                problems.AddIf(
                    !paths.Add(mount.ContainerPath),
                    $"{at}.mountPoints[{entry}].containerPath",
                    $"Invalid setting for container '{container.Name}'. The path '{mount.ContainerPath}' is mounted more than once.");
            }
        }

        for (var entry = 0; entry < container.VolumesFrom?.Count; entry++)
        {
            var source = container.VolumesFrom[entry].SourceContainer;
            problems.AddIf(
                source is null || source == container.Name || !sources.Contains(source),
                $"{at}.volumesFrom[{entry}].sourceContainer",
                $"Invalid setting for container '{container.Name}'. 'volumesFrom' names the unknown container '{source}'.");
        }
    }
}
