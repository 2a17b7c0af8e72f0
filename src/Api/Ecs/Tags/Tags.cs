using System.Collections.Immutable;
using Berth.Domain;

namespace Berth.Api;

/// <summary>Tags between the wire and the domain.</summary>
internal static class Tags
{
    /// <summary>A request's tags, checked.</summary>
    public static ImmutableArray<ResourceTag> Read(List<TagShape>? tags)
    {
        if (tags is not { Count: > 0 })
        {
            return [];
        }

        ImmutableArray<ResourceTag> read = [.. tags.Select(tag => new ResourceTag(tag.Key ?? "", tag.Value ?? ""))];
        TagRules.Check(read);
        return read;
    }

    /// <summary>Tags as an answer tells them.</summary>
    public static List<TagShape> Show(ImmutableArray<ResourceTag> tags) => [.. tags.Select(tag => new TagShape { Key = tag.Key, Value = tag.Value })];
}
