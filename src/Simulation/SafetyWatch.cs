using Berth.Domain;
using Berth.Engine;

namespace Berth.Simulation;

/// <summary>A promise of the control plane was broken.</summary>
public sealed class BrokenPromiseException(string message) : Exception(message);

/// <summary>
/// Sees every commit and holds it against what must always be true. What it knows it has counted itself, from the facts.
/// </summary>
internal sealed class SafetyWatch : ICommitObserver<ClusterState, ClusterEvent>
{
    /// <summary>The group of tasks that may not be in <see cref="AvoidedZone"/>.</summary>
    internal const string ChoosyGroup = "choosy";

    /// <summary>Where no task of <see cref="ChoosyGroup"/> may be, and none of a service with a <c>memberOf</c>.</summary>
    internal const string AvoidedZone = "us-east-1c";

    /// <summary>The group of tasks of which no two may share an instance.</summary>
    internal const string DistinctGroup = "distinct";

    // Among thousands of machines the naive choice is made for some placements only.
    private const int MachinesToSearch = 200;
    private const int SearchEvery = 50;
    private const int CompareEvery = 64;

    private readonly Dictionary<string, EcsTaskStatus> furthest = new(StringComparer.Ordinal);
    private readonly List<string> broken = [];
    private readonly Ledger ledger = new();
    private readonly RolloutWatch rollouts;
    private ClusterState? before;
    private long commits;
    private long placements;

    public SafetyWatch() => rollouts = new(broken.Add);

    /// <summary>Tasks that are no longer described, because their time was over.</summary>
    public HashSet<string> Forgotten { get; } = new(StringComparer.Ordinal);

    /// <summary>The state of the last commit.</summary>
    public ClusterState? Last => before;

    /// <summary>Throws when a promise was broken since the last call.</summary>
    public void Check()
    {
        if (broken.Count > 0)
        {
            throw new BrokenPromiseException(string.Join(Environment.NewLine, broken.Take(20)));
        }
    }

    /// <summary>The number of its last fact.</summary>
    public long LastSeq { get; private set; }

    /// <inheritdoc/>
    public void OnCommitted(Commit<ClusterState, ClusterEvent> commit)
    {
        LastSeq = commit.Seq;
        try
        {
            Watch(commit);
        }
        catch (Exception defect)
        {
            // The engine forgives its observers; a watch that went blind must not go unnoticed.
            broken.Add($"The watch itself is broken, or saw what cannot be: {defect}");
        }
    }

    private void Watch(Commit<ClusterState, ClusterEvent> commit)
    {
        if (commit.Facts.Count == 0)
        {
            StartOver(commit.State);
            return;
        }

        foreach (var fact in commit.Facts)
        {
            if (fact is ClusterEvent.TaskPlaced placed)
            {
                PlacedWhereItMay(placed.Task, commit);
            }

            ledger.Follow(fact, commit.State);
            rollouts.Follow(fact);
            GoesForward(fact, commit.State);
        }

        rollouts.EndCommit();
        ServicesStayInBounds(commit);
        if (++commits % CompareEvery == 0)
        {
            Compare(commit.State);
        }

        before = commit.State;
    }

    /// <summary>Holds the whole of a state against the ledger.</summary>
    public void Compare(ClusterState state)
    {
        if (ledger.DiffersFrom(state) is { } difference)
        {
            broken.Add($"The state is not what the facts say: {difference}.");
        }
    }

    /// <summary>The stream was folded anew: anything may have been kept that nobody was told of.</summary>
    private void StartOver(ClusterState state)
    {
        ledger.Rebuild(state);
        rollouts.Rebuild(state);
        foreach (var machine in ledger.Machines.Where(machine => machine.CpuUnits > machine.Instance.Resources.CpuUnits || machine.MemoryMiB > machine.Instance.Resources.MemoryMiB))
        {
            broken.Add($"Instance {machine.Id} holds more than it has.");
        }

        foreach (var task in state.Tasks.Values)
        {
            Moved(task);
        }

        foreach (var gone in (before?.Tasks.Values ?? []).Where(task => !state.Tasks.ContainsKey(task.Id)))
        {
            Forgotten.Add(gone.Id);
            if (gone.Phase != TaskPhase.Stopped)
            {
                broken.Add($"Task {gone.Id} was {gone.LastStatus} and is not there any more.");
            }
        }

        before = state;
    }

