using System.Diagnostics;

namespace Berth.Host.Tests;

/// <summary>Waits for a condition on real processes, which nobody can be told to announce.</summary>
internal static class Eventually
{
    internal static async Task IsTrueAsync(Func<bool> condition, string what)
    {
        var begun = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Stopwatch.GetElapsedTime(begun).ShouldBeLessThan(TimeSpan.FromSeconds(20), what);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
