using System.Collections.Immutable;
using System.Text.Json;
using Berth.Domain;

namespace Berth.Network;

/// <summary>An elastic network interface that ECS made for a task.</summary>
public sealed record ElasticNetworkInterface
{
    private const string ManagedTag = "aws:ecs:";

    /// <summary><c>eni-</c> and 17 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>Its subnet.</summary>
    public required string SubnetId { get; init; }

    /// <summary>The zone of its task's instance; null when that names none.</summary>
    public string? ZoneName { get; init; }

    /// <summary>The security groups that its task was given; empty for its VPC's own.</summary>
    public required ImmutableArray<string> GroupIds { get; init; }

    /// <summary>The MAC address, in lower case with colons.</summary>
    public required string MacAddress { get; init; }

    /// <summary>Its address; null until the agent has told it.</summary>
    public string? PrivateIpv4Address { get; init; }

    /// <summary>Whether the agent has reported it attached.</summary>
    public bool Attached { get; init; }

    /// <summary><c>eni-attach-</c> and 17 hexadecimal digits.</summary>
    public required string AttachmentId { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The EC2 instance it is attached to; null for one that is not the account's.</summary>
    public string? InstanceId { get; init; }

    /// <summary>The ARN of the task's attachment, which is what ECS says of it.</summary>
    public required string Description { get; init; }

    /// <summary>The tags by which ECS marks what it manages, where its task has them.</summary>
    public required ImmutableSortedDictionary<string, string> Tags { get; init; }

    /// <summary>The interface of a task of a cluster; null where it has none, no longer or not yet.</summary>
    public static ElasticNetworkInterface? Of(ClusterState cluster, EcsTask task) => task is not { NetworkInterface: { } own, LastStatus: not EcsTaskStatus.Stopped } ? null : new()
    {
        Id = TaskNetworkInterface.IdOf(task.Id),
        SubnetId = own.SubnetId,
        ZoneName = task.AvailabilityZone,
        GroupIds = [.. Groups(task.NetworkConfiguration)],
        MacAddress = TaskNetworkInterface.MacAddressOf(task.Id),
        PrivateIpv4Address = own.PrivateIpv4Address,
        Attached = own.Attached,
        AttachmentId = TaskNetworkInterface.InstanceAttachmentIdOf(task.Id),
        CreatedAt = task.CreatedAt,
        InstanceId = task.LaunchType == "FARGATE" ? null : cluster.ContainerInstances.GetValueOrDefault(task.ContainerInstanceId)?.Ec2InstanceId,
        Description = $"arn:aws:ecs:{cluster.Region}:{cluster.Account}:attachment/{TaskNetworkInterface.AttachmentIdOf(task.Id)}",
        Tags = task.Tags.Where(tag => tag.Key.StartsWith(ManagedTag, StringComparison.Ordinal)).ToImmutableSortedDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal),
    };

    private static IEnumerable<string> Groups(JsonElement? configuration) =>
        configuration is { ValueKind: JsonValueKind.Object } given
        && given.TryGetProperty("awsvpcConfiguration", out var awsvpc) && awsvpc.ValueKind == JsonValueKind.Object
        && awsvpc.TryGetProperty("securityGroups", out var groups) && groups.ValueKind == JsonValueKind.Array
            ? groups.EnumerateArray().Select(group => group.GetString()).OfType<string>().Distinct(StringComparer.Ordinal)
            : [];
}
