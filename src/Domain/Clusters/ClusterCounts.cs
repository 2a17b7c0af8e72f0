namespace Berth.Domain;

/// <summary>A number by launch type.</summary>
public readonly record struct CountByLaunchType(int Ec2, int Fargate, int External, int ManagedInstances)
{
    /// <summary>Over all launch types.</summary>
    public int All => Ec2 + Fargate + External + ManagedInstances;

    internal CountByLaunchType Plus(string? launchType, int change) => launchType switch
    {
        "FARGATE" => this with { Fargate = Fargate + change },
        "EXTERNAL" => this with { External = External + change },
        "MANAGED_INSTANCES" => this with { ManagedInstances = ManagedInstances + change },
        _ => this with { Ec2 = Ec2 + change },
    };
}

/// <summary>
/// How many there are of what the API counts of a cluster. Kept up with every fact, so that telling a cluster looks at
/// nothing in it.
/// </summary>
public sealed record ClusterCounts
{
    /// <summary>An empty cluster's.</summary>
    public static ClusterCounts None { get; } = new();

    /// <summary>Container instances that are not deregistered.</summary>
    public int ContainerInstances { get; private init; }

    /// <summary>Tasks whose status is RUNNING.</summary>
    public CountByLaunchType RunningTasks { get; private init; }

    /// <summary>Tasks that are to run and do not yet.</summary>
    public CountByLaunchType PendingTasks { get; private init; }

    /// <summary>ACTIVE services.</summary>
    public CountByLaunchType ActiveServices { get; private init; }

    /// <summary>DRAINING services.</summary>
    public CountByLaunchType DrainingServices { get; private init; }

    internal static ClusterCounts Of(ClusterState state, IEnumerable<EcsTask> tasks)
    {
        var counts = None;
        foreach (var instance in state.ContainerInstances.Values)
        {
            counts = counts.With(null, instance);
        }

        foreach (var service in state.Services.Values)
        {
            counts = counts.With(null, service);
        }

        foreach (var task in tasks)
        {
            counts = counts.With(null, task);
        }

        return counts;
    }

    internal ClusterCounts With(ContainerInstance? before, ContainerInstance? after)
    {
        var change = One(after is { Status: not ContainerInstanceStatus.Inactive }) - One(before is { Status: not ContainerInstanceStatus.Inactive });
        return change == 0 ? this : this with { ContainerInstances = ContainerInstances + change };
    }

    internal ClusterCounts With(EcsTask? before, EcsTask? after) =>
        before is not null && after is not null && before.LastStatus == after.LastStatus && before.DesiredStatus == after.DesiredStatus
            ? this
            : Plus(before, -1).Plus(after, 1);

    internal ClusterCounts With(Service? before, Service? after) =>
        before is not null && after is not null && before.Status == after.Status && LaunchTypeOf(before) == LaunchTypeOf(after)
            ? this
            : Plus(before, -1).Plus(after, 1);

    /// <summary>Of one with a capacity provider strategy: a platform version is FARGATE's alone.</summary>
    private static string? LaunchTypeOf(Service service) => service.Settings.LaunchType ?? (service.Settings.PlatformVersion is null ? null : "FARGATE");

    private static int One(bool counts) => counts ? 1 : 0;

    private ClusterCounts Plus(EcsTask? task, int change) => task switch
    {
        { LastStatus: EcsTaskStatus.Running } => this with { RunningTasks = RunningTasks.Plus(task.LaunchType, change) },
        { LastStatus: < EcsTaskStatus.Running, DesiredStatus: EcsTaskStatus.Running } => this with { PendingTasks = PendingTasks.Plus(task.LaunchType, change) },
        _ => this,
    };

    private ClusterCounts Plus(Service? service, int change) => service switch
    {
        { Status: ServiceStatus.Active } => this with { ActiveServices = ActiveServices.Plus(LaunchTypeOf(service), change) },
        { Status: ServiceStatus.Draining } => this with { DrainingServices = DrainingServices.Plus(LaunchTypeOf(service), change) },
        _ => this,
    };
}
