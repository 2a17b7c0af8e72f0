using System.Collections.Immutable;

namespace Berth.Agent;

/// <summary>What one container needs of another before it is created.</summary>
internal enum DependencyCondition
{
    /// <summary>It exists: for <c>volumesFrom</c>.</summary>
    Create,

    /// <summary>It has started, whether or not it still runs.</summary>
    Start,

    /// <summary>It has ended.</summary>
    Complete,

    /// <summary>It has ended with 0.</summary>
    Success,

    /// <summary>Its health check passes.</summary>
    Healthy,
}

internal sealed record Dependency(string Container, DependencyCondition Condition);

/// <summary>Whether a dependency is met.</summary>
internal abstract record DependencyJudgement
{
    private DependencyJudgement()
    {
    }

    internal sealed record Met : DependencyJudgement;

    /// <param name="Deadline">When the wait will have been too long.</param>
    internal sealed record NotYet(DateTimeOffset? Deadline) : DependencyJudgement;

    internal sealed record Never(string Reason) : DependencyJudgement;
}

/// <summary>The order among a task's containers: <c>dependsOn</c>, <c>links</c> and <c>volumesFrom</c>.</summary>
internal static class Dependencies
{
    private static readonly ImmutableDictionary<string, DependencyCondition> Conditions = new Dictionary<string, DependencyCondition>
    {
        ["CREATE"] = DependencyCondition.Create,
        ["START"] = DependencyCondition.Start,
        ["COMPLETE"] = DependencyCondition.Complete,
        ["SUCCESS"] = DependencyCondition.Success,
        ["HEALTHY"] = DependencyCondition.Healthy,
    }.ToImmutableDictionary(StringComparer.OrdinalIgnoreCase);

    public static bool IsCondition(string? text) => text is not null && Conditions.ContainsKey(text);

    public static IEnumerable<Dependency> Of(ContainerSpec container) =>
        (container.DependsOn ?? [])
            .Select(dependency => new Dependency(dependency.ContainerName ?? "", Conditions.GetValueOrDefault(dependency.Condition ?? "", DependencyCondition.Start)))
            .Concat((container.Links ?? []).Select(link => new Dependency(LinkedContainer(link), DependencyCondition.Start)))
            .Concat((container.VolumesFrom ?? []).Select(volume => new Dependency(volume.SourceContainer ?? "", DependencyCondition.Create)));

    /// <summary>The container a link (<c>NAME</c> or <c>NAME:ALIAS</c>) leads to.</summary>
    public static string LinkedContainer(string link) => link.Split(':')[0];

    /// <summary>A container that depends on this one and has not stopped: it has to go first.</summary>
    public static ContainerState? UserOf(ContainerState container, TaskState task) =>
        task.Containers.FirstOrDefault(other => other.Known is >= ContainerStatus.Created and < ContainerStatus.Stopped
            && other.Name != container.Name
            && Of(other.Spec).Any(dependency => dependency.Container == container.Name));

    public static DependencyJudgement Judge(Dependency dependency, TaskState task, DateTimeOffset now)
    {
        if (task.Container(dependency.Container) is not { } target)
        {
            return new DependencyJudgement.Never($"dependency {dependency.Container} is not a container of this task");
        }

        var stopped = target.Known == ContainerStatus.Stopped;
        return dependency.Condition switch
        {
            DependencyCondition.Create when target.Known >= ContainerStatus.Created => new DependencyJudgement.Met(),
            DependencyCondition.Start when target.Known >= ContainerStatus.Running => new DependencyJudgement.Met(),
            DependencyCondition.Complete when stopped => new DependencyJudgement.Met(),
            DependencyCondition.Success when stopped && target.ExitCode == 0 => new DependencyJudgement.Met(),
            DependencyCondition.Success when stopped => new DependencyJudgement.Never($"dependency {target.Name} did not exit successfully"),
            DependencyCondition.Healthy when !stopped && target.Health?.Status == HealthStatus.Healthy => new DependencyJudgement.Met(),
            DependencyCondition.Healthy when stopped => new DependencyJudgement.Never($"dependency {target.Name} stopped before it was healthy"),
            _ => Deadline(target) is not { } deadline ? new DependencyJudgement.NotYet(null)
                : deadline > now ? new DependencyJudgement.NotYet(deadline)
                : new DependencyJudgement.Never($"timed out waiting for dependency {target.Name}"),
        };
    }

    /// <summary>The first container on a circle of dependencies; null where there is none.</summary>
    public static string? Cycle(IReadOnlyList<ContainerSpec> containers)
    {
        var open = containers.ToDictionary(container => container.Name ?? "", container => Of(container).Select(dependency => dependency.Container).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        while (open.Count > 0)
        {
            var free = open.Where(entry => !entry.Value.Any(open.ContainsKey)).Select(entry => entry.Key).ToList();
            if (free.Count == 0)
            {
                return open.Keys.First();
            }

            free.ForEach(name => open.Remove(name));
        }

        return null;
    }

    private static DateTimeOffset? Deadline(ContainerState target) => target.StartedAt + target.StartTimeout();
}
