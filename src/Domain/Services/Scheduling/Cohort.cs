using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>
/// Tasks of a service that make up one number, sorted for one look: all of them while deployments roll, those of one
/// task set or one deployment where several stand side by side. Reads the state and changes nothing.
/// </summary>
internal sealed record Cohort
{
    private readonly HashSet<string> displaced = new(StringComparer.Ordinal);

    /// <summary>The service.</summary>
    public required Service Service { get; init; }

    /// <summary>What new tasks are started by: a deployment's or task set's id.</summary>
    public required string Id { get; init; }

    /// <summary>What new tasks are made of.</summary>
    public required Workload Workload { get; init; }

    /// <summary>What events call it: the service's name, and the task set's id where that matters.</summary>
    public required string Name { get; init; }

    /// <summary>The moment of the look.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>How many tasks there should be.</summary>
    public required int Desired { get; init; }

    /// <summary>Fewest healthy tasks.</summary>
    public required int Lower { get; init; }

    /// <summary>Most tasks, stopping ones among them.</summary>
    public required int Upper { get; init; }

    /// <summary>Whether new tasks may be started at all.</summary>
    public required bool MayStart { get; init; }

    /// <summary>Live tasks that are as they should be, where they should be.</summary>
    public List<EcsTask> Keep { get; } = [];

    /// <summary>How many of them are healthy.</summary>
    public int KeepHealthy { get; private set; }

    /// <summary>Those that are healthy for the first time.</summary>
    public List<EcsTask> NewlyHealthy { get; } = [];

    /// <summary>Those that are not healthy.</summary>
    public HashSet<string> Awaited { get; } = new(StringComparer.Ordinal);

    /// <summary>Live tasks to be replaced: of an older deployment, where they should not be, or unhealthy. Oldest deployment first.</summary>
    public List<EcsTask> Outgoing { get; } = [];

    /// <summary>What is wrong with unhealthy tasks, by id.</summary>
    public Dictionary<string, TaskComplaint> Complaints { get; } = new(StringComparer.Ordinal);

    /// <summary>How many are stopping.</summary>
    public int Stopping { get; private set; }

    /// <summary>The instances they are stopping on.</summary>
    public HashSet<string> StoppingOn { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether any task has not got as far as STOPPING.</summary>
    public bool AnyLeaving { get; private set; }

    /// <summary>Deployments and task sets that still have a task.</summary>
    public HashSet<string> InUse { get; } = new(StringComparer.Ordinal);

    /// <summary>All tasks that still take room.</summary>
    public int Total => Keep.Count + Outgoing.Count + Stopping;

    /// <summary>All tasks of a service whose newest deployment replaces the others.</summary>
    public static Cohort Of(ClusterAggregate cluster, Service service, Deployment primary, DateTimeOffset now)
    {
        var desired = service.Settings.DesiredCount;
        var cohort = new Cohort
        {
            Service = service,
            Id = primary.Id,
            Workload = service.WorkloadOf(primary),
            Name = service.Name,
            Now = now,
            Desired = desired,
            Lower = service.Settings.DeploymentConfiguration.Fewest(desired),
            Upper = service.Settings.DeploymentConfiguration.Most(desired),
            MayStart = service.Status == ServiceStatus.Active && primary.RolloutState != RolloutState.Failed && !service.BackOff.HoldsAt(now, cluster.Limits),
        };
        var instances = service.IsDaemon ? cluster.InstancesOf(service) : null;
        cohort.Sort(cluster, _ => true, instances);
        return cohort;
    }

    /// <summary>The tasks of one task set or deployment alone, to stand at a number of its own.</summary>
    public static Cohort OfPart(ClusterAggregate cluster, Service service, string id, Workload workload, string name, int desired, DeploymentConfiguration bounds, bool mayStart, DateTimeOffset now)
    {
        var cohort = new Cohort
        {
            Service = service,
            Id = id,
            Workload = workload,
            Name = name,
            Now = now,
            Desired = desired,
            Lower = bounds.Fewest(desired),
            Upper = bounds.Most(desired),
            MayStart = mayStart && service.Status == ServiceStatus.Active && !service.BackOff.HoldsAt(now, cluster.Limits),
        };
        cohort.Sort(cluster, task => task.StartedBy == id, null);
        return cohort;
    }

    /// <summary>
    /// Whether the scheduler may not choose a task for scaling in or for a deployment's sake. Nothing protects a task
    /// that has to leave its instance.
    /// </summary>
    public bool IsProtected(EcsTask task) => task.Protection is { } protection && protection.ExpiresAt > Now && !displaced.Contains(task.Id);

    private void Sort(ClusterAggregate cluster, Func<EcsTask, bool> isPart, IReadOnlyCollection<string>? instances)
    {
        var state = cluster.State;

        // Tasks of one deployment share all of this, and most come one after another.
        string? known = null;
        ImmutableArray<ServiceLoadBalancer> judges = [];
        TaskDefinition? definition = null;
        foreach (var task in state.TasksOf(Service, TaskPhase.Live))
        {
            if (!isPart(task))
            {
                continue;
            }

            if (task.StartedBy != known || task.TaskDefinitionArn != definition!.Arn)
            {
                known = task.StartedBy!;     // A service's task has one.
                InUse.Add(known);
                judges = Service.LoadBalancersOf(known);
                definition = state.TaskDefinitions[task.TaskDefinitionArn];
            }

            var complaint = ServiceHealth.Complaint(task, Service, definition, Now);
            if (complaint is not null)
            {
                Complaints.Add(task.Id, complaint);
            }

            var isDisplaced = !cluster.Placement.IsActive(task.ContainerInstanceId) || instances?.Contains(task.ContainerInstanceId) == false;
            if (isDisplaced)
            {
                displaced.Add(task.Id);
            }

            if (complaint is not null || isDisplaced || task.StartedBy != Id)
            {
                Outgoing.Add(task);
                continue;
            }

            Keep.Add(task);
            if (ServiceHealth.IsHealthy(task, judges, definition, cluster.Limits, Now))
            {
                KeepHealthy++;
                if (task.HealthyAt is null)
                {
                    NewlyHealthy.Add(task);
                }
            }
            else
            {
                Awaited.Add(task.Id);
            }
        }

        AnyLeaving = Keep.Count + Outgoing.Count > 0;
        foreach (var task in state.TasksOf(Service, TaskPhase.Stopping).Where(isPart))
        {
            InUse.Add(task.StartedBy!);
            StoppingOn.Add(task.ContainerInstanceId);
            Stopping++;
            AnyLeaving |= task.LastStatus < EcsTaskStatus.Stopping;
        }

        if (Outgoing.Count < 2)
        {
            return;
        }

        var order = Service.Deployments.Select((deployment, at) => (deployment.Id, at)).ToDictionary(pair => pair.Id, pair => pair.at, StringComparer.Ordinal);
        Outgoing.Sort((a, b) => (-order.GetValueOrDefault(a.StartedBy!, int.MaxValue), a.Id).CompareTo((-order.GetValueOrDefault(b.StartedBy!, int.MaxValue), b.Id)));
    }
}
