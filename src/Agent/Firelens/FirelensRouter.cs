using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Berth.Agent;

/// <summary>Whose configuration a log router reads.</summary>
internal enum FirelensType
{
    Fluentbit,
    Fluentd,
}

/// <summary>A container whose output the router routes.</summary>
/// <param name="Container">Its name.</param>
/// <param name="Output">The plugin its output goes to; null where the user's own configuration says so.</param>
/// <param name="Options">The plugin's options, by name. Those that are secret stand for variables of the router.</param>
/// <param name="IncludePattern">A regular expression: other lines are dropped.</param>
/// <param name="ExcludePattern">A regular expression: these lines are dropped.</param>
internal sealed record RoutedContainer(
    string Container,
    string? Output,
    ImmutableArray<KeyValuePair<string, string>> Options,
    string? IncludePattern,
    string? ExcludePattern);

/// <summary>A task's log router, as the task describes it: all that its configuration is made of but the names of task and instance.</summary>
internal sealed record FirelensRouter
{
    /// <summary>The log driver of containers whose output goes to the router.</summary>
    public const string LogDriver = "awsfirelens";

    /// <summary>The option of that driver which is Docker's, not a plugin's.</summary>
    public const string BufferLimit = "log-driver-buffer-limit";

    private const string IncludePattern = "include-pattern";
    private const string ExcludePattern = "exclude-pattern";
    private const int UsualBufferMB = 25;
    private const long BytesPerMiB = 1024 * 1024;

    /// <summary>The router's name in its task.</summary>
    public required string Container { get; init; }

    public required FirelensType Type { get; init; }

    /// <summary><c>bridge</c>, <c>awsvpc</c>, <c>host</c> or <c>none</c>.</summary>
    public required string NetworkMode { get; init; }

    /// <summary>Whether records are told where they are from.</summary>
    public required bool AddsMetadata { get; init; }

    /// <summary>A configuration in the router's image that is included; null where there is none.</summary>
    public string? ConfigPath { get; init; }

    /// <summary>The ARN of an object that is such a configuration; null where there is none.</summary>
    public string? ConfigArn { get; init; }

    /// <summary>How much the router may hold in memory of what came by its socket: half of what it has.</summary>
    public required long BufferMB { get; init; }

    /// <summary>In the order of the task.</summary>
    public required ImmutableArray<RoutedContainer> Routed { get; init; }

    /// <summary>The router of a task; null where it has none.</summary>
    /// <exception cref="ResourceInitializationException">What the task says of it cannot be carried out.</exception>
    public static FirelensRouter? Of(TaskSpec task)
    {
        if (SpecOf(task.Containers) is not { FirelensConfiguration: { } configuration } router)
        {
            return null;
        }

        var type = configuration.Type switch
        {
            "fluentbit" => FirelensType.Fluentbit,
            "fluentd" => FirelensType.Fluentd,
            _ => throw new ResourceInitializationException($"invalid firelens configuration type: {configuration.Type}"),
        };
        var options = configuration.Options ?? ImmutableDictionary<string, string>.Empty;
        var (path, arn) = Included(options);
        return new()
        {
            Container = router.Name ?? "",
            Type = type,
            NetworkMode = NetworkModeOf(task, router),
            AddsMetadata = !options.TryGetValue("enable-ecs-log-metadata", out var adds) || !bool.TryParse(adds, out var given) || given,
            ConfigPath = path,
            ConfigArn = arn,
            BufferMB = BufferOf(router),
            Routed = [.. task.Containers.Select((container, index) => (container, index)).Where(entry => IsRouted(entry.container)).Select(entry => Route(entry.container, entry.index, type))],
        };
    }

    /// <summary>Why the task's output cannot be routed as described; null where it can, or need not.</summary>
    public static string? Trouble(TaskSpec task)
    {
        try
        {
            return Of(task) is null && task.Containers.FirstOrDefault(IsRouted) is { } lost
                ? $"container {lost.Name} has the log driver {LogDriver}, but no container has a firelensConfiguration"
                : null;
        }
        catch (ResourceInitializationException wrong)
        {
            return wrong.Message;
        }
    }

    /// <summary>Whether a container's output goes to a router.</summary>
    public static bool IsRouted(ContainerSpec container) => LogConfiguration.Described(container).Driver == LogDriver;

