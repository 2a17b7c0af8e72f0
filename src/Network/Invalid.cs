using System.Collections.Immutable;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

/// <summary>Checks of requests, and what EC2 says when they fail. All answers are HTTP 400 but the one to a dry run.</summary>
internal static class Invalid
{
    private const int LongestTagKey = 127;
    private const int LongestTagValue = 255;

    public static AwsException Value(string message) => new("InvalidParameterValue", 400, message);

    public static AwsException Combination(string message) => new("InvalidParameterCombination", 400, message);

    public static AwsException Missing(string member) => new("MissingParameter", 400, $"The request must contain the parameter {member}");

    /// <summary>What a request may ask for and nothing here carries out.</summary>
    public static AwsException NotYet(string member) => new("UnsupportedOperation", 400, $"The parameter {member} is not supported here yet.");

    public static string Required(string? value, string member) => string.IsNullOrEmpty(value) ? throw Missing(member) : value;

    public static IReadOnlyList<T> Required<T>(IReadOnlyList<T>? values, string member) => values is { Count: > 0 } ? values : throw Missing(member);

    /// <summary>Refuses a member that is set and not carried out.</summary>
    public static void Unsupported(bool isSet, string member)
    {
        if (isSet)
        {
            throw NotYet(member);
        }
    }

    /// <summary>Ends a dry run, whose request is sound as far as that can be told before it is carried out.</summary>
    public static void DryRun(bool? isDryRun)
    {
        if (isDryRun == true)
        {
            throw new AwsException("DryRunOperation", 412, "Request would have succeeded, but DryRun flag is set.");
        }
    }

    /// <summary>A block of IPv4 addresses in its canonical form.</summary>
    public static string Cidr(string? value, string member) =>
        CidrBlock.Canonical(Required(value, member)) ?? throw Value($"Value ({value}) for parameter {member} is invalid. This is not a valid CIDR block.");

    public static ImmutableSortedDictionary<string, string> Tags(IReadOnlyList<TagShape>? tags)
    {
        var result = ImmutableSortedDictionary.CreateBuilder<string, string>();
        foreach (var tag in tags ?? [])
        {
            var key = Required(tag.Key, "Tag.Key");
            if (key.Length > LongestTagKey)
            {
                throw Value($"Tag key exceeds the maximum length of {LongestTagKey} characters");
            }

            if (tag.Value?.Length > LongestTagValue)
            {
                throw Value($"Tag value exceeds the maximum length of {LongestTagValue} characters");
            }

            if (key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            {
                throw Value("Tag keys starting with 'aws:' are reserved for internal use");
            }

            if (!result.TryAdd(key, tag.Value ?? ""))
            {
                throw Value($"Duplicate tag key '{key}' specified.");
            }
        }

        return result.ToImmutable();
    }

    /// <summary>The tags for a thing that is being created; specifications must be of its kind.</summary>
    public static ImmutableSortedDictionary<string, string> Tags(IReadOnlyList<TagSpecificationShape>? specifications, string kind)
    {
        foreach (var specification in specifications ?? [])
        {
            if (specification.ResourceType != kind)
            {
                throw Value($"'{specification.ResourceType}' is not a valid taggable resource type for this operation.");
            }
        }

        return Tags([.. (specifications ?? []).SelectMany(specification => specification.Tags ?? [])]);
    }
}
