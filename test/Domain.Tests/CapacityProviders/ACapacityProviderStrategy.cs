using System.Collections.Immutable;
using CsCheck;

namespace Berth.Domain.Tests;

public sealed class ACapacityProviderStrategy
{
    private static readonly Gen<ImmutableArray<CapacityProviderStrategyItem>> Strategies =
        Gen.Select(Gen.Int[0, 20], Gen.Int[0, 19], Gen.Int[0, 5].Array[1, 20]).Select((fill, based, weights) =>
        {
            weights[0]++;    // At least one has a share.
            return weights.Select((weight, at) => new CapacityProviderStrategyItem($"provider-{at}", weight, at == based % weights.Length ? fill : 0)).ToImmutableArray();
        });

    [Fact]
    public void Fills_its_base_before_anything_else() => Gen.Select(Strategies, Gen.Int[0, 200]).Sample((strategy, count) =>
    {
        var shares = CapacityProviderStrategy.Split(strategy, count);

        var filled = strategy.Zip(shares).Sum(pair => Math.Min(pair.First.Base, pair.Second));
        filled.ShouldBe(Math.Min(count, strategy.Sum(item => item.Base)));
    });

    [Fact]
    public void Gives_every_task_a_place() => Gen.Select(Strategies, Gen.Int[0, 200]).Sample((strategy, count) =>
        CapacityProviderStrategy.Split(strategy, count).Sum().ShouldBe(count));

    [Fact]
    public void Gives_nothing_beyond_its_base_to_a_provider_without_weight() => Gen.Select(Strategies, Gen.Int[0, 200]).Sample((strategy, count) =>
        strategy.Zip(CapacityProviderStrategy.Split(strategy, count)).Where(pair => pair.First.Weight == 0).ShouldAllBe(pair => pair.Second <= pair.First.Base));

    [Fact]
    public void Keeps_every_provider_near_its_share() => Gen.Select(Strategies, Gen.Int[0, 500]).Sample((strategy, count) =>
    {
        var weights = strategy.Sum(item => item.Weight);
        var shared = Math.Max(0, count - strategy.Sum(item => item.Base));
        foreach (var (item, share) in strategy.Zip(CapacityProviderStrategy.Split(strategy, count)))
        {
            var due = (double)shared * item.Weight / weights;
            (Math.Max(0, share - item.Base) - due).ShouldBeInRange(-strategy.Length, 1, $"{item} of {count}");
        }
    });

    [Theory]
    [InlineData("1:0 4:0", 5, "1 4")]
    [InlineData("1:2 1:0", 4, "3 1")]
    [InlineData("0:3 1:0", 5, "3 2")]
    [InlineData("1:0 1:0 1:0", 4, "2 1 1")]
    public void Shares_tasks_out_as_ecs_does(string items, int count, string shares)
    {
        ImmutableArray<CapacityProviderStrategyItem> strategy =
            [.. items.Split(' ').Select((item, at) => item.Split(':') is var parts ? new CapacityProviderStrategyItem($"p{at}", int.Parse(parts[0], null), int.Parse(parts[1], null)) : null!)];

        string.Join(' ', CapacityProviderStrategy.Split(strategy, count)).ShouldBe(shares);
    }
}
