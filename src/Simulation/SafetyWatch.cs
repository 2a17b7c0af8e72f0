using Berth.Domain;
using Berth.Engine;

namespace Berth.Simulation;

/// <summary>A promise of the control plane was broken.</summary>
public sealed class BrokenPromiseException(string message) : Exception(message);

/// <summary>Sees every commit and holds it against what must always be true.</summary>
internal sealed class SafetyWatch : ICommitObserver<ClusterState, ClusterEvent>
{
    /// <summary>The group of tasks that may not be in <see cref="AvoidedZone"/>.</summary>
    internal const string ChoosyGroup = "choosy";

    /// <summary>Where no task of <see cref="ChoosyGroup"/> may be.</summary>
    internal const string AvoidedZone = "us-east-1c";

    /// <summary>The group of tasks of which no two may share an instance.</summary>
    internal const string DistinctGroup = "distinct";

    private readonly Dictionary<string, EcsTaskStatus> furthest = new(StringComparer.Ordinal);
    private readonly List<string> broken = [];
    private ClusterState? before;

    /// <summary>Throws when a promise was broken since the last call.</summary>
    public void Check()
    {
        if (broken.Count > 0)
        {
            throw new BrokenPromiseException(string.Join(Environment.NewLine, broken));
        }
    }

    /// <inheritdoc/>
    public void OnCommitted(Commit<ClusterState, ClusterEvent> commit)
    {
        var state = commit.State;
        InstancesHoldWhatTheyCan(state);
        TasksOnlyGoForward(state);
        ServicesStayInBounds(commit);
        before = state;
    }

    private void InstancesHoldWhatTheyCan(ClusterState state)
    {
        foreach (var instance in state.ContainerInstances.Values)
        {
            var tasks = state.TasksOn(instance.Id, TaskPhase.Live).Concat(state.TasksOn(instance.Id, TaskPhase.Stopping)).ToList();
            if (tasks.Sum(task => task.Demand.CpuUnits) > instance.Resources.CpuUnits || tasks.Sum(task => task.Demand.MemoryMiB) > instance.Resources.MemoryMiB)
            {
                broken.Add($"Instance {instance.Id} holds more than it has.");
            }

            if (instance.AvailabilityZone == AvoidedZone && tasks.Exists(task => task.Group == ChoosyGroup))
            {
                broken.Add($"Instance {instance.Id} holds a task that is not a member of it.");
            }

            if (tasks.Count(task => task.Group == DistinctGroup) > 1)
            {
                broken.Add($"Instance {instance.Id} holds two tasks that must be on distinct ones.");
            }

            var ports = tasks.SelectMany(task => task.Demand.TcpPorts).ToList();
            if (ports.Count != ports.Distinct().Count())
            {
                broken.Add($"Instance {instance.Id} has given a host port twice.");
            }
        }
    }

    private void TasksOnlyGoForward(ClusterState state)
    {
        foreach (var task in state.Tasks.Values)
        {
            if (furthest.GetValueOrDefault(task.Id) > task.LastStatus)
            {
                broken.Add($"Task {task.Id} went back from {furthest[task.Id]} to {task.LastStatus}.");
            }

            furthest[task.Id] = task.LastStatus;
        }
    }

    private void ServicesStayInBounds(Commit<ClusterState, ClusterEvent> commit)
    {
        var state = commit.State;
        foreach (var name in commit.Facts.OfType<ClusterEvent.TaskPlaced>().Select(fact => fact.Task.ServiceName).OfType<string>().Distinct())
        {
            var service = state.Services[name];
            if (service.IsDaemon)
            {
                OneOnEachInstance(state, service);
                continue;
            }

            var total = state.TasksOf(service, TaskPhase.Live).Count() + state.TasksOf(service, TaskPhase.Stopping).Count();
            var most = service.Settings.DesiredCount * service.Settings.DeploymentConfiguration.MaximumPercent / 100;
            if (total > most)
            {
                broken.Add($"Service {name} was given a task beyond its maximum: {total} of {most}.");
            }
        }

        foreach (var name in commit.Facts.OfType<ClusterEvent.TaskStopRequested>()
            .Where(fact => fact.Code == TaskStopCode.ServiceSchedulerInitiated)
            .Select(fact => before?.Tasks.GetValueOrDefault(fact.Id) is { LastStatus: EcsTaskStatus.Running } task ? task.ServiceName : null)
            .OfType<string>().Distinct())
        {
            var service = state.Services[name];
            if (service.IsDaemon)
            {
                continue;    // Its instances come and go, and its number with them.
            }

            var fewest = (service.Settings.DesiredCount * service.Settings.DeploymentConfiguration.MinimumHealthyPercent + 99) / 100;
            var left = state.TasksOf(service, TaskPhase.Live).Count(task =>
                task.LastStatus == EcsTaskStatus.Running && task.Targets.All(target => target.State != TaskTargetState.Unhealthy));
            var asked = commit.Facts.OfType<ClusterEvent.TaskStopRequested>().Count(fact =>
                before!.Tasks.GetValueOrDefault(fact.Id) is { LastStatus: EcsTaskStatus.Running } task
                && task.ServiceName == name
                && state.Tasks[fact.Id].Targets.All(target => target.State != TaskTargetState.Unhealthy));
            if (asked > 0 && left < fewest)
            {
                broken.Add($"Service {name} was taken below its minimum: {left} of {fewest}.{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", commit.Facts)}");
            }
        }
    }

    private void OneOnEachInstance(ClusterState state, Service daemon)
    {
        // Tasks of an earlier service of that name may still be stopping.
        var twice = state.TasksOf(daemon, TaskPhase.Live).Concat(state.TasksOf(daemon, TaskPhase.Stopping)).Where(task => task.CreatedAt >= daemon.CreatedAt).GroupBy(task => task.ContainerInstanceId).FirstOrDefault(tasks => tasks.Count() > 1);
        if (twice is not null)
        {
            broken.Add($"Daemon {daemon.Name} has two tasks on instance {twice.Key}.");
        }
    }
}
