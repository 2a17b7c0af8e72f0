using CsCheck;

namespace Berth.Domain.Tests;

public sealed class ASortedIdSet
{
    /// <summary>Goal: never another set than the base library's. Method: any history of few and of many ids, also from a set that was built whole.</summary>
    [Fact]
    public void Holds_what_a_sorted_set_holds() =>
        Gen.Select(Gen.Int[1, 3_000], Gen.Int[0, 2_000], Gen.Int[0, 9].Array[0, 1_500], Gen.Int[0, int.MaxValue]).Sample((range, built, moves, seed) =>
        {
            var chance = new Random(seed);
            var expected = new SortedSet<string>(Enumerable.Range(0, built).Select(_ => Id()), StringComparer.Ordinal);
            var ids = SortedIdSet.OfSorted([.. expected]);
            foreach (var move in moves)
            {
                var id = Id();
                var before = ids;
                ids = move < 5 ? ids.Add(id) : ids.Remove(id);
                (before != ids).ShouldBe(move < 5 ? expected.Add(id) : expected.Remove(id));
                ids.Contains(id).ShouldBe(move < 5);
            }

            ids.Count.ShouldBe(expected.Count);
            ids.ShouldBe(expected);
            var from = Id();
            ids.After(from).ShouldBe(expected.Where(id => string.CompareOrdinal(id, from) > 0));

            string Id() => $"{chance.Next(range) * 7919 % range:x6}";
        }, iter: 200);

    [Fact]
    public void Stays_as_it_was_for_those_who_keep_it()
    {
        var first = SortedIdSet.OfSorted(["a", "b"]);

        first.Add("c").Remove("a").ShouldBe(["b", "c"]);
        first.ShouldBe(["a", "b"]);
        first.Remove("a").Remove("b").ShouldBeEmpty();
    }
}
