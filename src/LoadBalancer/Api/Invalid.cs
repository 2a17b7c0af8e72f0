using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Berth.Wire;

namespace Berth.LoadBalancer;

/// <summary>Checks of requests, and what ELB says when they fail. All answers are HTTP 400.</summary>
internal static partial class Invalid
{
    /// <summary>The most entries a list of ARNs, names or targets in one request may have.</summary>
    public const int MostItems = 1000;

    public static AwsException Error(string message) => new("ValidationError", 400, message);

    public static AwsException Configuration(string message) => new("InvalidConfigurationRequest", 400, message);

    public static AwsException Action(string message) => new("InvalidLoadBalancerAction", 400, message);

    public static AwsException Protocol(string message) => new("UnsupportedProtocol", 400, message);

    /// <summary>The text, or null for an empty one: clients send either for what was not given.</summary>
    public static string? Given(string? value) => string.IsNullOrEmpty(value) ? null : value;

    /// <summary>The member, or the error that it is missing.</summary>
    public static string Required(string? value, string member) =>
        string.IsNullOrEmpty(value) ? throw Constraint("null", member, "Member must not be null") : value;

    /// <summary>The list, or the error that it is missing or too long.</summary>
    public static IReadOnlyList<T> Required<T>(IReadOnlyList<T>? values, string member) =>
        values is null or { Count: 0 } ? throw Constraint("null", member, "Member must not be null")
        : values.Count > MostItems ? throw Constraint($"{values.Count} items", member, $"Member must have length less than or equal to {MostItems}")
        : values;

    /// <summary>The number, or the error that it is out of its range.</summary>
    public static int InRange(int value, int least, int most, string member) =>
        value < least ? throw Constraint(value.ToString(CultureInfo.InvariantCulture), member, $"Member must have value greater than or equal to {least}")
        : value > most ? throw Constraint(value.ToString(CultureInfo.InvariantCulture), member, $"Member must have value less than or equal to {most}")
        : value;

    /// <summary>The word, or the error that it is not one of those allowed.</summary>
    public static string OneOf(string value, string member, params ReadOnlySpan<string> allowed) =>
        allowed.Contains(value)
            ? value
            : throw Constraint(value, member, $"Member must satisfy enum value set: [{string.Join(", ", allowed.ToArray())}]");

    /// <summary>The name of a load balancer or target group, checked for length and characters.</summary>
    public static string Name(string? name, string what)
    {
        Required(name, "name");
        return name!.Length > 32 ? throw Error($"{what} name '{name}' cannot be longer than '32' characters")
            : !NamePattern().IsMatch(name) ? throw Error($"{what} name '{name}' can only contain characters that are alphanumeric characters and hyphens(-)")
            : name.StartsWith('-') || name.EndsWith('-') ? throw Error($"{what} name '{name}' cannot begin or end with '-'")
            : name;
    }

    /// <summary>Tags by key.</summary>
    public static ImmutableSortedDictionary<string, string> Tags(IReadOnlyList<TagShape>? tags)
    {
        var result = ImmutableSortedDictionary.CreateBuilder<string, string>();
        foreach (var tag in tags ?? [])
        {
            if (string.IsNullOrEmpty(tag.Key) || tag.Key.Length > 128 || tag.Value?.Length > 256)
            {
                throw Constraint(tag.Key ?? "null", "tags", "Member must satisfy constraint: [key of 1 to 128 characters, value of at most 256]");
            }

            if (!result.TryAdd(tag.Key, tag.Value ?? ""))
            {
                throw new AwsException("DuplicateTagKeys", 400, $"Tag key '{tag.Key}' was specified more than once");
            }
        }

        return result.Count > Domain.ChangeLoadBalancingTags.MostTags
            ? throw new AwsException("TooManyTags", 400, $"The maximum number of tags ({Domain.ChangeLoadBalancingTags.MostTags}) has been reached")
            : result.ToImmutable();
    }

    private static AwsException Constraint(string value, string member, string constraint) =>
        Error($"1 validation error detected: Value {(value == "null" ? value : $"'{value}'")} at '{member}' failed to satisfy constraint: {constraint}");

    [GeneratedRegex("^[A-Za-z0-9-]+$")]
    private static partial Regex NamePattern();
}
