using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>What ECS demands of tags, wherever they stand.</summary>
public static class TagRules
{
    /// <summary>Tags one resource may have; those ECS adds itself do not count.</summary>
    public const int MostTags = 50;

    private const int MostKeyLength = 128;
    private const int MostValueLength = 256;

    /// <summary>Refuses tags that a caller may not set.</summary>
    public static void Check(IReadOnlyCollection<ResourceTag> tags)
    {
        if (tags.Count > MostTags)
        {
            throw RefusedException.InvalidParameter($"The number of tags exceeds the maximum of {MostTags}.");
        }

        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags)
        {
            if (key.Length is 0 or > MostKeyLength)
            {
                throw RefusedException.InvalidParameter($"Tag keys must have 1 to {MostKeyLength} characters.");
            }

            if (value.Length > MostValueLength)
            {
                throw RefusedException.InvalidParameter($"Tag values must have at most {MostValueLength} characters.");
            }

            if (key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            {
                throw RefusedException.InvalidParameter("aws: prefixed tag key names are not allowed for external use.");
            }

            if (!key.All(IsAllowed) || !value.All(IsAllowed))
            {
                throw RefusedException.InvalidParameter("Tags may hold letters, digits, spaces and _ . : / = + - @ only.");
            }

            if (!keys.Add(key))
            {
                throw RefusedException.InvalidParameter("Duplicate keys found. Duplicate keys are not allowed");
            }
        }
    }

    /// <summary>The tags with some set and some removed, in the order of their first appearance.</summary>
    public static ImmutableArray<ResourceTag> Change(ImmutableArray<ResourceTag> tags, ImmutableArray<ResourceTag> put, ImmutableArray<string> remove)
    {
        var changed = tags
            .Where(tag => !remove.Contains(tag.Key))
            .Select(tag => put.FirstOrDefault(given => given.Key == tag.Key) ?? tag)
            .Concat(put.Where(given => tags.All(tag => tag.Key != given.Key)))
            .ToImmutableArray();
        return changed.Count(tag => !tag.Key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase)) <= MostTags
            ? changed
            : throw new RefusedException("LimitExceededException", $"The resource would have more than {MostTags} tags.");
    }

    private static bool IsAllowed(char character) => char.IsLetterOrDigit(character) || character is ' ' or '_' or '.' or ':' or '/' or '=' or '+' or '-' or '@';
}
