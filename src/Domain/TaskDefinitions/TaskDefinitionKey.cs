namespace Berth.Domain;

/// <summary>Names a revision within an account; ordered by family, then by number.</summary>
/// <param name="Family">The family.</param>
/// <param name="Revision">1, 2, 3 ….</param>
public readonly record struct TaskDefinitionKey(string Family, int Revision) : IComparable<TaskDefinitionKey>
{
    /// <inheritdoc/>
    public int CompareTo(TaskDefinitionKey other)
    {
        var byFamily = string.CompareOrdinal(Family, other.Family);
        return byFamily != 0 ? byFamily : Revision.CompareTo(other.Revision);
    }

    /// <summary>By family, then by number.</summary>
    public static bool operator <(TaskDefinitionKey left, TaskDefinitionKey right) => left.CompareTo(right) < 0;

    /// <summary>By family, then by number.</summary>
    public static bool operator >(TaskDefinitionKey left, TaskDefinitionKey right) => left.CompareTo(right) > 0;

    /// <summary>By family, then by number.</summary>
    public static bool operator <=(TaskDefinitionKey left, TaskDefinitionKey right) => left.CompareTo(right) <= 0;

    /// <summary>By family, then by number.</summary>
    public static bool operator >=(TaskDefinitionKey left, TaskDefinitionKey right) => left.CompareTo(right) >= 0;
}
