using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>New ids of EC2's form.</summary>
internal static class NetworkIds
{
    private const int Digits = 17;

    public static string Next(string prefix, DecisionContext context) => $"{prefix}-{context.Ids.NextHexId()[..Digits]}";
}

/// <summary>Tags of whatever has an id.</summary>
public static class NetworkTags
{
    /// <summary>Tags one thing may have.</summary>
    public const int MostTags = 50;

    internal static void Check(ImmutableSortedDictionary<string, string> tags)
    {
        if (tags.Count > MostTags)
        {
            throw new RefusedException("TagLimitExceeded", $"The maximum number of Tags for a resource has been reached ({MostTags}).");
        }
    }

    internal static void Record(NetworkAggregate aggregate, string id, ImmutableSortedDictionary<string, string> tags)
    {
        if (!tags.SequenceEqual(aggregate.State.TagsOf(id)))
        {
            aggregate.Record(new NetworkEvent.Tagged(id, tags));
        }
    }

    /// <summary>The kind of what has the id, such as <c>security-group</c>; null when nothing has it.</summary>
    public static string? KindOf(NetworkState state, string id) =>
        state.Vpcs.ContainsKey(id) ? "vpc"
        : state.Subnets.ContainsKey(id) ? "subnet"
        : state.SecurityGroups.ContainsKey(id) ? "security-group"
        : state.RouteTables.ContainsKey(id) ? "route-table"
        : state.InternetGateways.ContainsKey(id) ? "internet-gateway"
        : state.NetworkAcls.ContainsKey(id) ? "network-acl"
        : id.StartsWith("sgr-", StringComparison.Ordinal) && state.SecurityGroups.Values.Any(group => group.Rules.Any(rule => rule.Id == id)) ? "security-group-rule"
        : null;
}

/// <summary>Changes the tags of things, of all of them or of none.</summary>
/// <param name="ResourceIds">What has the tags.</param>
/// <param name="Set">Tags to add, or to give another value.</param>
/// <param name="Remove">Tags to remove; where the value is not null, only if they have it.</param>
/// <param name="RemoveAll">Remove every tag.</param>
public sealed record ChangeNetworkTags(
    ImmutableArray<string> ResourceIds,
    ImmutableSortedDictionary<string, string> Set,
    ImmutableArray<KeyValuePair<string, string?>> Remove,
    bool RemoveAll = false) : Command<NetworkAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(NetworkAggregate aggregate, DecisionContext context)
    {
        var after = new List<(string Id, ImmutableSortedDictionary<string, string> Tags)>();
        foreach (var id in ResourceIds.Distinct())
        {
            if (NetworkTags.KindOf(aggregate.State, id) is null)
            {
                throw new RefusedException("InvalidID", $"The ID '{id}' is not valid");
            }

            var tags = RemoveAll ? ImmutableSortedDictionary<string, string>.Empty : aggregate.State.TagsOf(id);
            tags = tags.RemoveRange(Remove.Where(tag => tags.TryGetValue(tag.Key, out var value) && (tag.Value is null || tag.Value == value)).Select(tag => tag.Key));
            tags = tags.SetItems(Set);
            NetworkTags.Check(tags);
            after.Add((id, tags));
        }

        after.ForEach(change => NetworkTags.Record(aggregate, change.Id, change.Tags));
        return true;
    }
}