    private void PlacedWhereItMay(EcsTask task, Commit<ClusterState, ClusterEvent> commit)
    {
        if (ledger.Find(task.ContainerInstanceId) is not { } machine)
        {
            broken.Add($"Task {task.Id} was placed on {task.ContainerInstanceId}, which is not there.");
            return;
        }

        if (!machine.TakesTasks)
        {
            broken.Add($"Task {task.Id} was placed on {machine.Id}, which takes none: {machine.Instance.Status}, connected {machine.Instance.AgentConnected}.");
        }

        if (machine.Lacks(task.Demand) is { } lack)
        {
            broken.Add($"Task {task.Id} was placed on {machine.Id}, which has not enough {lack}.");
        }

        if (task.TaskDefinitionArn == TaskDefinitions.Networked.Arn
            && TaskDefinitions.Subnets.FirstOrDefault(subnet => subnet.ZoneName == machine.Instance.AvailabilityZone)?.Id is var subnet
            && (subnet is null || subnet != task.NetworkInterface?.SubnetId))
        {
            broken.Add($"Task {task.Id} was placed on {machine.Id} in {machine.Instance.AvailabilityZone} with an interface in {task.NetworkInterface?.SubnetId ?? "no subnet"}.");
        }

        var service = task.ServiceName is { } name ? commit.State.Services[name] : null;
        if (!Allows(machine, task.Group, service))
        {
            broken.Add($"Task {task.Id} of {task.Group} was placed on {machine.Id}, where a constraint keeps it from.");
        }

        placements++;
        if (service is { IsDaemon: false, Settings: { PlacementStrategy.IsEmpty: true, CapacityProviderStrategy.IsEmpty: true } }
            && !commit.State.Services[service.Name].RebalancingTaskIds.Contains(task.Id)
            && commit.Facts.OfType<ClusterEvent.ServiceRebalancingChanged>().All(fact => !fact.TaskIds.Contains(task.Id))
            && (ledger.Machines.Count <= MachinesToSearch || placements % SearchEvery == 0))
        {
            SpreadAsItShould(task, service);
        }
    }

    /// <summary>By zone, then by instance, then by id: what a service without strategies wants, chosen the simple way.</summary>
    private void SpreadAsItShould(EcsTask task, Service service)
    {
        var best = ledger.Machines
            .Where(machine => machine.TakesTasks && machine.Lacks(task.Demand) is null && Allows(machine, task.Group, service))
            .MinBy(machine => (ledger.InZone(task.Group, machine.Instance.AvailabilityZone), machine.Groups.GetValueOrDefault(task.Group), machine.Id), Ordinal);
        if (best?.Id != task.ContainerInstanceId)
        {
            broken.Add($"Task {task.Id} of {task.Group} went to {task.ContainerInstanceId}, and {best?.Id} was better.");
        }
    }

    private static readonly Comparer<(int Zone, int Instance, string Id)> Ordinal = Comparer<(int Zone, int Instance, string Id)>.Create((a, b) =>
        a.Zone != b.Zone ? a.Zone.CompareTo(b.Zone)
        : a.Instance != b.Instance ? a.Instance.CompareTo(b.Instance)
        : string.CompareOrdinal(a.Id, b.Id));

    private static bool Allows(Machine machine, string group, Service? service)
    {
        var constraints = service?.Settings.PlacementConstraints ?? [];
        var isChoosy = group == ChoosyGroup || constraints.Any(constraint => constraint.Type == "memberOf");
        var isDistinct = group == DistinctGroup || (service is not { IsDaemon: true } && constraints.Any(constraint => constraint.Type == "distinctInstance"));
        return !(isChoosy && machine.Instance.AvailabilityZone == AvoidedZone) && !(isDistinct && machine.Groups.GetValueOrDefault(group) > 0);
    }

    private void GoesForward(ClusterEvent fact, ClusterState state)
    {
        var id = fact switch
        {
            ClusterEvent.TaskPlaced placed => placed.Task.Id,
            ClusterEvent.TaskStopRequested stop => stop.Id,
            ClusterEvent.TaskAdvanced advanced => advanced.Id,
            ClusterEvent.TaskReported reported => reported.Id,
            _ => null,
        };
        if (id is not null && state.Tasks.TryGetValue(id, out var task))
        {
            if (task is { LastStatus: EcsTaskStatus.Running, NetworkInterface: { } known } && known is not { Attached: true, PrivateIpv4Address: not null })
            {
                broken.Add($"Task {task.Id} is RUNNING, and nobody knows its address.");
            }

            Moved(task);
        }

        if (fact is ClusterEvent.TaskForgotten { Id: var forgotten })
        {
            Forgotten.Add(forgotten);
        }
    }

    private void Moved(EcsTask task)
    {
        if (furthest.GetValueOrDefault(task.Id) > task.LastStatus)
        {
            broken.Add($"Task {task.Id} went back from {furthest[task.Id]} to {task.LastStatus}.");
        }

        furthest[task.Id] = task.LastStatus;
    }

