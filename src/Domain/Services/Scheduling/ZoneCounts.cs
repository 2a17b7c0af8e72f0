namespace Berth.Domain;

/// <summary>How many active instances each zone has. Derived from the state and owned by its one writer.</summary>
internal sealed class ZoneCounts
{
    private readonly SortedDictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>The zones with at least one.</summary>
    public IReadOnlyCollection<string> Names => counts.Keys;

    public void Clear() => counts.Clear();

    /// <summary>Takes over a change of an instance; true when a zone came or went.</summary>
    public bool Move(ContainerInstance? was, ContainerInstance? now)
    {
        var (from, to) = (ZoneOf(was), ZoneOf(now));
        if (from == to)
        {
            return false;
        }

        var before = counts.Count;
        var changed = false;
        if (from is not null && --counts[from] == 0)
        {
            counts.Remove(from);
            changed = true;
        }

        if (to is not null)
        {
            counts[to] = counts.GetValueOrDefault(to) + 1;
        }

        return changed || counts.Count != before;
    }

    private static string? ZoneOf(ContainerInstance? instance) => instance is { Status: ContainerInstanceStatus.Active } ? instance.AvailabilityZone : null;
}
