namespace Berth.Simulation.Tests;

public sealed class ACluster
{
    private static readonly int Seeds = 200;

    /// <summary>Goal: never wrong under trouble, and right in the end without it. Method: the same world from many seeds.</summary>
    [Fact]
    public async Task Keeps_its_promises_on_every_seed()
    {
        var broken = new List<string>();
        await Parallel.ForAsync(0, Seeds, TestContext.Current.CancellationToken, async (seed, cancellationToken) =>
        {
            try
            {
                await using var world = new SimulatedCluster(seed);
                await world.RunAsync(steps: 400, cancellationToken);
                await world.SettleAsync(atMostSteps: 200, cancellationToken);
            }
            catch (BrokenPromiseException promise)
            {
                lock (broken)
                {
                    broken.Add($"seed {seed}: {promise.Message}");
                }
            }
        });

        broken.ShouldBeEmpty(string.Join(Environment.NewLine, broken.Take(5)));
    }

    [Fact]
    public async Task Tells_the_same_story_for_the_same_seed()
    {
        (await CommitsOf(7)).ShouldBe(await CommitsOf(7));

        static async Task<long> CommitsOf(int seed)
        {
            await using var world = new SimulatedCluster(seed);
            await world.RunAsync(steps: 300, TestContext.Current.CancellationToken);
            return world.Commits;
        }
    }
}
