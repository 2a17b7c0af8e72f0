using System.Collections.Frozen;

namespace Berth.Api;

/// <summary>What ECS demands of a container's limits, capabilities, devices and kernel parameters.</summary>
internal static class ContainerLinuxRules
{
    private static readonly FrozenSet<string> Capabilities = new[]
    {
        "ALL", "AUDIT_CONTROL", "AUDIT_WRITE", "BLOCK_SUSPEND", "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE",
        "LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID",
        "SYS_ADMIN", "SYS_BOOT", "SYS_CHROOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "SYSLOG",
        "WAKE_ALARM",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> IpcControls = new[]
    {
        "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static void Check(ContainerDefinitionRules.Scope scope, RegisterTaskDefinitionRequest task)
    {
        CheckUlimits(scope);
        CheckSystemControls(scope, task);
        if (scope.Container.LinuxParameters is { } linux)
        {
            CheckParameters(scope, linux);
        }
    }

    private static void CheckUlimits(ContainerDefinitionRules.Scope scope)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < scope.Container.Ulimits?.Count; at++)
        {
            var limit = scope.Container.Ulimits[at];
            scope.Require(WireEnums.UlimitName, limit.Name, $"ulimits[{at}].name", "ulimits.name");
            if (limit.Name is null || limit.SoftLimit is null || limit.HardLimit is null || (limit.SoftLimit > limit.HardLimit && limit.HardLimit >= 0))
            {
                scope.Setting($"ulimits[{at}]", "A ulimit must have a name, a soft limit and a hard limit, and the soft limit must not be greater than the hard limit.");
            }
            else if (!names.Add(limit.Name))
            {
                scope.Setting($"ulimits[{at}].name", $"The ulimit '{limit.Name}' is given more than once.");
            }
        }
    }

    private static void CheckSystemControls(ContainerDefinitionRules.Scope scope, RegisterTaskDefinitionRequest task)
    {
        for (var at = 0; at < scope.Container.SystemControls?.Count; at++)
        {
            var (name, value) = (scope.Container.SystemControls[at].Namespace ?? "", scope.Container.SystemControls[at].Value);
            var isIpc = IpcControls.Contains(name) || name.StartsWith("fs.mqueue.", StringComparison.Ordinal);
            var isNet = name.StartsWith("net.", StringComparison.Ordinal);
            if (!isIpc && !isNet)
            {
                scope.Setting($"systemControls[{at}].namespace", $"The system control '{name}' is not supported.");
            }
            else if (string.IsNullOrEmpty(value))
            {
                scope.Setting($"systemControls[{at}].value", $"The system control '{name}' must have a value.");
            }
            else if (isNet && task.NetworkMode == "host")
            {
                scope.Setting($"systemControls[{at}].namespace", $"The system control '{name}' is not supported when networkMode=host.");
            }
            else if (isIpc && task.IpcMode == "host")
            {
                scope.Setting($"systemControls[{at}].namespace", $"The system control '{name}' is not supported when ipcMode=host.");
            }
        }
    }

    private static void CheckParameters(ContainerDefinitionRules.Scope scope, LinuxParametersShape linux)
    {
        scope.Range("linuxParameters.swappiness", linux.Swappiness, 0, 100);
        scope.Range("linuxParameters.maxSwap", linux.MaxSwap, 0, int.MaxValue);
        scope.Range("linuxParameters.sharedMemorySize", linux.SharedMemorySize, 1, int.MaxValue);
        CheckCapabilities(scope, linux.Capabilities?.Add, "linuxParameters.capabilities.add");
        CheckCapabilities(scope, linux.Capabilities?.Drop, "linuxParameters.capabilities.drop");
        for (var at = 0; at < linux.Devices?.Count; at++)
        {
            if (string.IsNullOrEmpty(linux.Devices[at].HostPath))
            {
                scope.Setting($"linuxParameters.devices[{at}]", "'linuxParameters.devices.hostPath' should not be null or empty.");
            }

            foreach (var permission in linux.Devices[at].Permissions ?? [])
            {
                scope.Require(WireEnums.DeviceCgroupPermission, permission, $"linuxParameters.devices[{at}].permissions", "devices.permissions");
            }
        }

        for (var at = 0; at < linux.Tmpfs?.Count; at++)
        {
            if (string.IsNullOrEmpty(linux.Tmpfs[at].ContainerPath) || linux.Tmpfs[at].Size is null or < 1)
            {
                scope.Setting($"linuxParameters.tmpfs[{at}]", "A tmpfs mount must have a containerPath and a size.");
            }
        }
    }

    private static void CheckCapabilities(ContainerDefinitionRules.Scope scope, List<string>? names, string member)
    {
        for (var at = 0; at < names?.Count; at++)
        {
            if (!Capabilities.Contains(names[at]))
            {
                scope.Setting($"{member}[{at}]", $"There is no capability '{names[at]}'.");
            }
        }
    }
}
