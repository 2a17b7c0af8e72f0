namespace Berth.Domain;

/// <summary>Which tasks go when there are too many: those not yet running first, then from where the most are.</summary>
internal static class ScaleIn
{
    public static IReadOnlyCollection<EcsTask> Choose(IReadOnlyCollection<EcsTask> tasks, int count)
    {
        var left = tasks.OrderBy(task => task.Id, StringComparer.Ordinal).ToList();
        var zones = left.CountBy(task => task.AvailabilityZone ?? "").ToDictionary(StringComparer.Ordinal);
        var instances = left.CountBy(task => task.ContainerInstanceId).ToDictionary(StringComparer.Ordinal);
        var chosen = new List<EcsTask>();
        while (chosen.Count < count && left.Count > 0)
        {
            var victim = left.MinBy(task => (
                task.LastStatus >= EcsTaskStatus.Running,
                -zones[task.AvailabilityZone ?? ""],
                -instances[task.ContainerInstanceId],
                task.Id))!;
            left.Remove(victim);
            chosen.Add(victim);
            zones[victim.AvailabilityZone ?? ""]--;
            instances[victim.ContainerInstanceId]--;
        }

        return chosen;
    }
}
