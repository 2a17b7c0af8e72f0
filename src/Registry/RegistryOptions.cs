namespace Berth.Registry;

/// <summary>How the registry is set up.</summary>
public sealed record RegistryOptions
{
    /// <summary>Berth's data directory; the registry keeps its files in <c>registry/</c> below it.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>
    /// <c>HOST[:PORT]</c> that clients shall use for images, without a scheme; null = the address the API was called at.
    /// </summary>
    public string? PublicHost { get; init; }

    /// <summary>The region of callers who log in with an access key instead of a token.</summary>
    public string DefaultRegion { get; init; } = "us-east-1";

    /// <summary>The largest manifest that is taken.</summary>
    public int MostManifestBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>The largest blob that is taken: ECR's 52,000 MiB.</summary>
    public long MostBlobBytes { get; init; } = 52_000L * 1024 * 1024;

    /// <summary>Uploads under way at one time; more are answered 429.</summary>
    public int MostUploads { get; init; } = 10_000;

    /// <summary>How long an upload may rest, and how long a blob that no image needs is kept.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The time between two sweeps for stale uploads and unneeded blobs.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a token from <c>GetAuthorizationToken</c> lasts.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(12);

    internal string Root => Path.Combine(Path.GetFullPath(DataDirectory), "registry");
}
