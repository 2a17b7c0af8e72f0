using Berth.Wire;

namespace Berth.Api;

/// <summary>
/// What ECS demands of a MANAGED_INSTANCES capacity provider. Berth launches no machines: the provider is kept and told,
/// and its tasks go to the instances its operator counts to it.
/// </summary>
internal static class ManagedInstancesRules
{
    private const int MostScaleInSeconds = 3600;
    private const int MostInstanceTypes = 400;

    /// <summary>A new provider's settings, checked.</summary>
    public static ManagedInstancesProviderShape Read(CreateManagedInstancesProviderConfigurationShape given)
    {
        RequireRole(given.InfrastructureRoleArn);
        var template = given.InstanceLaunchTemplate ?? throw Missing("instanceLaunchTemplate");
        if (string.IsNullOrEmpty(template.Ec2InstanceProfileArn))
        {
            throw Missing("instanceLaunchTemplate.ec2InstanceProfileArn");
        }

        if (template.NetworkConfiguration is not { Subnets.Count: > 0 })
        {
            throw Missing("instanceLaunchTemplate.networkConfiguration.subnets");
        }

        WireEnums.CapacityOptionType.RequireOfClient(template.CapacityOptionType, "capacityOptionType");
        Check(template.Monitoring, template.StorageConfiguration, template.InstanceRequirements, template.CapacityReservations);
        Check(given.PropagateTags, given.InfrastructureOptimization, given.AutoRepairConfiguration);
        return new()
        {
            InfrastructureRoleArn = given.InfrastructureRoleArn,
            InstanceLaunchTemplate = template,
            PropagateTags = given.PropagateTags,
            InfrastructureOptimization = given.InfrastructureOptimization,
            AutoRepairConfiguration = given.AutoRepairConfiguration,
        };
    }

    /// <summary>The settings after an update: what it does not give stays.</summary>
    public static ManagedInstancesProviderShape Merge(ManagedInstancesProviderShape known, UpdateManagedInstancesProviderConfigurationShape update)
    {
        RequireRole(update.InfrastructureRoleArn);
        var now = update.InstanceLaunchTemplate ?? throw Missing("instanceLaunchTemplate");
        var was = known.InstanceLaunchTemplate ?? new();
        Check(now.Monitoring, now.StorageConfiguration, now.InstanceRequirements, now.CapacityReservations);
        Check(update.PropagateTags, update.InfrastructureOptimization, update.AutoRepairConfiguration);
        return new()
        {
            InfrastructureRoleArn = update.InfrastructureRoleArn,
            InstanceLaunchTemplate = was with
            {
                Ec2InstanceProfileArn = now.Ec2InstanceProfileArn ?? was.Ec2InstanceProfileArn,
                NetworkConfiguration = now.NetworkConfiguration ?? was.NetworkConfiguration,
                StorageConfiguration = now.StorageConfiguration ?? was.StorageConfiguration,
                LocalStorageConfiguration = now.LocalStorageConfiguration ?? was.LocalStorageConfiguration,
                Monitoring = now.Monitoring ?? was.Monitoring,
                InstanceMetadataTagsPropagation = now.InstanceMetadataTagsPropagation ?? was.InstanceMetadataTagsPropagation,
                InstanceRequirements = now.InstanceRequirements ?? was.InstanceRequirements,
                CapacityReservations = now.CapacityReservations ?? was.CapacityReservations,
            },
            PropagateTags = update.PropagateTags ?? known.PropagateTags,
            InfrastructureOptimization = update.InfrastructureOptimization ?? known.InfrastructureOptimization,
            AutoRepairConfiguration = update.AutoRepairConfiguration ?? known.AutoRepairConfiguration,
        };
    }

    private static void RequireRole(string? role)
    {
        if (string.IsNullOrEmpty(role))
        {
            throw Missing("infrastructureRoleArn");
        }
    }

    private static void Check(
        string? monitoring, ManagedInstancesStorageConfigurationShape? storage, InstanceRequirementsRequestShape? requirements, CapacityReservationRequestShape? reservations)
    {
        WireEnums.ManagedInstancesMonitoringOptions.RequireOfClient(monitoring, "monitoring");
        WireEnums.CapacityReservationPreference.RequireOfClient(reservations?.ReservationPreference, "reservationPreference");
        if (storage?.StorageSizeGiB < 1)
        {
            throw AwsException.Client("'storageSizeGiB' must be at least 1.");
        }

        if (requirements is not null)
        {
            Check(requirements);
        }
    }

    private static void Check(InstanceRequirementsRequestShape requirements)
    {
        if (requirements.VCpuCount?.Min is null || requirements.MemoryMiB?.Min is null)
        {
            throw Missing("instanceRequirements.vCpuCount.min and memoryMiB.min");
        }

        if (requirements.VCpuCount.Max < requirements.VCpuCount.Min || requirements.MemoryMiB.Max < requirements.MemoryMiB.Min)
        {
            throw AwsException.Client("In 'instanceRequirements' a minimum must not be greater than its maximum.");
        }

        if (requirements.AllowedInstanceTypes is { Count: > 0 } && requirements.ExcludedInstanceTypes is { Count: > 0 })
        {
            throw AwsException.Client("'allowedInstanceTypes' and 'excludedInstanceTypes' cannot be used together.");
        }

        if (requirements.AllowedInstanceTypes?.Count > MostInstanceTypes || requirements.ExcludedInstanceTypes?.Count > MostInstanceTypes)
        {
            throw AwsException.Client($"'instanceRequirements' can name at most {MostInstanceTypes} instance types.");
        }

        WireEnums.BareMetal.RequireOfClient(requirements.BareMetal, "bareMetal");
        WireEnums.BurstablePerformance.RequireOfClient(requirements.BurstablePerformance, "burstablePerformance");
        WireEnums.LocalStorage.RequireOfClient(requirements.LocalStorage, "localStorage");
        RequireAll(WireEnums.CpuManufacturer, requirements.CpuManufacturers, "cpuManufacturers");
        RequireAll(WireEnums.InstanceGeneration, requirements.InstanceGenerations, "instanceGenerations");
        RequireAll(WireEnums.LocalStorageType, requirements.LocalStorageTypes, "localStorageTypes");
        RequireAll(WireEnums.AcceleratorType, requirements.AcceleratorTypes, "acceleratorTypes");
        RequireAll(WireEnums.AcceleratorManufacturer, requirements.AcceleratorManufacturers, "acceleratorManufacturers");
        RequireAll(WireEnums.AcceleratorName, requirements.AcceleratorNames, "acceleratorNames");

        static void RequireAll(WireEnum known, List<string>? texts, string member) => texts?.ForEach(text => known.RequireOfClient(text, member));
    }

    private static void Check(string? propagateTags, InfrastructureOptimizationShape? optimization, AutoRepairConfigurationShape? repair)
    {
        WireEnums.PropagateMITags.RequireOfClient(propagateTags, "propagateTags");
        WireEnums.AutoRepairActionsStatus.RequireOfClient(repair?.ActionsStatus, "actionsStatus");
        if (optimization?.ScaleInAfter is < -1 or > MostScaleInSeconds)
        {
            throw AwsException.Client($"'scaleInAfter' must be -1 or between 0 and {MostScaleInSeconds}.");
        }
    }

    private static AwsException Missing(string member) => AwsException.Client($"'{member}' must be specified for a Managed Instances capacity provider.");
}
