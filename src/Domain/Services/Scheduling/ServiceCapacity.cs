namespace Berth.Domain;

/// <summary>
/// Which pool of instances each next task of a service goes to: its launch type's, or by its capacity provider strategy,
/// which counts the tasks it has already.
/// </summary>
internal sealed class ServiceCapacity
{
    private readonly Workload workload;
    private readonly InstancePool?[] pools;
    private readonly int[] shares;

    private ServiceCapacity(Workload workload, InstancePool?[] pools, int[] shares) => (this.workload, this.pools, this.shares) = (workload, pools, shares);

    public static ServiceCapacity Of(ClusterState state, Cohort cohort)
    {
        var strategy = cohort.Workload.CapacityProviderStrategy;
        if (strategy.IsEmpty)
        {
            return new(cohort.Workload, [new InstancePool(cohort.Workload.LaunchType ?? "EC2", null)], [0]);
        }

        var counts = cohort.Keep.CountBy(task => task.CapacityProviderName ?? "").ToDictionary(StringComparer.Ordinal);
        return new(
            cohort.Workload,
            [.. strategy.Select(item => state.CapacityProviders.FirstOrDefault(known => known.Name == item.CapacityProvider) is { } known ? new InstancePool(known.LaunchType, known.Name) : null)],
            [.. strategy.Select(item => counts.GetValueOrDefault(item.CapacityProvider))]);
    }

    /// <summary>
    /// The pool of the next task; null when its provider has left the cluster. The task counts as the provider's also
    /// when it finds no room there: others do not take its share over.
    /// </summary>
    public InstancePool? Next()
    {
        var next = pools.Length == 1 ? 0 : CapacityProviderStrategy.Next(workload.CapacityProviderStrategy, shares);
        shares[next]++;
        return pools[next];
    }
}
