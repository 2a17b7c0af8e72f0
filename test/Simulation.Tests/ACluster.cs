namespace Berth.Simulation.Tests;

public sealed class ACluster
{
    private const int Seeds = 1_000;

    /// <summary>Goal: never wrong under trouble, and right in the end without it. Method: a world from each of many seeds.</summary>
    [Fact]
    public async Task Keeps_its_promises_on_every_seed()
    {
        var broken = new List<string>();
        await Parallel.ForAsync(0, Seeds, TestContext.Current.CancellationToken, async (seed, cancellationToken) =>
        {
            try
            {
                await using var world = new SimulatedCluster(seed);
                await world.RunAsync(cancellationToken);
                await world.SettleAsync(cancellationToken);
            }
            catch (BrokenPromiseException promise)
            {
                lock (broken)
                {
                    broken.Add($"seed {seed}: {promise.Message}");
                }
            }
        });

        broken.ShouldBeEmpty($"{broken.Count} seeds:{Environment.NewLine}{string.Join(Environment.NewLine, broken.Take(5))}");
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(19)]
    public async Task Tells_the_same_story_for_the_same_seed(int seed)
    {
        (await StoryOf()).ShouldBe(await StoryOf());

        async Task<(ulong, long)> StoryOf()
        {
            await using var world = new SimulatedCluster(seed);
            await world.RunAsync(TestContext.Current.CancellationToken);
            await world.SettleAsync(TestContext.Current.CancellationToken);
            return (world.Fingerprint, world.Tally.Commits);
        }
    }
}
