using Berth.Wire;

namespace Berth.Api.Tests;

public sealed class CallingTooOften
{
    private static readonly CallRate Rate = new("Test", Burst: 5, PerSecond: 2);

    private readonly HandClock clock = new();

    [Fact]
    public void Is_admitted_as_long_as_the_bucket_holds_and_again_as_it_fills()
    {
        var rates = new CallRates(new() { RateFactor = 1 }, clock);

        Admitted(rates).ShouldBe(5);
        clock.Advance(TimeSpan.FromSeconds(1));
        Admitted(rates).ShouldBe(2);
        clock.Advance(TimeSpan.FromHours(1));
        Admitted(rates).ShouldBe(5);
    }

    [Fact]
    public void Is_told_apart_by_account_region_and_class()
    {
        var rates = new CallRates(new() { RateFactor = 1 }, clock);
        Admitted(rates).ShouldBe(5);

        Admitted(rates, account: "2").ShouldBe(5);
        Admitted(rates, region: "eu-west-1").ShouldBe(5);
        Admitted(rates, rate: Rate with { Class = "Other" }).ShouldBe(5);
        Admitted(rates).ShouldBe(0);
    }

    [Fact]
    public void Is_multiplied_by_the_operator_or_let_be()
    {
        Admitted(new CallRates(new() { RateFactor = 3 }, clock)).ShouldBe(15);
        Admitted(new CallRates(new() { RateFactor = 0 }, clock)).ShouldBe(100);
        Admitted(new CallRates(new(), clock), rate: null).ShouldBe(100);
    }

    [Fact]
    public void Allocates_nothing()
    {
        var rates = new CallRates(new() { RateFactor = 1000 }, TimeProvider.System);
        rates.Admit("1", "us-east-1", Rate);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var call = 0; call < 1000; call++)
        {
            rates.Admit("1", "us-east-1", Rate);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public async Task Is_answered_with_a_throttling_exception()
    {
        await using var server = await EcsServer.StartAsync(new() { RateFactor = 0.1 });    // Two clusters at once, one more every ten seconds.
        await server.AskAsync("CreateCluster", "{}");
        await server.AskAsync("CreateCluster", "{}");

        (await server.RefusalAsync("CreateCluster", "{}")).ShouldBe(("ThrottlingException", "Rate exceeded"));
        await server.AskAsync("ListClusters", "{}");
    }

    private static int Admitted(CallRates rates, string account = "1", string region = "us-east-1") => Admitted(rates, Rate, account, region);

    private static int Admitted(CallRates rates, CallRate? rate, string account = "1", string region = "us-east-1") =>
        Enumerable.Range(0, 100).Count(_ => rates.Admit(account, region, rate));

    private sealed class HandClock : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks;

        public void Advance(TimeSpan span) => ticks += span.Ticks;
    }
}
