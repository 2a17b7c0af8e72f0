namespace Berth.Api;

/// <summary>The front door's limits.</summary>
public sealed record FrontDoorOptions
{
    /// <summary>The largest body of a call to a service that <see cref="MostBodyBytesOf"/> does not name.</summary>
    public int MostBodyBytes { get; init; } = 1 << 20;

    /// <summary>The largest body by signing name; ECR's layer parts and manifests are the big ones.</summary>
    public IReadOnlyDictionary<string, int> MostBodyBytesOf { get; init; } = new Dictionary<string, int>
    {
        ["ecr"] = 28 << 20,    // A layer part of 20 MiB, in base64.
        ["logs"] = 8 << 20,    // A batch of 1 MiB, its control characters escaped.
    };

    /// <summary>The most bytes of a request's headers together.</summary>
    public int MostHeaderBytes { get; init; } = 32 << 10;

    /// <summary>How long one call may take, its body's arrival included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How many times the service's own rates an account may call: ECS's limits protect a fleet, these a machine. 0: without limit.
    /// </summary>
    public double RateFactor { get; init; } = 50;

    /// <summary>How many calls may be under way at a time; more are told to come again.</summary>
    public int MostCallsUnderWay { get; init; } = 4096;
}
