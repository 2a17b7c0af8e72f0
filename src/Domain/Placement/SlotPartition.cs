namespace Berth.Domain;

/// <summary>The slots by their instance's value of one attribute, over which tasks are spread. No attribute is a value of its own.</summary>
internal sealed class SlotPartition(string attribute)
{
    /// <summary>With more values than this, sets a value would cost more than they save.</summary>
    private const int MostSets = 32;

    private const int Free = -1;

    // A value nobody has any more keeps its number until there are this many.
    private const int ManyValues = 1_024;

    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly List<SlotSet> sets = [];
    private int[] values = [];
    private int slots;

    /// <summary>One more whenever a slot's value changed: counts made before are out of date.</summary>
    public int Version { get; private set; }

    /// <summary>How many values there are.</summary>
    public int Values => numbers.Count;

    /// <summary>The slots of each value; null when there are too many values.</summary>
    public IReadOnlyList<SlotSet>? Sets => numbers.Count <= MostSets ? sets : null;

    /// <summary>The number of a slot's value, from 0; -1 for a slot without an instance.</summary>
    public int ValueOf(int slot) => values[slot];

    public void Put(int slot, ContainerInstance instance)
    {
        if (slot >= values.Length)
        {
            var old = values.Length;
            values = SlotScan.Resized(values, slot + 1);
            values.AsSpan(old).Fill(Free);
        }

        var text = instance.Attributes.GetValueOrDefault(attribute)?.Value ?? "";
        if (!numbers.TryGetValue(text, out var number))
        {
            number = numbers.Count;
            numbers.Add(text, number);
            if (number < MostSets)
            {
                sets.Add(new());
            }
        }

        if (values[slot] == number)
        {
            return;
        }

        Leave(slot);
        values[slot] = number;
        slots++;
        if (number < MostSets)
        {
            sets[number].Set(slot, isIn: true);
        }
    }

    public void Remove(int slot)
    {
        if (slot < values.Length)
        {
            Leave(slot);
        }
    }

    /// <summary>Whether so many values are no longer anybody's that it is better to begin anew.</summary>
    public bool IsWorn => numbers.Count > ManyValues && numbers.Count > 2 * slots;

    private void Leave(int slot)
    {
        var before = values[slot];
        if (before == Free)
        {
            return;
        }

        Version++;
        values[slot] = Free;
        slots--;
        if (before < MostSets)
        {
            sets[before].Set(slot, isIn: false);
        }
    }
}

/// <summary>How many tasks of one group are on the slots of each value of a partition. Made when first asked for, then kept.</summary>
internal sealed class SpreadCounts(SlotPartition partition)
{
    private int[] counts = [];
    private int version = -1;

    public SlotPartition Partition { get; } = partition;

    public void Add(int slot, int change)
    {
        if (version == Partition.Version)
        {
            Count(slot, change);
        }
    }

    /// <summary>Counts by a value's number, and at least as many as there are values.</summary>
    public int[] Of(SlotCounts tasks)
    {
        if (version != Partition.Version)
        {
            counts = new int[Partition.Values];
            version = Partition.Version;
            tasks.ForEach(Count);
        }
        else if (counts.Length < Partition.Values)
        {
            counts = SlotScan.Resized(counts, Partition.Values);
        }

        return counts;
    }

    private void Count(int slot, int change)
    {
        // Tasks whose instance was forgotten count for no value.
        if (Partition.ValueOf(slot) is >= 0 and var value)
        {
            if (value >= counts.Length)
            {
                counts = SlotScan.Resized(counts, value + 1);
            }

            counts[value] += change;
        }
    }
}

/// <summary>The tasks of one group: how many are where.</summary>
internal sealed class GroupCounts
{
    private readonly List<SpreadCounts> spreads = [];

    public SlotCounts Tasks { get; } = new();

    public void Add(int slot, int change, int capacity)
    {
        Tasks.Add(slot, change, capacity);
        foreach (var spread in spreads)
        {
            spread.Add(slot, change);
        }
    }

    /// <summary>How many tasks are on each value of the partition.</summary>
    public int[] By(SlotPartition partition)
    {
        foreach (var known in spreads)
        {
            if (known.Partition == partition)
            {
                return known.Of(Tasks);
            }
        }

        var made = new SpreadCounts(partition);
        spreads.Add(made);
        return made.Of(Tasks);
    }

    /// <summary>Partitions were made anew: what was counted over them is dropped.</summary>
    public void ForgetSpreads() => spreads.Clear();
}
