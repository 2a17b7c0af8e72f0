using System.Diagnostics;

namespace Berth.Domain;

/// <summary>
/// A query as sets of slots. What concerns the instance alone is a filter that is kept up to date; <c>runningTasksCount</c>
/// and <c>task:group</c> change with every task and are evaluated when asked, from columns and counts.
/// </summary>
internal abstract class SlotQuery
{
    /// <summary>The query over the index's slots.</summary>
    public static SlotQuery Of(ClusterQuery query, PlacementIndex index) => query switch
    {
        _ when !IsAboutTasks(query) => new Kept(index.Filters.Meeting(query, index)),
        ClusterQuery.Or or => new Joined(Of(or.Left, index), Of(or.Right, index), isAnd: false),
        ClusterQuery.And and => new Joined(Of(and.Left, index), Of(and.Right, index), isAnd: true),
        ClusterQuery.Not not => new Complement(Of(not.Operand, index)),
        ClusterQuery.Comparison { Subject.Kind: QuerySubjectKind.TaskGroup } comparison => new OfGroups(comparison, index),
        ClusterQuery.Comparison comparison => new OfCounts(comparison, index),
        _ => throw new UnreachableException($"Unknown query {query.GetType().Name}."),
    };

    /// <summary>Fills the set with the slots for which the query holds; for slots without an instance it may say anything.</summary>
    public abstract void Fill(Span<ulong> set);

    /// <summary>The kept set, where the whole query is about the instance alone; else null.</summary>
    public virtual SlotSet? Set => null;

    private static bool IsAboutTasks(ClusterQuery query) => query switch
    {
        ClusterQuery.Or or => IsAboutTasks(or.Left) || IsAboutTasks(or.Right),
        ClusterQuery.And and => IsAboutTasks(and.Left) || IsAboutTasks(and.Right),
        ClusterQuery.Not not => IsAboutTasks(not.Operand),
        ClusterQuery.Comparison comparison => comparison.Subject.Kind is QuerySubjectKind.TaskGroup or QuerySubjectKind.RunningTasksCount,
        _ => throw new UnreachableException($"Unknown query {query.GetType().Name}."),
    };

    private static void Invert(Span<ulong> set)
    {
        for (var word = 0; word < set.Length; word++)
        {
            set[word] = ~set[word];
        }
    }

    private sealed class Kept(SlotSet kept) : SlotQuery
    {
        public override SlotSet Set => kept;

        public override void Fill(Span<ulong> set)
        {
            var words = kept.Words.AsSpan(0, Math.Min(set.Length, kept.Words.Length));
            words.CopyTo(set);
            set[words.Length..].Clear();
        }
    }

    private sealed class Joined(SlotQuery left, SlotQuery right, bool isAnd) : SlotQuery
    {
        private ulong[] spare = [];

        public override void Fill(Span<ulong> set)
        {
            if (spare.Length < set.Length)
            {
                spare = new ulong[set.Length];
            }

            left.Fill(set);
            var other = spare.AsSpan(0, set.Length);
            right.Fill(other);
            if (isAnd)
            {
                SlotScan.And(set, other);
            }
            else
            {
                SlotScan.Or(set, other);
            }
        }
    }

    private sealed class Complement(SlotQuery operand) : SlotQuery
    {
        public override void Fill(Span<ulong> set)
        {
            operand.Fill(set);
            Invert(set);
        }
    }

    private sealed class OfGroups(ClusterQuery.Comparison comparison, PlacementIndex index) : SlotQuery
    {
        private readonly (Func<string, bool> Holds, bool IsNegated) test = QueryTest.OfGroups(comparison);
        private readonly bool isPattern = comparison.Operator is QueryOperator.Matches or QueryOperator.NotMatches;

        public override void Fill(Span<ulong> set)
        {
            set.Clear();
            if (isPattern)
            {
                foreach (var (name, group) in index.Groups)
                {
                    if (test.Holds(name))
                    {
                        SlotScan.Or(set, group.Tasks.Occupied.Words);
                    }
                }
            }
            else
            {
                foreach (var name in comparison.Values)
                {
                    SlotScan.Or(set, index.Group(name)?.Tasks.Occupied.Words);
                }
            }

            if (test.IsNegated)
            {
                Invert(set);
            }
        }
    }

    private sealed class OfCounts(ClusterQuery.Comparison comparison, PlacementIndex index) : SlotQuery
    {
        private readonly int count = QueryTest.Number(comparison);

        /// <summary>All orders of whole numbers are made of "at least".</summary>
        public override void Fill(Span<ulong> set)
        {
            switch (comparison.Operator)
            {
                case QueryOperator.GreaterOrEqual:
                    AtLeast(set, count);
                    break;
                case QueryOperator.Greater:
                    AtLeast(set, count + 1L);
                    break;
                case QueryOperator.Less:
                    AtLeast(set, count);
                    Invert(set);
                    break;
                case QueryOperator.LessOrEqual:
                    AtLeast(set, count + 1L);
                    Invert(set);
                    break;
                default:
                    AtLeast(set, count + 1L);
                    Invert(set);
                    SlotScan.KeepAtLeast(set, index.RunningTasks, count);
                    if (comparison.Operator == QueryOperator.NotEqual)
                    {
                        Invert(set);
                    }

                    break;
            }
        }

        private void AtLeast(Span<ulong> set, long least)
        {
            if (least > int.MaxValue)
            {
                set.Clear();
            }
            else
            {
                SlotScan.AtLeast(set, index.RunningTasks, (int)least);
            }
        }
    }
}
