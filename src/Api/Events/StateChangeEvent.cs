using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Api;

/// <summary>One event in EventBridge's envelope, its members in EventBridge's order.</summary>
internal sealed record StateChangeEvent
{
    public string Version { get; init; } = "0";

    /// <summary>The same for the same fact, always: a receiver knows a repeat by it.</summary>
    public required string Id { get; init; }

    [JsonPropertyName("detail-type")]
    public required string DetailType { get; init; }

    public string Source { get; init; } = "aws.ecs";

    public required string Account { get; init; }

    /// <summary>To the second, as EventBridge has it.</summary>
    public required string Time { get; init; }

    public required string Region { get; init; }

    /// <summary>The ARN of the task, container instance or service.</summary>
    public required IReadOnlyList<string> Resources { get; init; }

    public required JsonObject Detail { get; init; }
}

/// <summary>The detail of an <c>ECS Service Action</c>.</summary>
internal sealed record ServiceActionDetail
{
    public required string EventType { get; init; }

    public required string EventName { get; init; }

    public required string ClusterArn { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public string? Reason { get; init; }

    public int? DesiredCount { get; init; }

    public IReadOnlyList<string>? ContainerInstanceArns { get; init; }

    public IReadOnlyList<string>? TaskArns { get; init; }

    public IReadOnlyList<string>? TaskSetArns { get; init; }
}

/// <summary>The detail of an <c>ECS Deployment State Change</c>.</summary>
internal sealed record DeploymentDetail
{
    public required string EventType { get; init; }

    public required string EventName { get; init; }

    public required string DeploymentId { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required string Reason { get; init; }
}

/// <summary>An event as CloudEvents 1.0 has it in structured mode.</summary>
internal sealed record CloudEvent
{
    public string Specversion { get; init; } = "1.0";

    public required string Id { get; init; }

    public required string Source { get; init; }

    public required string Type { get; init; }

    public required string Subject { get; init; }

    public required string Time { get; init; }

    public string Datacontenttype { get; init; } = "application/json";

    public required string Awsaccount { get; init; }

    public required string Awsregion { get; init; }

    public required JsonObject Data { get; init; }

    /// <summary>The same event, its detail-type as a type that begins with a domain.</summary>
    public static CloudEvent Of(StateChangeEvent envelope) => new()
    {
        Id = envelope.Id,
        Source = envelope.Source,
        Type = $"com.amazonaws.ecs.{envelope.DetailType[(envelope.DetailType.IndexOf(' ', StringComparison.Ordinal) + 1)..].Replace(' ', '-').ToLowerInvariant()}",
        Subject = envelope.Resources[0],
        Time = envelope.Time,
        Awsaccount = envelope.Account,
        Awsregion = envelope.Region,
        Data = envelope.Detail,
    };
}

[JsonSerializable(typeof(StateChangeEvent))]
[JsonSerializable(typeof(CloudEvent))]
[JsonSerializable(typeof(TaskShape))]
[JsonSerializable(typeof(ContainerInstanceShape))]
[JsonSerializable(typeof(ServiceActionDetail))]
[JsonSerializable(typeof(DeploymentDetail))]
internal sealed partial class StateChangeJson : JsonSerializerContext
{
    /// <summary>With EventBridge's habits: lower camel case, ISO 8601 times, nulls left out.</summary>
    public static StateChangeJson Shared { get; } = new(AwsJson.CamelCaseIso8601());

    public static JsonObject Tree<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(value, type)!.AsObject();
}
