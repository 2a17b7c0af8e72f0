namespace Berth.Api;

// Shapes of the API model, member for member. Members are settable because the serializer sets them fastest so.

internal sealed record AcceleratorCountRequestShape
{
    public int? Min { get; set; }

    public int? Max { get; set; }
}

internal sealed record AcceleratorTotalMemoryMiBRequestShape
{
    public int? Min { get; set; }

    public int? Max { get; set; }
}

internal sealed record AutoRepairConfigurationShape
{
    public string? ActionsStatus { get; set; }
}

internal sealed record BaselineEbsBandwidthMbpsRequestShape
{
    public int? Min { get; set; }

    public int? Max { get; set; }
}

internal sealed record CapacityReservationRequestShape
{
    public string? ReservationGroupArn { get; set; }

    public string? ReservationPreference { get; set; }
}

internal sealed record CreateManagedInstancesProviderConfigurationShape
{
    public string? InfrastructureRoleArn { get; set; }

    public InstanceLaunchTemplateShape? InstanceLaunchTemplate { get; set; }

    public string? PropagateTags { get; set; }

    public InfrastructureOptimizationShape? InfrastructureOptimization { get; set; }

    public AutoRepairConfigurationShape? AutoRepairConfiguration { get; set; }
}

internal sealed record InfrastructureOptimizationShape
{
    public int? ScaleInAfter { get; set; }
}

internal sealed record InstanceLaunchTemplateShape
{
    public string? Ec2InstanceProfileArn { get; set; }

    public ManagedInstancesNetworkConfigurationShape? NetworkConfiguration { get; set; }

    public ManagedInstancesStorageConfigurationShape? StorageConfiguration { get; set; }

    public ManagedInstancesLocalStorageConfigurationShape? LocalStorageConfiguration { get; set; }

    public string? Monitoring { get; set; }

    public string? CapacityOptionType { get; set; }

    public bool? InstanceMetadataTagsPropagation { get; set; }

    public InstanceRequirementsRequestShape? InstanceRequirements { get; set; }

    public bool? FipsEnabled { get; set; }

    public CapacityReservationRequestShape? CapacityReservations { get; set; }
}

internal sealed record InstanceLaunchTemplateUpdateShape
{
    public string? Ec2InstanceProfileArn { get; set; }

    public ManagedInstancesNetworkConfigurationShape? NetworkConfiguration { get; set; }

    public ManagedInstancesStorageConfigurationShape? StorageConfiguration { get; set; }

    public bool? InstanceMetadataTagsPropagation { get; set; }

    public ManagedInstancesLocalStorageConfigurationShape? LocalStorageConfiguration { get; set; }

    public string? Monitoring { get; set; }

    public InstanceRequirementsRequestShape? InstanceRequirements { get; set; }

    public CapacityReservationRequestShape? CapacityReservations { get; set; }
}

internal sealed record InstanceRequirementsRequestShape
{
    public VCpuCountRangeRequestShape? VCpuCount { get; set; }

    public MemoryMiBRequestShape? MemoryMiB { get; set; }

    public List<string>? CpuManufacturers { get; set; }

    public MemoryGiBPerVCpuRequestShape? MemoryGiBPerVCpu { get; set; }

    public List<string>? ExcludedInstanceTypes { get; set; }

    public List<string>? InstanceGenerations { get; set; }

    public int? SpotMaxPricePercentageOverLowestPrice { get; set; }

    public int? OnDemandMaxPricePercentageOverLowestPrice { get; set; }

    public string? BareMetal { get; set; }

    public string? BurstablePerformance { get; set; }

    public bool? RequireHibernateSupport { get; set; }

    public NetworkInterfaceCountRequestShape? NetworkInterfaceCount { get; set; }

    public string? LocalStorage { get; set; }

    public List<string>? LocalStorageTypes { get; set; }

    public TotalLocalStorageGBRequestShape? TotalLocalStorageGB { get; set; }

    public BaselineEbsBandwidthMbpsRequestShape? BaselineEbsBandwidthMbps { get; set; }

    public List<string>? AcceleratorTypes { get; set; }

    public AcceleratorCountRequestShape? AcceleratorCount { get; set; }

    public List<string>? AcceleratorManufacturers { get; set; }

    public List<string>? AcceleratorNames { get; set; }

    public AcceleratorTotalMemoryMiBRequestShape? AcceleratorTotalMemoryMiB { get; set; }

    public NetworkBandwidthGbpsRequestShape? NetworkBandwidthGbps { get; set; }

    public List<string>? AllowedInstanceTypes { get; set; }

    public int? MaxSpotPriceAsPercentageOfOptimalOnDemandPrice { get; set; }
}

internal sealed record ManagedInstancesLocalStorageConfigurationShape
{
    public bool? UseLocalStorage { get; set; }
}

internal sealed record ManagedInstancesNetworkConfigurationShape
{
    public List<string>? Subnets { get; set; }

    public List<string>? SecurityGroups { get; set; }
}

internal sealed record ManagedInstancesProviderShape
{
    public string? InfrastructureRoleArn { get; set; }

    public InstanceLaunchTemplateShape? InstanceLaunchTemplate { get; set; }

    public string? PropagateTags { get; set; }

    public InfrastructureOptimizationShape? InfrastructureOptimization { get; set; }

    public AutoRepairConfigurationShape? AutoRepairConfiguration { get; set; }
}

internal sealed record ManagedInstancesStorageConfigurationShape
{
    public int? StorageSizeGiB { get; set; }
}

internal sealed record MemoryGiBPerVCpuRequestShape
{
    public double? Min { get; set; }

    public double? Max { get; set; }
}

internal sealed record MemoryMiBRequestShape
{
    public int? Min { get; set; }

    public int? Max { get; set; }
}

internal sealed record NetworkBandwidthGbpsRequestShape
{
    public double? Min { get; set; }

    public double? Max { get; set; }
}

internal sealed record NetworkInterfaceCountRequestShape
{
    public int? Min { get; set; }

    public int? Max { get; set; }
}

internal sealed record TotalLocalStorageGBRequestShape
{
    public double? Min { get; set; }

    public double? Max { get; set; }
}

internal sealed record UpdateManagedInstancesProviderConfigurationShape
{
    public string? InfrastructureRoleArn { get; set; }

    public InstanceLaunchTemplateUpdateShape? InstanceLaunchTemplate { get; set; }

    public string? PropagateTags { get; set; }

    public InfrastructureOptimizationShape? InfrastructureOptimization { get; set; }

    public AutoRepairConfigurationShape? AutoRepairConfiguration { get; set; }
}

internal sealed record VCpuCountRangeRequestShape
{
    public int? Min { get; set; }

    public int? Max { get; set; }
}
