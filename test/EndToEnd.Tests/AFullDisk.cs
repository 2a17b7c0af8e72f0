namespace Berth.EndToEnd.Tests;

/// <summary>The disk that holds everything Berth remembers is full, and later is not.</summary>
public sealed class AFullDisk(AFullDisk.AnInstallation berth) : IClassFixture<AFullDisk.AnInstallation>
{
    /// <summary>Its data directory is a file system of its own, just large enough.</summary>
    public sealed class AnInstallation() : Installation("--no-sample")
    {
        private const int Mebibytes = 160;

        protected override async Task<string?> PrepareAsync() =>
            (await TryAsync($"mkdir -p {Data} && mount -t tmpfs -o size={Mebibytes}m,mode=700 tmpfs {Data}", CancellationToken.None)).ExitCode == 0
                ? null
                : "A small file system cannot be mounted: this needs root.";

        // Erasing a mount point leaves the directory, busy as it is; what is in it goes with the mount.
        protected override Task CleanUpAsync() => TryAsync($"umount -l {Data} 2>/dev/null", CancellationToken.None);
    }

    [Fact]
    public async Task Fails_calls_loses_nothing_it_acknowledged_and_needs_no_hand_afterwards()
    {
        berth.Require();
        await berth.RunAsync("aws ecs create-cluster --cluster-name before");

        // 1. Full: whoever wants something remembered is told that it is not, whoever asks is answered.
        await berth.RunAsync($"dd if=/dev/zero of={berth.Data}/filler bs=64k 2>/dev/null || :");
        List<string> acknowledged = [];
        using (var ecs = berth.OpenEcs())
        {
            // The journal's log was made large when the server started, so that a number of calls still fit.
            var refusal = "";
            for (var number = 0; refusal.Length == 0; number++)
            {
                try
                {
                    await ecs.CallAsync("RegisterTaskDefinition", LargeDefinition($"filling-{number}"), TestContext.Current.CancellationToken);
                    acknowledged.Add($"filling-{number}");
                }
                catch (HttpRequestException exception)
                {
                    refusal = exception.Message;
                }

                number.ShouldBeLessThan(10_000, "the disk does not get full");
            }

            refusal.ShouldContain("RegisterTaskDefinition was answered 500");
            refusal.ShouldContain("ServerException");
        }

        (await berth.RunAsync("aws ecs list-clusters --query clusterArns")).ShouldContain("before");

        // 2. Room again: everything goes on by itself.
        await berth.RunAsync($"rm {berth.Data}/filler");
        await Eventually.IsAsync("calls work again", async () => (await berth.TryAsync("aws ecs create-cluster --cluster-name after")).ExitCode, code => code == 0);
        await KeepsAsync(acknowledged);

        // 3. And it is all in the journal.
        await berth.KillAndAwaitAnotherAsync("server");
        await berth.UntilAsync("berth status || :", said => said.Contains("1 of 1 connected", StringComparison.Ordinal));
        await KeepsAsync(acknowledged);
        (await berth.RunAsync("aws ecs list-clusters --query clusterArns")).ShouldContain("after");
    }

    private static string LargeDefinition(string family) =>
        $$"""{"family":"{{family}}","containerDefinitions":[{"name":"a","image":"a","memory":8,"command":["{{new string('x', 50_000)}}"]}]}""";

    private async Task KeepsAsync(List<string> acknowledged)
    {
        acknowledged.ShouldNotBeEmpty();
        var families = (await berth.RunAsync("aws ecs list-task-definition-families --family-prefix filling --query families")).Split('\t', '\n').ToHashSet();
        acknowledged.ShouldBeSubsetOf(families);
        (await berth.RunAsync("aws ecs list-clusters --query clusterArns")).ShouldContain("cluster/before");
    }
}
