using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Berth.Domain.Tests;

/// <summary>The arrows between projects point one way; a new one is a decision, not an accident.</summary>
public sealed class Arrows
{
    public static TheoryData<string, string> Allowed => new()
    {
        { "Domain", "" },
        { "Wire", "" },
        { "Engine", "Domain" },
        { "Journal", "Domain Engine" },
        { "Simulation", "Domain Engine Journal" },
        { "Agent", "Wire" },
        { "Api", "Domain Engine Wire" },
        { "Registry", "Domain Engine Wire" },
        { "Logs", "Domain Engine Wire" },
        { "LoadBalancer", "Domain Engine Wire" },
        { "Identity", "Domain Engine Wire" },
        { "Network", "Domain Engine Wire" },
        { "Secrets", "Domain Engine Wire" },
        { "Objects", "Domain Engine Wire" },
    };

    [Theory, MemberData(nameof(Allowed))]
    public void Point_only_where_they_may(string project, string references) =>
        ReferencesOf(project).ShouldBeSubsetOf(references.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void Are_known_for_every_project() =>
        Directory.GetDirectories(Source()).Select(folder => Path.GetFileName(folder)!).Except(["Berth"])
            .ShouldBe(Allowed.Select(row => row.Data.Item1), ignoreOrder: true);

    [Fact]
    public void Leave_the_domain_with_the_base_library_alone() =>
        typeof(ClusterState).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!)
            .ShouldAllBe(name => name.StartsWith("System.", StringComparison.Ordinal) && !name.StartsWith("System.IO.", StringComparison.Ordinal) && !name.StartsWith("System.Net.Http", StringComparison.Ordinal));

    private static IEnumerable<string> ReferencesOf(string project) =>
        XElement.Load(Path.Combine(Source(), project, $"Berth.{project}.csproj")).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)["Berth.".Length..]);

    private static string Source([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../src"));
}
