using System.Collections.Immutable;

namespace Berth.Agent;

/// <summary>Where a record is from: what a router adds to it.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="TaskArn">The task.</param>
/// <param name="TaskDefinition"><c>family:revision</c>.</param>
/// <param name="Ec2InstanceId">The instance's EC2 id; null for launch types that hide it.</param>
internal sealed record FirelensMetadata(string Cluster, string TaskArn, string TaskDefinition, string? Ec2InstanceId)
{
    /// <summary>The members of each record, by name.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Fields =>
    [
        .. Ec2InstanceId is { } id ? [KeyValuePair.Create("ec2_instance_id", id)] : Array.Empty<KeyValuePair<string, string>>(),
        new("ecs_cluster", Cluster),
        new("ecs_task_arn", TaskArn),
        new("ecs_task_definition", TaskDefinition),
    ];
}

/// <summary>The configuration that a log router is given. The same task gives the same text.</summary>
internal static class FirelensConfig
{
    /// <summary>The socket to which Docker sends the output of routed containers, in the router.</summary>
    public const string SocketPath = "/var/run/fluent.sock";

    /// <summary>The port to which containers may send records by themselves.</summary>
    public const string Port = "24224";

    /// <summary>The record's member that holds a line of output.</summary>
    public const string LineField = "log";

    public static string Of(FirelensRouter router, FirelensMetadata metadata) => router.Type switch
    {
        FirelensType.Fluentbit => FluentBitConfig.Of(router, metadata),
        FirelensType.Fluentd => FluentdConfig.Of(router, metadata),
    };

    /// <summary>The address that the port is opened at; null where it is not opened.</summary>
    public static string? ListenAddress(FirelensRouter router) => router.NetworkMode switch
    {
        "bridge" => "0.0.0.0",
        "awsvpc" => "127.0.0.1",
        _ => null,
    };

    /// <summary>The tag of a container's output, which the router's sections match by its beginning.</summary>
    public static string Tag(string container, string taskId) => $"{container}-firelens-{taskId}";

    /// <summary>The path of the configuration in a router's container.</summary>
    public static string PathIn(FirelensType type) => type == FirelensType.Fluentd ? "/fluentd/etc/fluent.conf" : "/fluent-bit/etc/fluent-bit.conf";

    /// <summary>The path there of the configuration that comes from S3.</summary>
    public static string ExternalPathIn(FirelensType type) => type == FirelensType.Fluentd ? "/fluentd/etc/external.conf" : "/fluent-bit/etc/external.conf";

    /// <summary>The path of what is included, if anything is.</summary>
    public static string? Included(FirelensRouter router) => router.ConfigArn is not null ? ExternalPathIn(router.Type) : router.ConfigPath;
}
