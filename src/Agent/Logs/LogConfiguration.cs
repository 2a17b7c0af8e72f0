using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Berth.Agent;

/// <summary>Where a container's output goes, from its <c>awslogs</c> options.</summary>
/// <param name="Group">The log group.</param>
/// <param name="Stream">The log stream.</param>
/// <param name="Region">The region of the signature's scope; null for the agent's own.</param>
/// <param name="CreateGroup">Whether a missing group is made.</param>
internal sealed record LogConfiguration(string Group, string Stream, string? Region, bool CreateGroup)
{
    /// <summary>What the first line of an event matches; null where each line is an event.</summary>
    public Regex? EventsBegin { get; init; }

    /// <summary>The files Docker keeps of a container's output until it is shipped: ten megabytes each.</summary>
    private const string MaxFiles = "5";

    /// <summary>The destination of a container's output; null where it is not for CloudWatch Logs.</summary>
    public static LogConfiguration? Of(TaskState task, ContainerState container)
    {
        if (CreateRequest.HostConfigOf(container.Spec) is not { } hostConfig || !IsAwslogs(hostConfig, out var options) || Option(options, "awslogs-group") is not { } group)
        {
            return null;
        }

        var stream = Option(options, "awslogs-stream")
            ?? (Option(options, "awslogs-stream-prefix") is { } prefix ? $"{prefix}/{container.Name}/{task.Id}" : container.DockerId);
        return stream is null ? null : new(group, stream, Option(options, "awslogs-region"), Option(options, "awslogs-create-group") is "true")
        {
            EventsBegin = EventPattern.Of(Option(options, "awslogs-datetime-format"), Option(options, "awslogs-multiline-pattern")),
        };
    }

    /// <summary>
    /// Puts Docker's own files in place of the <c>awslogs</c> driver: the agent ships from them. So the engine needs
    /// no credentials, nothing is lost while the log service is away, and <c>docker logs</c> works.
    /// </summary>
    public static void Replace(JsonObject hostConfig)
    {
        if (IsAwslogs(hostConfig, out _))
        {
            hostConfig["LogConfig"] = new JsonObject
            {
                ["Type"] = "json-file",
                ["Config"] = new JsonObject { ["max-size"] = "10m", ["max-file"] = MaxFiles },
            };
        }
    }

    /// <summary>The log driver and options as the definition has them; null where it leaves them to Docker.</summary>
    public static (string? Driver, IReadOnlyDictionary<string, string>? Options) Described(ContainerSpec spec)
    {
        if (CreateRequest.HostConfigOf(spec)?["LogConfig"] is not JsonObject configuration)
        {
            return (null, null);
        }

        var options = (configuration["Config"] as JsonObject)?.Where(option => option.Value is not null).ToDictionary(option => option.Key, option => option.Value!.ToString());
        return (configuration["Type"]?.ToString(), options is { Count: > 0 } ? options : null);
    }

    private static bool IsAwslogs(JsonObject hostConfig, out JsonObject? options)
    {
        var configuration = hostConfig["LogConfig"] as JsonObject;
        options = configuration?["Config"] as JsonObject;
        return configuration?["Type"] is JsonValue type && type.TryGetValue<string>(out var name) && name == "awslogs";
    }

    private static string? Option(JsonObject? options, string name) =>
        options?[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}

/// <summary>How far a container's output has been shipped.</summary>
/// <param name="Time">Docker's time of the last message shipped, as Docker writes it.</param>
/// <param name="Count">How many messages of exactly that time have been shipped.</param>
internal sealed record LogPosition(string? Time, int Count)
{
    /// <summary>True once the container has stopped and everything is shipped.</summary>
    public bool IsComplete { get; init; }
}
