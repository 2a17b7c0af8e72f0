using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Identity;

/// <summary>Checks of requests, and what IAM and STS say when they fail.</summary>
internal static partial class Invalid
{
    public const int LongestRoleName = 64;
    public const int LongestName = 128;
    private const int LongestPath = 512;
    private const int LongestDocument = 131_072;
    private const int LongestArn = 2048;
    private const int ShortestArn = 20;
    private const int LongestDescription = 1000;
    private const int LongestTagKey = 128;
    private const int LongestTagValue = 256;

    public static AwsException Error(string message) => new("ValidationError", 400, message);

    public static AwsException Input(string message) => new("InvalidInput", 400, message);

    /// <summary>The member, or the error that it is missing or longer than it may be.</summary>
    public static string Required(string? value, string member, int most, int least = 1) =>
        value is null ? throw Constraint(member, "Member must not be null")
        : value.Length < least ? throw Constraint(member, $"Member must have length greater than or equal to {least}", value)
        : value.Length > most ? throw Constraint(member, $"Member must have length less than or equal to {most}", value)
        : value;

    /// <summary>The name of a role, policy or instance profile.</summary>
    public static string Name(string? value, string member, int most = LongestName)
    {
        var name = Required(value, member, most);
        return NamePattern().IsMatch(name)
            ? name
            : throw Error($"The specified value for {member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-");
    }

    public static string RoleName(string? value) => Name(value, "roleName", LongestRoleName);

    /// <summary>The path; the root when none was given.</summary>
    public static string Path(string? value, string member = "path")
    {
        var path = Required(value ?? "/", member, LongestPath);
        return PathPattern().IsMatch(path)
            ? path
            : throw Error($"The specified value for {member} is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.");
    }

    /// <summary>What paths must begin with to be listed.</summary>
    public static string PathPrefix(string? value)
    {
        var prefix = Required(value ?? "/", "pathPrefix", LongestPath);
        return prefix.StartsWith('/') ? prefix : throw Error("The specified value for pathPrefix is invalid. It must begin with the / character.");
    }

    public static string Document(string? value, string member) => Required(value, member, LongestDocument);

    public static string? Description(string? value, string member = "description") =>
        string.IsNullOrEmpty(value) ? null : Required(value, member, LongestDescription);

    public static string PolicyArn(string? value, string member = "policyArn")
    {
        var arn = Required(value, member, LongestArn, ShortestArn);
        return PolicyArnPattern().IsMatch(arn) ? arn : throw Input($"ARN {arn} is not valid.");
    }

    public static string VersionId(string? value)
    {
        var id = Required(value, "versionId", 32);
        return VersionPattern().IsMatch(id)
            ? id
            : throw Constraint("versionId", @"Member must satisfy regular expression pattern: v[1-9][0-9]*(\.[A-Za-z0-9-]*)?", id);
    }

    /// <summary>How long sessions of a role may last.</summary>
    public static int? SessionSeconds(int? value) => InRange(value, 3600, 43_200, "maxSessionDuration");

    public static int? InRange(int? value, int least, int most, string member) =>
        value < least ? throw Constraint(member, $"Member must have value greater than or equal to {least}", Text(value))
        : value > most ? throw Constraint(member, $"Member must have value less than or equal to {most}", Text(value))
        : value;

    public static string? OneOf(string? value, string member, params ReadOnlySpan<string> allowed) =>
        string.IsNullOrEmpty(value) ? null
        : allowed.Contains(value) ? value
        : throw Constraint(member, $"Member must satisfy enum value set: [{string.Join(", ", allowed.ToArray())}]", value);

    /// <summary>Tags as they may be set.</summary>
    public static ImmutableArray<ResourceTag> Tags(IReadOnlyList<TagShape>? tags)
    {
        var keys = new HashSet<string>(IdentityState.Names);
        var result = ImmutableArray.CreateBuilder<ResourceTag>();
        foreach (var tag in tags ?? [])
        {
            var key = TagKey(tag.Key);
            if (tag.Value is null || tag.Value.Length > LongestTagValue)
            {
                throw Constraint("tags", $"Member must have a value of at most {LongestTagValue} characters", key);
            }

            if (key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            {
                throw Input("aws: prefixed tag key names are not allowed for external use.");
            }

            if (!keys.Add(key))
            {
                throw Input("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
            }

            result.Add(new(key, tag.Value));
        }

        return result.Count <= IdentityTags.MostTags
            ? result.ToImmutable()
            : throw Constraint("tags", $"Member must have length less than or equal to {IdentityTags.MostTags}");
    }

    public static ImmutableArray<ResourceTag> RequiredTags(IReadOnlyList<TagShape>? tags) =>
        tags is null ? throw Constraint("tags", "Member must not be null") : Tags(tags);

    public static ImmutableArray<string> RequiredTagKeys(IReadOnlyList<string>? keys) =>
        keys is null ? throw Constraint("tagKeys", "Member must not be null")
        : keys.Count > IdentityTags.MostTags ? throw Constraint("tagKeys", $"Member must have length less than or equal to {IdentityTags.MostTags}")
        : [.. keys.Select(key => TagKey(key))];

    public static AwsException Constraint(string member, string constraint, string? value = null) =>
        Error($"1 validation error detected: Value {(value is null ? "" : $"'{value}' ")}at '{member}' failed to satisfy constraint: {constraint}");

    private static string TagKey(string? key) => Required(key, "tags.key", LongestTagKey);

    private static string Text(int? value) => value.GetValueOrDefault().ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^[A-Za-z0-9_+=,.@-]+\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^/(?:[!-~]+/)?\z")]
    private static partial Regex PathPattern();

    [GeneratedRegex(@"^v[1-9][0-9]*(?:\.[A-Za-z0-9-]*)?\z")]
    private static partial Regex VersionPattern();

    [GeneratedRegex(@"^arn:aws:iam::(?:aws|\d{12}):policy/[!-~]+\z")]
    private static partial Regex PolicyArnPattern();
}
