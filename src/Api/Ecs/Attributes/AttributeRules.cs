using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>What ECS demands of custom attributes and of the way they name their target.</summary>
internal static partial class AttributeRules
{
    private const int MostAttributes = 10;

    /// <summary>The attributes of a request by the container instance they are for.</summary>
    public static List<(string Target, List<AttributeShape> Attributes)> ByTarget(List<AttributeShape>? attributes, string cluster, RequestContext caller)
    {
        if (attributes is not { Count: > 0 })
        {
            throw AwsException.InvalidParameter("attributes can not be empty");
        }

        if (attributes.Count > MostAttributes)
        {
            throw AwsException.InvalidParameter($"attributes cannot have more than {MostAttributes} entries.");
        }

        return [.. attributes.GroupBy(attribute => Target(attribute, cluster, caller), StringComparer.Ordinal).Select(group => (group.Key, group.ToList()))];
    }

    /// <summary>The same for the domain.</summary>
    public static ImmutableArray<TargetAttributes> Targets(List<(string Target, List<AttributeShape> Attributes)> asked) =>
        [.. asked.Select(group => new TargetAttributes(group.Target, [.. group.Attributes.Select(attribute => new EcsAttribute(attribute.Name!, attribute.Value))]))];

    /// <summary>Refuses names and values with other characters than ECS allows.</summary>
    public static void CheckText(AttributeShape attribute)
    {
        if (!NamePattern.IsMatch(attribute.Name!))
        {
            throw AwsException.InvalidParameter($"The attribute name '{attribute.Name}' is not valid.");
        }

        if (attribute.Value is { } value && (!ValuePattern.IsMatch(value) || value[0] == ' ' || value[^1] == ' '))
        {
            throw AwsException.InvalidParameter($"The attribute value '{value}' is not valid.");
        }
    }

    /// <summary>The attributes as an answer tells them, each with its target's ARN.</summary>
    public static List<AttributeShape> Show(List<(string Target, List<AttributeShape> Attributes)> asked, RequestContext caller, string cluster) =>
        [.. asked.SelectMany(group => group.Attributes.Select(attribute => new AttributeShape
        {
            Name = attribute.Name,
            Value = attribute.Value,
            TargetType = "container-instance",
            TargetId = $"arn:aws:ecs:{caller.Region}:{caller.AccountId}:container-instance/{cluster}/{group.Target}",
        }))];

    [GeneratedRegex(@"^[A-Za-z0-9_/.\\-]{1,128}\z")]
    private static partial Regex NamePattern { get; }

    [GeneratedRegex(@"^[A-Za-z0-9_.@/\\: -]{1,128}\z")]
    private static partial Regex ValuePattern { get; }

    private static string Target(AttributeShape attribute, string cluster, RequestContext caller)
    {
        if (string.IsNullOrEmpty(attribute.Name))
        {
            throw AwsException.InvalidParameter("attribute name can not be blank.");
        }

        if (string.IsNullOrEmpty(attribute.TargetId))
        {
            throw AwsException.InvalidParameter("targetId can not be blank.");
        }

        WireEnums.TargetType.Require(attribute.TargetType, "targetType");
        return EcsIdentifiers.ContainerInstance(attribute.TargetId, cluster, caller);
    }
}
