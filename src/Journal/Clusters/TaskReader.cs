using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Berth.Domain;

namespace Berth.Journal;

/// <summary>
/// Reads tasks and what is reported of them: nearly all of a large cluster's journal, which a start waits for. It takes
/// what <see cref="ClusterJson"/> writes, several times as fast as the serializer would, and keeps one copy of a text
/// that many tasks share.
/// </summary>
/// <remarks>Members it does not know are passed over, as the serializer does.</remarks>
internal static class TaskReader
{
    private static readonly ImmutableArray<string> TaskStatuses = [.. Enum.GetNames<EcsTaskStatus>()];
    private static readonly ImmutableArray<string> StopCodes = [.. Enum.GetNames<TaskStopCode>()];
    private static readonly ImmutableArray<string> ContainerStatuses = [.. Enum.GetNames<ContainerStatus>()];
    private static readonly ImmutableArray<string> HealthStatuses = [.. Enum.GetNames<HealthStatus>()];

    /// <summary>A fact that holds a task, <c>{"task":{…}}</c>.</summary>
    public static EcsTask ReadWrapped(ReadOnlySpan<byte> json)
    {
        var reader = Begin(json);
        EcsTask? task = null;
        while (NextMember(ref reader))
        {
            if (reader.ValueTextEquals("task"u8))
            {
                reader.Read();
                task = Read(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return task ?? throw new JsonException("A task is missing.");
    }

    /// <summary><c>{"tasks":[…]}</c>, a part of a snapshot.</summary>
    public static List<EcsTask> ReadMany(ReadOnlySpan<byte> json)
    {
        var reader = Begin(json);
        var tasks = new List<EcsTask>();
        while (NextMember(ref reader))
        {
            if (reader.ValueTextEquals("tasks"u8))
            {
                reader.Read();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    tasks.Add(Read(ref reader));
                }
            }
            else
            {
                reader.Skip();
            }
        }

        return tasks;
    }

    /// <summary>The task whose object the reader stands on.</summary>
    public static EcsTask Read(ref Utf8JsonReader reader)
    {
        string? id = null, definition = null, family = null, instance = null, zone = null, launchType = null, provider = null, platform = null, group = null;
        string? startedBy = null, service = null, stoppedReason = null;
        PlacementWish? wish = null;
        JsonElement? network = null, volumes = null;
        TaskNetworkInterface? networkInterface = null;
        TaskDemand? demand = null;
        var overrides = TaskOverride.None;
        ImmutableArray<TaskContainer> containers = [];
        ImmutableArray<ResourceTag> tags = [];
        ImmutableArray<TaskTarget> targets = [];
        var (last, desired) = (EcsTaskStatus.Pending, EcsTaskStatus.Running);
        TaskStopCode? stopCode = null;
        TaskProtection? protection = null;
        var version = 1L;
        bool execute = false, discarded = false;
        var created = default(DateTimeOffset);
        DateTimeOffset? pullStarted = null, pullStopped = null, started = null, stopping = null, executionStopped = null, stopped = null, healthy = null;
        while (NextMember(ref reader))
        {
            switch (reader.ValueSpan)
            {
                case var name when name.SequenceEqual("id"u8): id = Text(ref reader); break;
                case var name when name.SequenceEqual("taskDefinitionArn"u8): definition = Shared(ref reader); break;
                case var name when name.SequenceEqual("family"u8): family = Shared(ref reader); break;
                case var name when name.SequenceEqual("containerInstanceId"u8): instance = Shared(ref reader); break;
                case var name when name.SequenceEqual("availabilityZone"u8): zone = Shared(ref reader); break;
                case var name when name.SequenceEqual("launchType"u8): launchType = Shared(ref reader); break;
                case var name when name.SequenceEqual("group"u8): group = Shared(ref reader); break;
                case var name when name.SequenceEqual("startedBy"u8): startedBy = Shared(ref reader); break;
                case var name when name.SequenceEqual("serviceName"u8): service = Shared(ref reader); break;
                case var name when name.SequenceEqual("demand"u8): demand = Demand(ref reader); break;
                case var name when name.SequenceEqual("overrides"u8): overrides = Overrides(ref reader); break;
                case var name when name.SequenceEqual("containers"u8): containers = Many(ref reader, Container); break;
                case var name when name.SequenceEqual("lastStatus"u8): last = (EcsTaskStatus)Name(ref reader, TaskStatuses); break;
                case var name when name.SequenceEqual("desiredStatus"u8): desired = (EcsTaskStatus)Name(ref reader, TaskStatuses); break;
                case var name when name.SequenceEqual("version"u8): version = Number(ref reader); break;
                case var name when name.SequenceEqual("tags"u8): tags = Many(ref reader, Tag); break;
                case var name when name.SequenceEqual("enableExecuteCommand"u8): execute = Flag(ref reader); break;
                case var name when name.SequenceEqual("targets"u8): targets = Many(ref reader, Target); break;
                case var name when name.SequenceEqual("createdAt"u8): created = Time(ref reader) ?? default; break;
                case var name when name.SequenceEqual("pullStartedAt"u8): pullStarted = Time(ref reader); break;
                case var name when name.SequenceEqual("pullStoppedAt"u8): pullStopped = Time(ref reader); break;
                case var name when name.SequenceEqual("startedAt"u8): started = Time(ref reader); break;
                case var name when name.SequenceEqual("stoppingAt"u8): stopping = Time(ref reader); break;
                case var name when name.SequenceEqual("executionStoppedAt"u8): executionStopped = Time(ref reader); break;
                case var name when name.SequenceEqual("stoppedAt"u8): stopped = Time(ref reader); break;
                case var name when name.SequenceEqual("stoppedReason"u8): stoppedReason = Shared(ref reader); break;
                case var name when name.SequenceEqual("stopCode"u8): stopCode = (TaskStopCode)Name(ref reader, StopCodes); break;
                case var name when name.SequenceEqual("healthyAt"u8): healthy = Time(ref reader); break;
                case var name when name.SequenceEqual("discarded"u8): discarded = Flag(ref reader); break;
                case var name when name.SequenceEqual("wish"u8): wish = Other(ref reader, ClusterJson.Default.PlacementWish); break;
                case var name when name.SequenceEqual("capacityProviderName"u8): provider = Shared(ref reader); break;
                case var name when name.SequenceEqual("platformVersion"u8): platform = Shared(ref reader); break;
                case var name when name.SequenceEqual("networkConfiguration"u8): network = Other(ref reader, ClusterJson.Default.JsonElement); break;
                case var name when name.SequenceEqual("networkInterface"u8): networkInterface = Other(ref reader, ClusterJson.Default.TaskNetworkInterface); break;
                case var name when name.SequenceEqual("volumeConfigurations"u8): volumes = Other(ref reader, ClusterJson.Default.JsonElement); break;
                case var name when name.SequenceEqual("protection"u8): protection = Other(ref reader, ClusterJson.Default.TaskProtection); break;
                default: reader.Skip(); break;
            }
        }

        return new()
        {
            Id = Required(id),
            TaskDefinitionArn = Required(definition),
            Family = Required(family),
            ContainerInstanceId = Required(instance),
            Wish = wish,
            AvailabilityZone = zone,
            LaunchType = Required(launchType),
            CapacityProviderName = provider,
            PlatformVersion = platform,
            NetworkConfiguration = network,
            NetworkInterface = networkInterface,
            VolumeConfigurations = volumes,
            Group = Required(group),
            StartedBy = startedBy,
            ServiceName = service,
            Demand = demand ?? throw new JsonException("A task's demand is missing."),
            Overrides = overrides,
            Containers = containers,
            LastStatus = last,
            DesiredStatus = desired,
            Version = version,
            Tags = tags,
            EnableExecuteCommand = execute,
            Targets = targets,
            CreatedAt = created,
            PullStartedAt = pullStarted,
            PullStoppedAt = pullStopped,
            StartedAt = started,
            StoppingAt = stopping,
            ExecutionStoppedAt = executionStopped,
            StoppedAt = stopped,
            StoppedReason = stoppedReason,
            StopCode = stopCode,
            Protection = protection,
            HealthyAt = healthy,
            Discarded = discarded,
        };
    }

    /// <summary>The fact <c>task.reported</c>.</summary>
    public static ClusterEvent.TaskReported ReadReport(ReadOnlySpan<byte> json)
    {
        var reader = Begin(json);
        string? id = null, reason = null;
        var status = EcsTaskStatus.Pending;
        ImmutableArray<ContainerReport> containers = [];
        var at = default(DateTimeOffset);
        DateTimeOffset? pullStarted = null, pullStopped = null, executionStopped = null;
        TaskStopCode? code = null;
        while (NextMember(ref reader))
        {
            switch (reader.ValueSpan)
            {
                case var name when name.SequenceEqual("id"u8): id = Text(ref reader); break;
                case var name when name.SequenceEqual("status"u8): status = (EcsTaskStatus)Name(ref reader, TaskStatuses); break;
                case var name when name.SequenceEqual("containers"u8): containers = Many(ref reader, Report); break;
                case var name when name.SequenceEqual("at"u8): at = Time(ref reader) ?? default; break;
                case var name when name.SequenceEqual("pullStartedAt"u8): pullStarted = Time(ref reader); break;
                case var name when name.SequenceEqual("pullStoppedAt"u8): pullStopped = Time(ref reader); break;
                case var name when name.SequenceEqual("executionStoppedAt"u8): executionStopped = Time(ref reader); break;
                case var name when name.SequenceEqual("stoppedReason"u8): reason = Shared(ref reader); break;
                case var name when name.SequenceEqual("stopCode"u8): code = (TaskStopCode)Name(ref reader, StopCodes); break;
                default: reader.Skip(); break;
            }
        }

        return new(Required(id), status, containers, at)
        {
            PullStartedAt = pullStarted,
            PullStoppedAt = pullStopped,
            ExecutionStoppedAt = executionStopped,
            StoppedReason = reason,
            StopCode = code,
        };
    }

    private delegate T Element<T>(ref Utf8JsonReader reader);

    private static TaskContainer Container(ref Utf8JsonReader reader)
    {
        string? id = null, name = null, image = null, runtime = null, digest = null, reason = null;
        var status = ContainerStatus.Pending;
        var health = HealthStatus.Unknown;
        int? exitCode = null;
        ManagedAgent? agent = null;
        ImmutableArray<string>? gpus = null;
        ImmutableArray<NetworkBinding> bindings = [];
        while (NextMember(ref reader))
        {
            switch (reader.ValueSpan)
            {
                case var member when member.SequenceEqual("id"u8): id = Text(ref reader); break;
                case var member when member.SequenceEqual("name"u8): name = Shared(ref reader); break;
                case var member when member.SequenceEqual("image"u8): image = Shared(ref reader); break;
                case var member when member.SequenceEqual("lastStatus"u8): status = (ContainerStatus)Name(ref reader, ContainerStatuses); break;
                case var member when member.SequenceEqual("runtimeId"u8): runtime = Text(ref reader); break;
                case var member when member.SequenceEqual("imageDigest"u8): digest = Shared(ref reader); break;
                case var member when member.SequenceEqual("exitCode"u8): exitCode = (int)Number(ref reader); break;
                case var member when member.SequenceEqual("reason"u8): reason = Shared(ref reader); break;
                case var member when member.SequenceEqual("healthStatus"u8): health = (HealthStatus)Name(ref reader, HealthStatuses); break;
                case var member when member.SequenceEqual("networkBindings"u8): bindings = Many(ref reader, Binding); break;
                case var member when member.SequenceEqual("executeCommandAgent"u8): agent = Other(ref reader, ClusterJson.Default.ManagedAgent); break;
                case var member when member.SequenceEqual("gpuIds"u8): gpus = Many(ref reader, Id); break;
                default: reader.Skip(); break;
            }
        }

        return new()
        {
            Id = Required(id),
            Name = Required(name),
            Image = Required(image),
            LastStatus = status,
            RuntimeId = runtime,
            ImageDigest = digest,
            ExitCode = exitCode,
            Reason = reason,
            HealthStatus = health,
            NetworkBindings = bindings,
            ExecuteCommandAgent = agent,
            GpuIds = gpus,
        };
    }

    private static ContainerReport Report(ref Utf8JsonReader reader)
    {
        string? name = null, runtime = null, digest = null, reason = null;
        ContainerStatus? status = null;
        int? exitCode = null;
        ManagedAgent? agent = null;
        ImmutableArray<NetworkBinding>? bindings = null;
        while (NextMember(ref reader))
        {
            switch (reader.ValueSpan)
            {
                case var member when member.SequenceEqual("name"u8): name = Shared(ref reader); break;
                case var member when member.SequenceEqual("status"u8): status = (ContainerStatus)Name(ref reader, ContainerStatuses); break;
                case var member when member.SequenceEqual("runtimeId"u8): runtime = Text(ref reader); break;
                case var member when member.SequenceEqual("imageDigest"u8): digest = Shared(ref reader); break;
                case var member when member.SequenceEqual("exitCode"u8): exitCode = (int)Number(ref reader); break;
                case var member when member.SequenceEqual("reason"u8): reason = Shared(ref reader); break;
                case var member when member.SequenceEqual("networkBindings"u8): bindings = Many(ref reader, Binding); break;
                case var member when member.SequenceEqual("executeCommandAgent"u8): agent = Other(ref reader, ClusterJson.Default.ManagedAgent); break;
                default: reader.Skip(); break;
            }
        }

        return new(Required(name))
        {
            Status = status,
            RuntimeId = runtime,
            ImageDigest = digest,
            ExitCode = exitCode,
            Reason = reason,
            NetworkBindings = bindings,
            ExecuteCommandAgent = agent,
        };
    }

    private static NetworkBinding Binding(ref Utf8JsonReader reader)
    {
        string? ip = null, protocol = null, containerRange = null, hostRange = null;
        int containerPort = 0, hostPort = 0;
        while (NextMember(ref reader))
        {
            switch (reader.ValueSpan)
            {
                case var name when name.SequenceEqual("bindIp"u8): ip = Shared(ref reader); break;
                case var name when name.SequenceEqual("containerPort"u8): containerPort = (int)Number(ref reader); break;
                case var name when name.SequenceEqual("hostPort"u8): hostPort = (int)Number(ref reader); break;
                case var name when name.SequenceEqual("protocol"u8): protocol = Shared(ref reader); break;
                case var name when name.SequenceEqual("containerPortRange"u8): containerRange = Shared(ref reader); break;
                case var name when name.SequenceEqual("hostPortRange"u8): hostRange = Shared(ref reader); break;
                default: reader.Skip(); break;
            }
        }

        return new(Required(ip), containerPort, hostPort, Required(protocol)) { ContainerPortRange = containerRange, HostPortRange = hostRange };
    }

    private static TaskTarget Target(ref Utf8JsonReader reader) => Standing(ref reader, ClusterJson.Default.TaskTarget);

    private static ResourceTag Tag(ref Utf8JsonReader reader) => Standing(ref reader, ClusterJson.Default.ResourceTag);

    private static TaskDemand Demand(ref Utf8JsonReader reader)
    {
        int cpu = 0, memory = 0, gpus = 0, interfaces = 0;
        ImmutableArray<int> tcp = [], udp = [];
        reader.Read();
        while (NextMember(ref reader))
        {
            switch (reader.ValueSpan)
            {
                case var name when name.SequenceEqual("cpuUnits"u8): cpu = (int)Number(ref reader); break;
                case var name when name.SequenceEqual("memoryMiB"u8): memory = (int)Number(ref reader); break;
                case var name when name.SequenceEqual("tcpPorts"u8): tcp = Many(ref reader, Int); break;
                case var name when name.SequenceEqual("udpPorts"u8): udp = Many(ref reader, Int); break;
                case var name when name.SequenceEqual("gpus"u8): gpus = (int)Number(ref reader); break;
                case var name when name.SequenceEqual("networkInterfaces"u8): interfaces = (int)Number(ref reader); break;
                default: reader.Skip(); break;
            }
        }

        return new(cpu, memory, tcp, udp) { Gpus = gpus, NetworkInterfaces = interfaces };
    }

    /// <summary>Nearly every task overrides nothing, which is one object for all of them.</summary>
    private static TaskOverride Overrides(ref Utf8JsonReader reader)
    {
        var ahead = reader;
        if (ahead.Read() && ahead.Read() && ahead.ValueTextEquals("containers"u8)
            && ahead.Read() && ahead.Read() && ahead.TokenType == JsonTokenType.EndArray
            && ahead.Read() && ahead.TokenType == JsonTokenType.EndObject)
        {
            reader = ahead;
            return TaskOverride.None;
        }

        return Other(ref reader, ClusterJson.Default.TaskOverride) ?? TaskOverride.None;
    }

    private static string Id(ref Utf8JsonReader reader) => Required(reader.GetString());

    private static int Int(ref Utf8JsonReader reader) => reader.GetInt32();

    private static Utf8JsonReader Begin(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return reader;
    }

    /// <summary>Goes to the next member's name; false at the end of the object.</summary>
    private static bool NextMember(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetString();
    }

    private static string? Shared(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null
            : reader.ValueIsEscaped ? reader.GetString()
            : SharedText.Of(reader.ValueSpan);
    }

    private static long Number(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetInt64();
    }

    private static bool Flag(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetBoolean();
    }

    private static DateTimeOffset? Time(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null : reader.GetDateTimeOffset();
    }

    /// <summary>An enumeration's value by its name; the names are few, and in their order.</summary>
    private static int Name(ref Utf8JsonReader reader, ImmutableArray<string> names)
    {
        reader.Read();
        for (var value = 0; value < names.Length; value++)
        {
            if (reader.ValueTextEquals(names[value]))
            {
                return value;
            }
        }

        throw new JsonException($"'{reader.GetString()}' is none of {string.Join(", ", names)}.");
    }

    private static T? Other<T>(ref Utf8JsonReader reader, JsonTypeInfo<T> type)
    {
        reader.Read();
        return JsonSerializer.Deserialize(ref reader, type);
    }

    private static T Standing<T>(ref Utf8JsonReader reader, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(ref reader, type) ?? throw new UnreachableException("The reader stands on an object.");

    private static ImmutableArray<T> Many<T>(ref Utf8JsonReader reader, Element<T> element)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return [];
        }

        reader.Read();
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            return [];
        }

        var first = element(ref reader);
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            return [first];
        }

        var all = ImmutableArray.CreateBuilder<T>();
        all.Add(first);
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            all.Add(element(ref reader));
        }

        return all.ToImmutable();
    }

    private static string Required(string? text) => text ?? throw new JsonException("A member is missing.");
}
