namespace Berth.Simulation;

/// <summary>What one or more worlds went through.</summary>
public sealed class SimulationTally
{
    private readonly SortedDictionary<string, long> happenings = new(StringComparer.Ordinal);

    /// <summary>Steps, those without trouble among them.</summary>
    public long Steps { get; set; }

    /// <summary>Batches of facts the journal was given.</summary>
    public long Commits { get; set; }

    /// <summary>Facts in them.</summary>
    public long Facts { get; set; }

    /// <summary>Faults by kind, in the order of their names.</summary>
    public IReadOnlyDictionary<string, long> Faults => happenings;

    /// <summary>Adds one fault of a kind.</summary>
    public void Fault(string kind) => happenings[kind] = happenings.GetValueOrDefault(kind) + 1;

    /// <summary>Adds what another world went through.</summary>
    public void Add(SimulationTally other)
    {
        Steps += other.Steps;
        Commits += other.Commits;
        Facts += other.Facts;
        foreach (var (kind, count) in other.happenings)
        {
            happenings[kind] = happenings.GetValueOrDefault(kind) + count;
        }
    }
}
