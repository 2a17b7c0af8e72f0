using Berth.Wire;

namespace Berth.Api;

/// <summary>What ECS demands of volumes and of what mounts them.</summary>
internal static class VolumeRules
{
    /// <summary>Refuses volumes and mounts that do not fit together.</summary>
    public static void Check(List<VolumeShape> volumes, List<ContainerDefinitionShape> containers)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var volume in volumes)
        {
            CheckVolume(volume);
            if (!names.Add(volume.Name!))
            {
                throw AwsException.Client($"Duplicate volume name '{volume.Name}'.");
            }
        }

        if (volumes.Count(volume => volume.ConfiguredAtLaunch == true) > 1)
        {
            throw AwsException.Client("A task definition can have only one volume that is configured at launch.");
        }

        foreach (var container in containers)
        {
            CheckMounts(container, names, containers);
        }
    }

    private static void CheckVolume(VolumeShape volume)
    {
        if (string.IsNullOrEmpty(volume.Name) || !TaskDefinitionRules.IsName(volume.Name))
        {
            throw AwsException.Client("Volume.name should not be null or empty and must hold letters, digits, hyphens and underscores only.");
        }

        object?[] kinds =
        [
            volume.Host, volume.DockerVolumeConfiguration, volume.EfsVolumeConfiguration, volume.S3filesVolumeConfiguration,
            volume.FsxWindowsFileServerVolumeConfiguration, volume.ConfiguredAtLaunch == true ? volume : null,
        ];
        if (kinds.Count(kind => kind is not null) > 1)
        {
            throw AwsException.Client($"Volume '{volume.Name}' can have one configuration only.");
        }

        if (volume.DockerVolumeConfiguration is { } docker)
        {
            WireEnums.Scope.RequireOfClient(docker.Scope, "scope");
            if (docker.Autoprovision is not null && docker.Scope != "shared")
            {
                throw AwsException.Client($"Volume '{volume.Name}': autoprovision can only be used with the scope shared.");
            }
        }

        if (volume.EfsVolumeConfiguration is { FileSystemId: null or "" })
        {
            throw AwsException.Client($"Volume '{volume.Name}': an EFS volume must have a fileSystemId.");
        }
    }

    private static void CheckMounts(ContainerDefinitionShape container, HashSet<string> volumes, List<ContainerDefinitionShape> containers)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var mount in container.MountPoints ?? [])
        {
            if (mount.SourceVolume is null || !volumes.Contains(mount.SourceVolume))
            {
                throw AwsException.Client($"Unknown volume '{mount.SourceVolume}'.");
            }

            if (string.IsNullOrEmpty(mount.ContainerPath))
            {
                throw AwsException.Client($"Invalid setting for container '{container.Name}'. 'mountPoints.containerPath' should not be null or empty.");
            }

            if (!paths.Add(mount.ContainerPath))
            {
                throw AwsException.Client($"Invalid setting for container '{container.Name}'. The path '{mount.ContainerPath}' is mounted more than once.");
            }
        }

        foreach (var from in container.VolumesFrom ?? [])
        {
            if (from.SourceContainer == container.Name || !containers.Exists(other => other.Name == from.SourceContainer))
            {
                throw AwsException.Client($"Invalid setting for container '{container.Name}'. 'volumesFrom' names the unknown container '{from.SourceContainer}'.");
            }
        }
    }
}
