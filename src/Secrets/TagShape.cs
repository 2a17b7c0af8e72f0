using System.Collections.Immutable;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Secrets;

internal sealed record TagShape(string? Key, string? Value);

internal static class TagShapes
{
    public static ImmutableArray<ResourceTag> Checked(IReadOnlyList<TagShape>? tags)
    {
        ImmutableArray<ResourceTag> given = [.. (tags ?? []).Select(tag => new ResourceTag(tag.Key ?? "", tag.Value ?? ""))];
        TagRules.Check(given);
        return given;
    }

    public static IReadOnlyList<TagShape> Of(ImmutableArray<ResourceTag> tags) => [.. tags.Select(tag => new TagShape(tag.Key, tag.Value))];
}

/// <summary>What both services say of a member that does not keep its limits. What was sent is never repeated.</summary>
internal static class Invalid
{
    public static AwsException Validation(string message) => new("ValidationException", 400, message);

    public static AwsException Constraint(string member, string constraint) =>
        Validation($"1 validation error detected: Value at '{member}' failed to satisfy constraint: {constraint}");

    public static T Required<T>(T? value, string member)
        where T : class =>
        value ?? throw Constraint(member, "Member must not be null");

    public static string Text(string? value, string member, int least, int most)
    {
        var given = Required(value, member);
        return given.Length < least ? throw Constraint(member, $"Member must have length greater than or equal to {least}")
            : given.Length > most ? throw Constraint(member, $"Member must have length less than or equal to {most}")
            : given;
    }

    public static string? Optional(string? value, string member, int most, int least = 0) => value is null ? null : Text(value, member, least, most);

    public static int Size(int? value, string member, int most) => value switch
    {
        null => most,
        < 1 => throw Constraint(member, "Member must have value greater than or equal to 1"),
        var size when size > most => throw Constraint(member, $"Member must have value less than or equal to {most}"),
        var size => size.Value,
    };

    public static IReadOnlyList<T> List<T>(IReadOnlyList<T>? values, string member, int most) =>
        Required(values, member).Count is >= 1 and var count && count <= most ? values! : throw Constraint(member, $"Member must have length from 1 to {most}");
}
