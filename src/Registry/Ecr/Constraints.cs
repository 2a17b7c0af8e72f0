using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>What the API model demands of members, each refused in the service's words.</summary>
internal static partial class Constraints
{
    public const int MostPageEntries = 1000;
    public const int UsualPageEntries = 100;
    private const int MostIds = 100;
    private const int LongestTag = 300;
    private const int MostExclusionFilters = 5;
    private const int LongestResourceTagKey = 128;
    private const int LongestResourceTagValue = 256;
    private const string NameExpression = @"(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*";

    /// <summary>The refusal for a member that breaks a rule.</summary>
    public static AwsException Violated(string member, string rule) =>
        AwsException.InvalidParameter($"Invalid parameter at '{member}' failed to satisfy constraint: '{rule}'");

    /// <summary>The repository a request names. Registries of other accounts cannot be reached.</summary>
    public static RepositoryKey Repository(string? registryId, string? name, RequestContext context)
    {
        RepositoryName(name, "repositoryName");
        RegistryId(registryId, "registryId");
        return registryId is null || registryId == context.AccountId
            ? new RepositoryKey(context.AccountId, context.Region, name!) // Checked above.
            : throw NoSuchRepository(name!, registryId); // Checked above.
    }

    /// <summary>The refusal for a repository that is not there.</summary>
    public static AwsException NoSuchRepository(string name, string registryId) =>
        new("RepositoryNotFoundException", 400, $"The repository with name '{name}' does not exist in the registry with id '{registryId}'");

    /// <summary>A registry id must be absent or the caller's own.</summary>
    public static void OwnRegistry(string? registryId, RequestContext context, string member = "registryId")
    {
        RegistryId(registryId, member);
        if (registryId is not null && registryId != context.AccountId)
        {
            throw new AwsException("AccessDeniedException", 400, $"User: {context.PrincipalArn} is not authorized to access the registry with id '{registryId}'");
        }
    }

    /// <summary>A repository's name.</summary>
    public static void RepositoryName(string? name, string member)
    {
        Required(name, member);
        Length(name!, member, 2, 256); // Checked above.
        if (!RegistryRoute.IsName(name!)) // Checked above.
        {
            throw Violated(member, $"must satisfy regular expression '{NameExpression}'");
        }
    }

    /// <summary>Something that must be given.</summary>
    public static void Required(object? value, string member)
    {
        if (value is null)
        {
            throw Violated(member, "Member must not be null");
        }
    }

    /// <summary>A text's length.</summary>
    public static void Length(string text, string member, int least, int most)
    {
        if (text.Length < least)
        {
            throw Violated(member, $"Member must have length greater than or equal to {least}");
        }

        if (text.Length > most)
        {
            throw Violated(member, $"Member must have length less than or equal to {most}");
        }
    }

    /// <summary>One of an enumeration's values; absent is fine.</summary>
    public static void OneOf(string? value, string member, params ReadOnlySpan<string> values)
    {
        if (value is not null && !values.Contains(value))
        {
            throw Violated(member, $"Member must satisfy enum value set: [{string.Join(", ", values.ToArray())}]");
        }
    }

    /// <summary>The size of a page.</summary>
    public static int PageSize(int? maxResults, int most = MostPageEntries) => maxResults switch
    {
        null => Math.Min(UsualPageEntries, most),
        < 1 => throw Violated("maxResults", "Member must have value greater than or equal to 1"),
        _ when maxResults > most => throw Violated("maxResults", $"Member must have value less than or equal to {most}"),
        _ => maxResults.Value,
    };

    /// <summary>A list of 1 to <paramref name="most"/> entries, none of them null.</summary>
    public static IReadOnlyList<T> List<T>(IReadOnlyList<T?>? list, string member, int most = MostIds)
        where T : class
    {
        Required(list, member);
        return list!.Count is 0 ? throw Violated(member, "Member must have length greater than or equal to 1") // Checked above.
            : list.Count > most ? throw Violated(member, $"Member must have length less than or equal to {most}")
            : list.Any(item => item is null) ? throw Violated(member, "Member must not be null")
            : [.. list!]; // No entry is null.
    }

