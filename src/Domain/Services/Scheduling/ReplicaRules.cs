namespace Berth.Domain;

/// <summary>A task to stop, and why.</summary>
internal readonly record struct StopOrder(EcsTask Task, string Reason);

/// <summary>
/// What keeping a number of tasks calls for, each rule on its own and without effect. Source: developer guide,
/// "Amazon ECS services" and "Rolling update".
/// </summary>
internal static class ReplicaRules
{
    /// <summary>Replaced tasks that do not run yet serve nobody and go at once.</summary>
    public static List<StopOrder> PendingReplaced(Cohort cohort) =>
    [
        .. cohort.Outgoing
            .Where(task => task.LastStatus < EcsTaskStatus.Running && !cohort.IsProtected(task))
            .Select(task => new StopOrder(task, ScalingReason(cohort.Id))),
    ];

    /// <summary>How many tasks are missing, and how many of them the maximum lets start.</summary>
    public static (int Missing, int Wanted) Starts(Cohort cohort)
    {
        var missing = cohort.MayStart ? Math.Max(0, cohort.Desired - cohort.Keep.Count) : 0;
        return (missing, Math.Min(missing, Math.Max(0, cohort.Upper - cohort.Total)));
    }

    /// <summary>
    /// How many tasks are too many, and those among which to choose. Tasks that balance zones are too many on purpose
    /// until they are healthy; protected ones stay.
    /// </summary>
    public static (int Count, List<EcsTask> Candidates) Surplus(Cohort cohort)
    {
        if (cohort.Keep.Count <= cohort.Desired)
        {
            return (0, []);
        }

        var awaited = cohort.Service.RebalancingTaskIds.Where(cohort.Awaited.Contains).ToHashSet(StringComparer.Ordinal);
        return (
            cohort.Keep.Count - cohort.Desired - awaited.Count,
            [.. cohort.Keep.Where(task => !awaited.Contains(task.Id) && !cohort.IsProtected(task))]);
    }

    /// <summary>
    /// As many of the chosen as may go without fewer tasks running than the minimum: those that are kept instead may be
    /// protected and not run yet.
    /// </summary>
    public static List<EcsTask> WithinMinimum(Cohort cohort, IReadOnlyCollection<EcsTask> chosen)
    {
        var running = cohort.Keep.Concat(cohort.Outgoing).Count(task => task.LastStatus == EcsTaskStatus.Running && !cohort.Complaints.ContainsKey(task.Id));
        var spare = Math.Max(0, running - Math.Min(cohort.Lower, cohort.Desired));
        return [.. chosen.Where(task => task.LastStatus < EcsTaskStatus.Running), .. chosen.Where(task => task.LastStatus == EcsTaskStatus.Running).Take(spare)];
    }

    /// <summary>
    /// Running tasks to be replaced that may go now. While new tasks can still be started, the service keeps its full
    /// strength; the minimum is for when they cannot (<paramref name="blocked"/>).
    /// </summary>
    public static List<StopOrder> Replaced(Cohort cohort, bool blocked)
    {
        var floor = blocked ? cohort.Lower : Math.Max(cohort.Lower, cohort.Desired);
        var serving = cohort.Outgoing.Where(task => task.LastStatus == EcsTaskStatus.Running && !cohort.Complaints.ContainsKey(task.Id)).ToList();
        var strength = cohort.KeepHealthy + serving.Count;
        var stop = serving
            .Where(task => !cohort.IsProtected(task))
            .Take(Math.Max(0, strength - floor))
            .Select(task => new StopOrder(task, ScalingReason(cohort.Id)))
            .ToList();

        // An unhealthy task adds no strength. It goes once its replacement is healthy; where none can be started beside
        // it, they go one by one.
        var unhealthy = cohort.Outgoing.Where(task => cohort.Complaints.ContainsKey(task.Id)).Select(task => new StopOrder(task, cohort.Complaints[task.Id].Reason)).ToList();
        if (strength - stop.Count >= floor)
        {
            stop.AddRange(unhealthy);
        }
        else if (blocked && cohort.Stopping == 0 && unhealthy.Count > 0)
        {
            stop.Add(unhealthy[0]);
        }

        return stop;
    }

    /// <summary>Whether nothing can be started before something stops, and nothing may stop: only the operator can help.</summary>
    public static bool IsStuck(Cohort cohort, bool blocked) =>
        blocked
        && cohort.Stopping == 0
        && cohort.Outgoing.Count > 0
        && cohort.Upper <= cohort.Desired
        && cohort.Lower >= cohort.Desired;

    /// <summary>Whether all is as it should be and nothing is left over.</summary>
    public static bool IsSteady(Cohort cohort) =>
        cohort.Outgoing.Count == 0 && cohort.Keep.Count == cohort.Desired && cohort.KeepHealthy == cohort.Desired;

    public static string ScalingReason(string id) => $"Scaling activity initiated by (deployment {id})";
}