    private void ServicesStayInBounds(Commit<ClusterState, ClusterEvent> commit)
    {
        var state = commit.State;
        foreach (var name in commit.Facts.OfType<ClusterEvent.TaskPlaced>().Select(fact => fact.Task.ServiceName).OfType<string>().Distinct())
        {
            StaysBelowItsMaximum(state, state.Services[name]);
        }

        foreach (var name in commit.Facts.OfType<ClusterEvent.TaskStopRequested>()
            .Where(fact => fact.Code == TaskStopCode.ServiceSchedulerInitiated)
            .Select(fact => before?.Tasks.GetValueOrDefault(fact.Id) is { LastStatus: EcsTaskStatus.Running } task ? task.ServiceName : null)
            .OfType<string>().Distinct())
        {
            StaysAboveItsMinimum(commit, state.Services[name]);
        }
    }

    private void StaysBelowItsMaximum(ClusterState state, Service service)
    {
        if (service.IsDaemon)
        {
            OneOnEachInstance(state, service);
            return;
        }

        var tasks = state.TasksOf(service, TaskPhase.Live).Concat(state.TasksOf(service, TaskPhase.Stopping));
        if (service.Settings.DeploymentController == DeploymentController.External || service.Rollout?.Stage is not null)
        {
            // Parts stand side by side, each at its number: none may be given a task above twice that.
            foreach (var part in tasks.GroupBy(task => task.StartedBy).Where(part => part.Any(task => !before!.Tasks.ContainsKey(task.Id))))
            {
                var wanted = service.TaskSets.FirstOrDefault(set => set.Id == part.Key)?.ComputedDesiredCount ?? service.Settings.DesiredCount;
                var placed = part.Count(task => task.Phase == TaskPhase.Live);
                if (service.Deployments.Any(deployment => deployment.Id == part.Key && deployment.Id == service.Primary!.Id) && placed > 2 * wanted)
                {
                    broken.Add($"A part of {service.Name} was given a task beyond its maximum: {placed} of {2 * wanted}.");
                }
            }

            return;
        }

        var total = tasks.Count();
        var most = (int)Math.Floor(service.Settings.DesiredCount * (decimal)service.Settings.DeploymentConfiguration.MaximumPercent / 100);
        if (total > most)
        {
            broken.Add($"Service {service.Name} was given a task beyond its maximum: {total} of {most}.");
        }
    }

    private void StaysAboveItsMinimum(Commit<ClusterState, ClusterEvent> commit, Service service)
    {
        if (service.IsDaemon || service.Settings.DeploymentController == DeploymentController.External || service.Rollout?.Stage is not null || before!.Services.GetValueOrDefault(service.Name)?.Rollout?.Stage is not null)
        {
            return;    // A daemon's instances come and go, and its number with them; parts that stand side by side have bounds of their own.
        }

        var state = commit.State;
        var fewest = (int)Math.Ceiling(service.Settings.DesiredCount * (decimal)service.Settings.DeploymentConfiguration.MinimumHealthyPercent / 100);
        var stops = commit.Facts.OfType<ClusterEvent.TaskStopRequested>().Where(fact => fact.Code == TaskStopCode.ServiceSchedulerInitiated).ToList();
        var now = stops[0].At;
        var left = state.TasksOf(service, TaskPhase.Live).Count(task => task.LastStatus == EcsTaskStatus.Running && !IsFailing(task, service, state, now));
        var asked = stops.Count(fact =>
            before!.Tasks.GetValueOrDefault(fact.Id) is { LastStatus: EcsTaskStatus.Running } task
            && task.ServiceName == service.Name
            && !IsFailing(state.Tasks[fact.Id], service, state, now));
        if (asked > 0 && left < fewest && service.Status == ServiceStatus.Active)
        {
            broken.Add($"Service {service.Name} was taken below its minimum: {left} of {fewest}.{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", commit.Facts)}");
        }
    }

    /// <summary>Within the grace period failing checks do not count, neither for replacing a task nor for keeping others in its place.</summary>
    private static bool IsFailing(EcsTask task, Service service, ClusterState state, DateTimeOffset now) =>
        (task.StartedAt is not { } started || (now - started).Duration() >= service.Settings.HealthCheckGracePeriod)
        && (task.Targets.Any(target => target.State == TaskTargetState.Unhealthy)
            || (state.TaskDefinitions.TryGetValue(task.TaskDefinitionArn, out var definition) && task.HealthIn(definition) == HealthStatus.Unhealthy));

    private void OneOnEachInstance(ClusterState state, Service daemon)
    {
        // Tasks of an earlier service of that name may still be stopping.
        var twice = state.TasksOf(daemon, TaskPhase.Live).Concat(state.TasksOf(daemon, TaskPhase.Stopping))
            .Where(task => daemon.Deployments.Any(deployment => deployment.Id == task.StartedBy))
            .GroupBy(task => task.ContainerInstanceId)
            .FirstOrDefault(tasks => tasks.Count() > 1);
        if (twice is not null)
        {
            broken.Add($"Daemon {daemon.Name} has two tasks on instance {twice.Key}.");
        }
    }
}
