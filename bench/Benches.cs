using System.Collections.Frozen;

namespace Berth.Bench;

/// <summary>Runs one bench: prints a Markdown table with the peer or floor measured in the same run, then a <c>RESULT name=value unit</c> line a figure.</summary>
/// <param name="output">Where to print.</param>
/// <param name="quick">Whether a rough figure will do.</param>
/// <param name="cancellationToken">Ends it early.</param>
public delegate Task RunBench(TextWriter output, bool quick, CancellationToken cancellationToken);

/// <summary>The benches by the name the command line knows them by.</summary>
public static class Benches
{
    /// <summary>Not a bench: the bare endpoint <c>api</c> measures beside, which serves until it is ended.</summary>
    internal const string ApiFloor = "api-floor";

    /// <summary>Name to bench.</summary>
    public static FrozenDictionary<string, RunBench> ByName { get; } = new Dictionary<string, RunBench>
    {
        ["agent"] = AgentBench.RunAsync,
        ["api"] = ApiBench.RunAsync,
        [ApiFloor] = Bench.ApiFloor.RunAsync,
        ["engine"] = EngineBench.RunAsync,
        ["footprint"] = FootprintBench.RunAsync,
        ["journal"] = JournalBench.RunAsync,
        ["logs"] = LogsBench.RunAsync,
        ["placement"] = PlacementBench.RunAsync,
        ["start"] = StartBench.RunAsync,
    }.ToFrozenDictionary();
}
