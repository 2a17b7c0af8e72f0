namespace Berth.Api;

// Shapes of the API model, member for member. Members are settable because the serializer sets them fastest so.

internal sealed record AutoScalingGroupProviderShape
{
    public string? AutoScalingGroupArn { get; set; }

    public ManagedScalingShape? ManagedScaling { get; set; }

    public string? ManagedTerminationProtection { get; set; }

    public string? ManagedDraining { get; set; }
}

internal sealed record AutoScalingGroupProviderUpdateShape
{
    public ManagedScalingShape? ManagedScaling { get; set; }

    public string? ManagedTerminationProtection { get; set; }

    public string? ManagedDraining { get; set; }
}

internal sealed record CapacityProviderShape
{
    public string? CapacityProviderArn { get; set; }

    public string? Name { get; set; }

    public string? Cluster { get; set; }

    public string? Status { get; set; }

    public AutoScalingGroupProviderShape? AutoScalingGroupProvider { get; set; }

    public ManagedInstancesProviderShape? ManagedInstancesProvider { get; set; }

    public string? UpdateStatus { get; set; }

    public string? UpdateStatusReason { get; set; }

    public List<TagShape>? Tags { get; set; }

    public string? Type { get; set; }
}

internal sealed record ManagedScalingShape
{
    public string? Status { get; set; }

    public int? TargetCapacity { get; set; }

    public int? MinimumScalingStepSize { get; set; }

    public int? MaximumScalingStepSize { get; set; }

    public int? InstanceWarmupPeriod { get; set; }
}
