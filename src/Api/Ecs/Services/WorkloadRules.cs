using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>What tasks are made of, as a request says it: checked, and what is not carried out refused.</summary>
internal static class WorkloadRules
{
    private const int MostMetricConfigurations = 5;

    /// <summary>A document as given; null when there is none.</summary>
    public static JsonElement? Keep<T>(T? shape, JsonTypeInfo<T> json)
        where T : class => shape is null ? null : JsonSerializer.SerializeToElement(shape, json);

    public static ImmutableArray<ServiceRegistry> Registries(List<ServiceRegistryShape>? registries)
    {
        if (registries is not { Count: > 0 })
        {
            return [];
        }

        if (registries.Count > 1)
        {
            throw AwsException.InvalidParameter("A service can have at most 1 service registry.");
        }

        foreach (var registry in registries)
        {
            if (string.IsNullOrEmpty(registry.RegistryArn))
            {
                throw AwsException.InvalidParameter("serviceRegistries.registryArn can not be blank.");
            }

            if (registry.Port is not null && registry.ContainerPort is not null)
            {
                throw AwsException.InvalidParameter("serviceRegistries can have either a port or a container name and container port, not both.");
            }

            CheckPort(registry.Port, "serviceRegistries.port");
            CheckPort(registry.ContainerPort, "serviceRegistries.containerPort");
        }

        throw NotYet.Supported("Service discovery");
    }

    /// <summary>Checks the documents that surround tasks; those that would need something Berth lacks are refused.</summary>
    public static void CheckDocuments(
        ServiceConnectConfigurationShape? connect,
        List<ServiceVolumeConfigurationShape>? volumes,
        List<VpcLatticeConfigurationShape>? lattice,
        MonitoringConfigurationShape? monitoring)
    {
        CheckServiceConnect(connect);
        foreach (var volume in volumes ?? [])
        {
            if (string.IsNullOrEmpty(volume.Name))
            {
                throw AwsException.InvalidParameter("volumeConfigurations.name can not be blank.");
            }

            WireEnums.TaskFilesystemType.Require(volume.ManagedEBSVolume?.FilesystemType, "volumeConfigurations.managedEBSVolume.filesystemType");
            if (volume.ManagedEBSVolume is { } ebs && string.IsNullOrEmpty(ebs.RoleArn))
            {
                throw AwsException.InvalidParameter("volumeConfigurations.managedEBSVolume.roleArn can not be blank.");
            }
        }

        foreach (var entry in lattice ?? [])
        {
            if (string.IsNullOrEmpty(entry.RoleArn) || string.IsNullOrEmpty(entry.TargetGroupArn) || string.IsNullOrEmpty(entry.PortName))
            {
                throw AwsException.InvalidParameter("vpcLatticeConfigurations needs roleArn, targetGroupArn and portName.");
            }
        }

        CheckMonitoring(monitoring);
        NotYet.Refuse(volumes is { Count: > 0 }, "A volume that is configured at launch");
        NotYet.Refuse(lattice is { Count: > 0 }, "VPC Lattice");
    }

    private static void CheckServiceConnect(ServiceConnectConfigurationShape? connect)
    {
        if (connect is null)
        {
            return;
        }

        if (connect.Enabled is null)
        {
            throw AwsException.InvalidParameter("serviceConnectConfiguration.enabled can not be null.");
        }

        WireEnums.ServiceConnectAccessLoggingFormat.Require(connect.AccessLogConfiguration?.Format, "serviceConnectConfiguration.accessLogConfiguration.format");
        WireEnums.ServiceConnectIncludeQueryParameters.Require(connect.AccessLogConfiguration?.IncludeQueryParameters, "serviceConnectConfiguration.accessLogConfiguration.includeQueryParameters");
        WireEnums.LogDriver.Require(connect.LogConfiguration?.LogDriver, "serviceConnectConfiguration.logConfiguration.logDriver");
        foreach (var service in connect.Services ?? [])
        {
            if (string.IsNullOrEmpty(service.PortName))
            {
                throw AwsException.InvalidParameter("serviceConnectConfiguration.services.portName can not be blank.");
            }

            CheckPort(service.IngressPortOverride, "serviceConnectConfiguration.services.ingressPortOverride");
            if (service.ClientAliases?.Count > 1)
            {
                throw AwsException.InvalidParameter("serviceConnectConfiguration.services.clientAliases can have at most 1 item.");
            }

            foreach (var alias in service.ClientAliases ?? [])
            {
                CheckPort(alias.Port ?? 0, "serviceConnectConfiguration.services.clientAliases.port");
            }
        }

        NotYet.Refuse(connect.Enabled == true, "Service Connect");
    }

    private static void CheckMonitoring(MonitoringConfigurationShape? monitoring)
    {
        if (monitoring?.MetricConfigurations?.Count > MostMetricConfigurations)
        {
            throw AwsException.InvalidParameter($"monitoring.metricConfigurations can have at most {MostMetricConfigurations} items.");
        }

        foreach (var metric in monitoring?.MetricConfigurations ?? [])
        {
            if (metric.MetricNames is not { Count: >= 1 and <= 5 } names || names.Exists(name => name is not ("CPUUtilization" or "MemoryUtilization")))
            {
                throw AwsException.InvalidParameter("monitoring.metricConfigurations.metricNames should be one of [CPUUtilization, MemoryUtilization]");
            }

            if (metric.ResolutionSeconds is not (20 or 60))
            {
                throw AwsException.InvalidParameter("monitoring.metricConfigurations.resolutionSeconds should be one of [20, 60]");
            }
        }
    }

    private static void CheckPort(int? port, string member)
    {
        if (port is < 1 or > 65535)
        {
            throw AwsException.InvalidParameter($"{member} must be between 1 and 65535.");
        }
    }
}
