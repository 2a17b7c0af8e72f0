namespace Berth.Objects;

/// <summary>Where objects are, and how many and how large they may be.</summary>
public sealed record ObjectsOptions
{
    /// <summary>The directory they are kept in.</summary>
    public required string Directory { get; init; }

    /// <summary>The largest object.</summary>
    public long MostObjectBytes { get; init; } = 64 << 20;

    /// <summary>The most objects of a bucket.</summary>
    public int MostObjects { get; init; } = 10_000;

    /// <summary>The most buckets of an account.</summary>
    public int MostBuckets { get; init; } = 100;

    /// <summary>The most calls under way at a time; more are told to slow down.</summary>
    public int MostCallsUnderWay { get; init; } = 128;
}