    /// <summary>
    /// Has routed containers wait for the router's start, and so the router stop after them. One that itself waits for
    /// another container is left as it is, for it may well be one of those.
    /// </summary>
    public static IReadOnlyList<ContainerSpec> Ordered(IReadOnlyList<ContainerSpec> containers) =>
        SpecOf(containers) is not { } router || Dependencies.Of(router).Any() ? containers
            : [.. containers.Select(container => container == router || !IsRouted(container) || Dependencies.Of(container).Any(dependency => dependency.Container == router.Name)
                ? container
                : container with { DependsOn = [.. container.DependsOn ?? [], new(router.Name, "START")] })];

    /// <summary>The task with the secret options of routed containers where they are needed: variables of the router.</summary>
    public static TaskSpec WithSecretsAtRouter(TaskSpec task)
    {
        if (SpecOf(task.Containers) is not { } router)
        {
            return task;
        }

        var moved = task.Containers.SelectMany((container, index) => SecretOptions(container).Select(secret => secret with { Name = Variable(secret, index), Type = SecretSpec.Variable, Target = SecretSpec.ForContainer })).ToList();
        return task with
        {
            Containers = [.. task.Containers.Select(container =>
            {
                var own = (container.Secrets ?? []).Except(SecretOptions(container));
                return container with { Secrets = [.. own, .. container == router ? moved : []] };
            })],
        };
    }

    private static ContainerSpec? SpecOf(IReadOnlyList<ContainerSpec> containers) => containers.FirstOrDefault(container => container.FirelensConfiguration is not null);

    private static (string? Path, string? Arn) Included(IReadOnlyDictionary<string, string> options)
    {
        if (!options.TryGetValue("config-file-type", out var type))
        {
            return (null, null);
        }

        var value = options.TryGetValue("config-file-value", out var given) ? given : throw new ResourceInitializationException("option config-file-type is specified but config-file-value is not specified");
        return type switch
        {
            "file" => (value, null),
            "s3" => (null, value),
            _ => throw new ResourceInitializationException($"invalid value {type} is specified for option config-file-type"),
        };
    }

    private static string NetworkModeOf(TaskSpec task, ContainerSpec router) =>
        (string.IsNullOrEmpty(task.NetworkMode) ? CreateRequest.HostConfigOf(router)?[nameof(NetworkMode)]?.ToString() : task.NetworkMode) is { Length: > 0 } mode && mode != "default" ? mode : "bridge";

    private static long BufferOf(ContainerSpec router)
    {
        var reserved = CreateRequest.HostConfigOf(router)?["MemoryReservation"] is JsonValue value && value.TryGetValue<long>(out var bytes) ? bytes / BytesPerMiB : 0;
        return reserved > 0 ? Math.Max(1, reserved / 2) : router.Memory > 0 ? Math.Max(1, router.Memory / 2) : UsualBufferMB;
    }

    private static RoutedContainer Route(ContainerSpec container, int index, FirelensType type)
    {
        var options = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in LogConfiguration.Described(container).Options ?? ImmutableDictionary<string, string>.Empty)
        {
            options[name] = value;
        }

        foreach (var secret in SecretOptions(container))
        {
            options[secret.Name ?? ""] = type == FirelensType.Fluentd ? $"\"#{{ENV['{Variable(secret, index)}']}}\"" : $"${{{Variable(secret, index)}}}";
        }

        options.Remove(BufferLimit);
        options.Remove(IncludePattern, out var include);
        options.Remove(ExcludePattern, out var exclude);
        var key = type == FirelensType.Fluentd ? "@type" : "Name";
        return options.Remove(key, out var output) || options.Count == 0
            ? new(container.Name ?? "", output, [.. options], include, exclude)
            : throw new ResourceInitializationException(
                $"unable to apply log options of container {container.Name} to firelens config: missing output key {key} which is required for firelens configuration of type {(type == FirelensType.Fluentd ? "fluentd" : "fluentbit")}");
    }

    private static IEnumerable<SecretSpec> SecretOptions(ContainerSpec container) =>
        IsRouted(container) ? (container.Secrets ?? []).Where(secret => secret.IsForLogDriver) : [];

    /// <summary>Told apart by the container's place in the task: a name may have hyphens, which a variable may not.</summary>
    private static string Variable(SecretSpec secret, int index) => string.Create(CultureInfo.InvariantCulture, $"{secret.Name}_{index}");
}
