using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Berth.Clients.LongestFirst))]

namespace Berth.Clients;

/// <summary>Begins with the classes that take longest, so that none of them is left over when all others are through.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest = ["KillingTheAgent", "AManagedDaemon", "AControlPlaneAway", "TheDockerEngine", "TheWalk", "AnAddressForEachTask"];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : notnull, ITestCollection =>
        [.. testCollections.OrderBy(Place)];

    private static int Place<TTestCollection>(TTestCollection collection)
        where TTestCollection : notnull, ITestCollection =>
        Array.FindIndex(Longest, name => collection.TestCollectionDisplayName.Contains($".{name} ", StringComparison.Ordinal)) is >= 0 and var at ? at : Longest.Length;
}
