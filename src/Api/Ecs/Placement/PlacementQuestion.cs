using System.Text.Json.Serialization;
using Berth.Domain;

namespace Berth.Api;

/// <summary>What is asked of placement: about a service's next tasks, or about tasks of a task definition run alone.</summary>
internal sealed record PlacementQuestion
{
    /// <summary>The cluster; unset for <c>default</c>.</summary>
    public string? Cluster { get; set; }

    /// <summary>A service's name or ARN, else a task definition as RunTask takes it.</summary>
    public string? Target { get; set; }

    /// <summary>For a plan: how many tasks. For an explanation: how many instances are told one by one.</summary>
    public int? Count { get; set; }
}

/// <summary>What a task of the question takes and demands.</summary>
internal sealed record PlacementSubjectShape
{
    public required string Cluster { get; init; }

    /// <summary>The service's name; null for a task definition.</summary>
    public string? Service { get; init; }

    public required string TaskDefinition { get; init; }

    public required int Cpu { get; init; }

    public required int Memory { get; init; }

    public required List<string> Ports { get; init; }

    public required List<string> Strategies { get; init; }

    public required List<string> Constraints { get; init; }
}

internal sealed record PlacementObstacleShape
{
    public required string ContainerInstance { get; init; }

    public required string Reason { get; init; }

    public string? Subject { get; init; }

    public int? Needed { get; init; }

    public int? Left { get; init; }

    public static PlacementObstacleShape Of(PlacementObstacle obstacle) => new()
    {
        ContainerInstance = obstacle.ContainerInstanceId,
        Reason = obstacle.Reason,
        Subject = obstacle.Subject,
        Needed = obstacle.Needed,
        Left = obstacle.Left,
    };
}

internal sealed record PlacementReasonShape(string Reason, string? Subject, int Instances);

internal sealed record PlacementChoiceShape(string ContainerInstance, string? AvailabilityZone, int Tasks);

internal sealed record PlacementExplanation
{
    public required PlacementSubjectShape Subject { get; init; }

    public required int Feasible { get; init; }

    public PlacementChoiceShape? Next { get; init; }

    public required List<PlacementReasonShape> Reasons { get; init; }

    public required List<PlacementObstacleShape> Obstacles { get; init; }
}

internal sealed record PlacementPlanAnswer
{
    public required PlacementSubjectShape Subject { get; init; }

    public required int Asked { get; init; }

    public required int Placed { get; init; }

    /// <summary>Tasks an instance, those that would get most first.</summary>
    public required List<PlacementChoiceShape> Instances { get; init; }

    public PlacementObstacleShape? Closest { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlacementQuestion))]
[JsonSerializable(typeof(PlacementExplanation))]
[JsonSerializable(typeof(PlacementPlanAnswer))]
internal sealed partial class PlacementJson : JsonSerializerContext;
