using System.Collections.Immutable;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>Placement strategies and constraints between the wire and the domain.</summary>
internal static class PlacementRules
{
    private const int MostStrategies = 5;
    private const int MostConstraints = 10;

    public static ImmutableArray<PlacementStrategy> Strategies(List<PlacementStrategyShape>? strategies)
    {
        if (strategies?.Count > MostStrategies)
        {
            throw AwsException.InvalidParameter($"At most {MostStrategies} placement strategies can be given.");
        }

        return [.. (strategies ?? []).Select(Strategy)];
    }

    public static ImmutableArray<PlacementConstraint> Constraints(List<PlacementConstraintShape>? constraints)
    {
        if (constraints?.Count > MostConstraints)
        {
            throw AwsException.InvalidParameter($"At most {MostConstraints} placement constraints can be given.");
        }

        return [.. (constraints ?? []).Select(Constraint)];
    }

    public static List<PlacementStrategyShape> Show(ImmutableArray<PlacementStrategy> strategies) =>
        [.. strategies.Select(strategy => new PlacementStrategyShape { Type = strategy.Type, Field = strategy.Field })];

    public static List<PlacementConstraintShape> Show(ImmutableArray<PlacementConstraint> constraints) =>
        [.. constraints.Select(constraint => new PlacementConstraintShape { Type = constraint.Type, Expression = constraint.Expression })];

    /// <summary>Refuses more constraints than one task may have, the task definition's among them.</summary>
    public static ImmutableArray<PlacementConstraint> Constraints(List<PlacementConstraintShape>? constraints, TaskDefinition? definition)
    {
        var read = Constraints(constraints);
        CheckCount(read.Length, definition);
        return read;
    }

    /// <summary>The same of so many that are read already.</summary>
    public static void CheckCount(int constraints, TaskDefinition? definition)
    {
        if (constraints + (definition?.PlacementConstraints.Length ?? 0) > MostConstraints)
        {
            throw AwsException.InvalidParameter($"At most {MostConstraints} placement constraints can be given, those of the task definition among them.");
        }
    }

    /// <summary>The query of an expression.</summary>
    public static ClusterQuery Query(string? expression) => ClusterQuery.TryParse(expression, out var query, out var error)
        ? query
        : throw AwsException.InvalidParameter($"Invalid expression: {error}.");

    private static PlacementStrategy Strategy(PlacementStrategyShape shape)
    {
        WireEnums.PlacementStrategyType.Require(shape.Type, "placementStrategy.type");
        var field = string.IsNullOrEmpty(shape.Field) ? null : shape.Field;
        return (shape.Type, field) switch
        {
            ("random", null) => new("random", null),
            ("binpack", not null) when Is(field, "cpu") || Is(field, "memory") => new("binpack", field.ToUpperInvariant()),
            ("spread", not null) when Is(field, "host") || Is(field, "instanceId") => new("spread", "instanceId"),
            ("spread", not null) when field.StartsWith("attribute:", StringComparison.Ordinal) && field.Length > "attribute:".Length => new("spread", field),
            _ => throw AwsException.InvalidParameter($"The field '{field}' is not valid for the placement strategy {shape.Type}."),
        };
    }

    private static PlacementConstraint Constraint(PlacementConstraintShape shape)
    {
        WireEnums.PlacementConstraintType.Require(shape.Type, "placementConstraints.type");
        switch (shape.Type)
        {
            case "distinctInstance" when string.IsNullOrEmpty(shape.Expression):
                return new("distinctInstance", null);
            case "memberOf":
                _ = Query(shape.Expression);
                return new("memberOf", shape.Expression);
            default:
                throw AwsException.InvalidParameter("The placement constraint distinctInstance takes no expression.");
        }
    }

    private static bool Is(string field, string name) => field.Equals(name, StringComparison.OrdinalIgnoreCase);
}
