using System.Collections;

namespace Berth.Domain;

/// <summary>
/// An immutable set of ids in ordinal order, for sets that change with every task while readers keep older ones. A tree
/// with many ids a node: adding one among a hundred thousand copies four short arrays, and a small set is one array.
/// </summary>
public sealed class SortedIdSet : IReadOnlyCollection<string>
{
    private const int MostInNode = 32;

    // A set that is built whole leaves room in its nodes for what comes next.
    private const int BuiltInNode = 24;

    // A node with fewer is joined with its neighbour.
    private const int FewInNode = 8;

    private readonly Node? root;

    private SortedIdSet(Node? root, int count) => (this.root, Count) = (root, count);

    /// <summary>No ids.</summary>
    public static SortedIdSet Empty { get; } = new(null, 0);

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>The set of ids that are in order already, each once.</summary>
    public static SortedIdSet OfSorted(IReadOnlyList<string> ids)
    {
        if (ids.Count == 0)
        {
            return Empty;
        }

        var level = new List<Node>();
        for (var from = 0; from < ids.Count; from += BuiltInNode)
        {
            var keys = new string[Math.Min(BuiltInNode, ids.Count - from)];
            for (var at = 0; at < keys.Length; at++)
            {
                keys[at] = ids[from + at];
            }

            level.Add(new(keys, null));
        }

        while (level.Count > 1)
        {
            var above = new List<Node>();
            for (var from = 0; from < level.Count; from += BuiltInNode)
            {
                above.Add(Node.Above([.. level.Skip(from).Take(BuiltInNode)]));
            }

            level = above;
        }

        return new(level[0], ids.Count);
    }

    /// <summary>The set with one more id; itself when it has it.</summary>
    public SortedIdSet Add(string id)
    {
        if (root is null)
        {
            return new(new([id], null), 1);
        }

        var (left, right) = root.Add(id);
        return left == root ? this : new(right is null ? left : Node.Above([left, right]), Count + 1);
    }

    /// <summary>The set without an id; itself when it has it not.</summary>
    public SortedIdSet Remove(string id)
    {
        var left = root?.Remove(id);
        if (left == root)
        {
            return this;
        }

        while (left?.Children is [var only])
        {
            left = only;
        }

        return left is null ? Empty : new(left, Count - 1);
    }

    /// <summary>Whether the id is in it.</summary>
    public bool Contains(string id)
    {
        var node = root;
        while (node?.Children is { } children)
        {
            node = children[node.ChildFor(id)];
        }

        return node is not null && node.Find(id) >= 0;
    }

    /// <summary>The ids behind one, in order; all when it is null.</summary>
    public IEnumerable<string> After(string? id)
    {
        if (root is null)
        {
            yield break;
        }

        var path = new Stack<(Node Node, int Next)>();
        var node = root;
        while (node is not null)
        {
            if (node.Children is { } children)
            {
                var at = id is null ? 0 : node.ChildFor(id);
                path.Push((node, at + 1));
                node = children[at];
                continue;
            }

            var first = id is null ? 0 : node.Find(id) is >= 0 and var found ? found + 1 : ~node.Find(id);
            for (var at = first; at < node.Keys.Length; at++)
            {
                yield return node.Keys[at];
            }

            id = null;
            node = null;
            while (node is null && path.TryPop(out var above))
            {
                if (above.Next < above.Node.Keys.Length)
                {
                    path.Push((above.Node, above.Next + 1));
                    node = above.Node.Children![above.Next];    // Only inner nodes are on the path.
                }
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => After(null).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A leaf holds ids; an inner node the lowest key of each child. Never changed, never empty.</summary>
    private sealed class Node(string[] keys, Node[]? children)
    {
        public string[] Keys { get; } = keys;

        public Node[]? Children { get; } = children;

        public static Node Above(Node[] children) => new([.. children.Select(child => child.Keys[0])], children);

        /// <summary>The place of an id, or the complement of where it would be.</summary>
        public int Find(string id)
        {
            int low = 0, high = Keys.Length - 1;
            while (low <= high)
            {
                var middle = (low + high) >> 1;
                var order = string.CompareOrdinal(Keys[middle], id);
                if (order == 0)
                {
                    return middle;
                }

                if (order < 0)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle - 1;
                }
            }

            return ~low;
        }

        /// <summary>The child an id belongs into.</summary>
        public int ChildFor(string id) => Find(id) is >= 0 and var at ? at : Math.Max(0, ~Find(id) - 1);

        /// <summary>The node with the id, in two when it was full.</summary>
        public (Node Left, Node? Right) Add(string id)
        {
            if (Children is null)
            {
                var at = Find(id);
                return at >= 0 ? (this, null) : Split([.. Keys.AsSpan(0, ~at), id, .. Keys.AsSpan(~at)], null);
            }

            var place = ChildFor(id);
            var (left, right) = Children[place].Add(id);
            return left == Children[place] ? (this, null)
                : right is null ? (With(place, left), null)
                : Replaced(place, 1, [left, right]);
        }

        /// <summary>The node without the id; null when nothing is left.</summary>
        public Node? Remove(string id)
        {
            if (Children is null)
            {
                var at = Find(id);
                return at < 0 ? this : Keys.Length == 1 ? null : new([.. Keys.AsSpan(0, at), .. Keys.AsSpan(at + 1)], null);
            }

            var place = ChildFor(id);
            var left = Children[place].Remove(id);
            if (left == Children[place])
            {
                return this;
            }

            if (left is null)
            {
                return Children.Length == 1 ? null : Replaced(place, 1, []).Left;
            }

            var before = Math.Max(0, place - 1);
            var isJoined = left.Keys.Length < FewInNode && Children.Length > 1;
            var (first, second) = place > 0 ? (Children[before], left) : (left, Children[Math.Min(1, Children.Length - 1)]);
            return isJoined && first.Keys.Length + second.Keys.Length <= BuiltInNode
                ? Replaced(before, 2, [Join(first, second)]).Left
                : With(place, left);
        }

        /// <summary>The node with another child in a place; its keys are shared unless the child begins otherwise.</summary>
        private Node With(int place, Node child)
        {
            Node[] children = [.. Children!];    // Only inner nodes have a child to replace.
            children[place] = child;
            var sharedKeys = Keys;
            if (sharedKeys[place] != child.Keys[0])
            {
                sharedKeys = [.. Keys];
                sharedKeys[place] = child.Keys[0];
            }

            return new(sharedKeys, children);
        }

        private static Node Join(Node first, Node second) =>
            new([.. first.Keys, .. second.Keys], first.Children is null ? null : [.. first.Children, .. second.Children!]);    // All leaves are as deep.

        private (Node Left, Node? Right) Replaced(int at, int count, Node[] by) => Split(
            [.. Keys.AsSpan(0, at), .. by.Select(child => child.Keys[0]), .. Keys.AsSpan(at + count)],
            [.. Children.AsSpan(0, at), .. by, .. Children.AsSpan(at + count)]);

        private static (Node Left, Node? Right) Split(string[] keys, Node[]? children)
        {
            if (keys.Length <= MostInNode)
            {
                return (new(keys, children), null);
            }

            var half = keys.Length / 2;
            return (new(keys[..half], children?[..half]), new(keys[half..], children?[half..]));
        }
    }
}