    /// <summary>Sorts image ids into those that can name an image and failures in the API's words.</summary>
    public static (ImmutableArray<ImageId> Ids, ImmutableArray<ImageFailure> Failures) Ids(IReadOnlyList<ImageIdentifierShape?>? shapes)
    {
        var ids = ImmutableArray.CreateBuilder<ImageId>();
        var failures = ImmutableArray.CreateBuilder<ImageFailure>();
        foreach (var id in List(shapes, "imageIds").Select(shape => new ImageId(shape.ImageDigest, shape.ImageTag)).Distinct())
        {
            if (id is { Digest: null, Tag: null })
            {
                failures.Add(new ImageFailure(id, "MissingDigestAndTag", "Invalid request parameters: both tag and digest cannot be null"));
            }
            else if (id.Digest is not null && !DigestPattern.IsMatch(id.Digest))
            {
                failures.Add(new ImageFailure(id, "InvalidImageDigest", "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'"));
            }
            else if (id.Tag is { Length: 0 or > LongestTag })
            {
                failures.Add(new ImageFailure(id, "InvalidImageTag", $"Invalid request parameters: image tag should have between 1 and {LongestTag} characters"));
            }
            else
            {
                ids.Add(id);
            }
        }

        return (ids.DrainToImmutable(), failures.DrainToImmutable());
    }

    /// <summary>A digest of a layer, malformed ones refused.</summary>
    public static Digest LayerDigest(string? text, string member)
    {
        Required(text, member);
        return Digest.TryParse(text, out var digest)
            ? digest
            : throw Violated(member, "must satisfy regular expression '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'");
    }

    /// <summary>Which tags may move, from the two members that say so.</summary>
    public static TagMutability Mutability(string? mode, IReadOnlyList<ExclusionFilterShape?>? filters)
    {
        OneOf(mode, "imageTagMutability", "MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION");
        var immutable = mode?.StartsWith("IMMUTABLE", StringComparison.Ordinal) == true;
        if (mode?.EndsWith("_WITH_EXCLUSION", StringComparison.Ordinal) != true)
        {
            return filters is null or []
                ? new TagMutability(immutable, [])
                : throw Violated("imageTagMutabilityExclusionFilters", "Exclusion filters are only allowed with IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION");
        }

        var patterns = List(filters, "imageTagMutabilityExclusionFilters", MostExclusionFilters).Select(filter =>
        {
            Required(filter.FilterType, "imageTagMutabilityExclusionFilters.filterType");
            OneOf(filter.FilterType, "imageTagMutabilityExclusionFilters.filterType", "WILDCARD");
            return filter.Filter is not null && FilterPattern.IsMatch(filter.Filter) && filter.Filter.Count(c => c == '*') <= 2
                ? filter.Filter
                : throw Violated("imageTagMutabilityExclusionFilters.filter", "must satisfy regular expression '^[0-9a-zA-Z._*-]{1,128}$' with at most 2 wildcards");
        });
        return new TagMutability(immutable, [.. patterns]);
    }

    /// <summary>Resource tags.</summary>
    public static ImmutableSortedDictionary<string, string> ResourceTags(IReadOnlyList<ResourceTagShape?>? tags)
    {
        var result = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var tag in tags ?? [])
        {
            if (tag is not { Key.Length: > 0 and <= LongestResourceTagKey, Value.Length: <= LongestResourceTagValue }
                || tag.Key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            {
                throw new AwsException("InvalidTagParameterException", 400,
                    $"Invalid tag parameter: a key has 1 to {LongestResourceTagKey} characters and does not begin with aws:, a value has up to {LongestResourceTagValue}");
            }

            if (!result.TryAdd(tag.Key, tag.Value))
            {
                throw new AwsException("InvalidTagParameterException", 400, $"Invalid tag parameter: the key '{tag.Key}' is given twice");
            }
        }

        return result.ToImmutable();
    }

    /// <summary>The repository a resource ARN names.</summary>
    public static RepositoryKey Resource(string? arn, RequestContext context)
    {
        Required(arn, "resourceArn");
        var match = ArnPattern.Match(arn!); // Checked above.
        if (!match.Success || !RegistryRoute.IsName(match.Groups["name"].Value))
        {
            throw Violated("resourceArn", "Invalid ARN");
        }

        var name = match.Groups["name"].Value;
        return match.Groups["account"].Value == context.AccountId && match.Groups["region"].Value == context.Region
            ? new RepositoryKey(context.AccountId, context.Region, name)
            : throw NoSuchRepository(name, match.Groups["account"].Value);
    }

    private static void RegistryId(string? registryId, string member)
    {
        if (registryId is not null && !AccountPattern.IsMatch(registryId))
        {
            throw Violated(member, "must satisfy regular expression '[0-9]{12}'");
        }
    }

    [GeneratedRegex(@"^[0-9]{12}\z")]
    private static partial Regex AccountPattern { get; }

    [GeneratedRegex(@"^[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+\z")]
    private static partial Regex DigestPattern { get; }

    [GeneratedRegex(@"^[0-9a-zA-Z._*-]{1,128}\z")]
    private static partial Regex FilterPattern { get; }

    [GeneratedRegex(@"^arn:aws[a-z-]*:ecr:(?<region>[a-z0-9-]+):(?<account>[0-9]{12}):repository/(?<name>.+)\z")]
    private static partial Regex ArnPattern { get; }
}
