using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Which images of a repository a lifecycle rule is about.</summary>
public enum LifecycleTagStatus
{
    /// <summary>Images with tags that match.</summary>
    Tagged,

    /// <summary>Images without a tag.</summary>
    Untagged,

    /// <summary>All images.</summary>
    Any,
}

/// <summary>One rule of a lifecycle policy.</summary>
/// <param name="Priority">1 or more; lower numbers go first.</param>
/// <param name="TagStatus">Which images it is about.</param>
/// <param name="TagPatterns">For tagged images: each of these must match one of the image's tags.</param>
/// <param name="Most">Keep this many of the newest; null when the rule goes by age.</param>
/// <param name="OldestAge">Keep what was pushed no longer ago than this; null when the rule goes by count.</param>
public sealed record LifecycleRule(
    int Priority,
    LifecycleTagStatus TagStatus,
    ImmutableArray<string> TagPatterns,
    int? Most,
    TimeSpan? OldestAge);

/// <summary>An image that a lifecycle policy wants deleted, and the rule that says so.</summary>
public sealed record LifecycleExpiry(RepositoryImage Image, int RulePriority);

/// <summary>Rules by which images of a repository expire.</summary>
/// <remarks>
/// Source: ECR user guide, "Automate the cleanup of images by using lifecycle policies". Archiving and rules by pull
/// time are refused rather than ignored.
/// </remarks>
public sealed partial record LifecyclePolicy(ImmutableArray<LifecycleRule> Rules)
{
    /// <summary>
    /// What expires now. Each rule looks at the images as if it were alone; then, in order of priority, an image that
    /// fits a rule is out of reach for all later ones, kept or not. What an index lists stays as long as the index;
    /// artifacts about an image go with it.
    /// </summary>
    public ImmutableArray<LifecycleExpiry> Evaluate(Repository repository, DateTimeOffset now)
    {
        var tags = repository.TagsByDigest();
        var listed = repository.ReferencedByIndexes();
        var candidates = repository.Images.Values
            .Where(image => !listed.Contains(image.Digest) && (image.Subject is null || !repository.Images.ContainsKey(image.Subject)))
            .OrderByDescending(image => image.PushedAt).ThenBy(image => image.Digest, StringComparer.Ordinal)
            .ToList();
        var decided = new HashSet<string>(StringComparer.Ordinal);
        var expired = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var rule in Rules.OrderBy(rule => rule.Priority))
        {
            var rank = 0;
            foreach (var image in candidates.Where(image => Selects(rule, [.. tags[image.Digest]])))
            {
                rank++;
                if (decided.Add(image.Digest) && (rank > rule.Most || now - image.PushedAt > rule.OldestAge))
                {
                    expired.Add(image.Digest, rule.Priority);
                }
            }
        }

        return
        [
            .. candidates.Where(image => expired.ContainsKey(image.Digest)).Select(image => new LifecycleExpiry(image, expired[image.Digest])),
            .. repository.Images.Values
                .Where(image => image.Subject is not null && expired.ContainsKey(image.Subject) && !listed.Contains(image.Digest) && !expired.ContainsKey(image.Digest))
                .Select(image => new LifecycleExpiry(image, expired[image.Subject!])), // Checked in the line above.
        ];
    }

    private static bool Selects(LifecycleRule rule, string[] tags) => rule.TagStatus switch
    {
        LifecycleTagStatus.Any => true,
        LifecycleTagStatus.Untagged => tags.Length == 0,
        LifecycleTagStatus.Tagged => tags.Length > 0 && rule.TagPatterns.All(pattern => tags.Any(tag => Wildcard.Matches(pattern, tag))),
    };
}
