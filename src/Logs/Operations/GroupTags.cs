using Berth.Wire;

namespace Berth.Logs;

/// <summary>The tags of a group, as the newer and the older operations change them.</summary>
internal static class GroupTags
{
    public static void Add(LogGroup group, IReadOnlyDictionary<string, string> tags, Func<AwsException> tooMany)
    {
        Constraints.Tags(tags);
        group.Change(settings =>
        {
            var merged = new Dictionary<string, string>(settings.Tags);
            foreach (var (key, value) in tags)
            {
                merged[key] = value;
            }

            return merged.Count <= Constraints.MostTags ? settings with { Tags = merged } : throw tooMany();
        });
    }

    public static void Remove(LogGroup group, IReadOnlyList<string> keys) => group.Change(settings => settings with
    {
        Tags = settings.Tags.Where(tag => !keys.Contains(tag.Key)).ToDictionary(),
    });
}
