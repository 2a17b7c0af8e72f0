using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Berth.Agent;

/// <summary>Turns a payload's task into the agent's first state of it: known good, or refused with a reason.</summary>
internal static partial class TaskAcceptance
{
    /// <summary>The most containers a task may have; ECS allows ten.</summary>
    internal const int MaxContainers = 100;

    /// <summary>A task to be run, or one that is stopped already because it cannot be.</summary>
    public static TaskState Accept(TaskSpec spec, DateTimeOffset now)
    {
        spec = spec with { Containers = spec.Containers ?? [], Volumes = spec.Volumes ?? [] };
        if (Refusal(ref spec) is { } reason)
        {
            return Refused(spec.Arn ?? "", reason, now);
        }

        return new TaskState
        {
            Spec = Public(spec),
            AcceptedAt = now,
            Sandbox = Sandbox(spec) ?? Ready(spec),
            DockerVolumes = spec.Volumes
                .Where(volume => volume.Name is not null && IsDockerVolume(volume))
                .ToImmutableDictionary(volume => volume.Name!, volume => VolumeName(spec, volume)),
            Containers = [.. spec.Containers.Select(container => new ContainerState
            {
                Spec = container,
                DockerName = Name(spec, container.Name!),
                EndpointId = Guid.NewGuid().ToString(),
            })],
        };
    }

    /// <summary>A task that never was: to be reported STOPPED with its reason.</summary>
    public static TaskState Refused(string arn, string reason, DateTimeOffset now) => new()
    {
        Spec = new TaskSpec { Arn = arn },
        Containers = [],
        AcceptedAt = now,
        StoppedAt = now,
        Reason = reason,
    };

    private static SandboxState? Sandbox(TaskSpec spec)
    {
        var (pids, ipc, @interface) = (spec.PidMode == "task", spec.IpcMode == "task", Interface(spec));
        return pids || ipc || @interface is not null
            ? new() { DockerName = Name(spec, "internalecspause"), OwnsPids = pids, OwnsIpc = ipc, Interface = @interface }
            : null;
    }

    private static SandboxState? Ready(TaskSpec spec) =>
        PlainBridgeTask.Is(spec) ? new() { DockerName = Name(spec, "internalecspause"), FromPool = true } : null;

    private static SandboxInterface? Interface(TaskSpec spec) => spec.ElasticNetworkInterfaces is [{ } only] ? SandboxInterface.Read(only) : null;

    public static bool IsTaskArn(string? arn) => arn is not null && TaskArn.IsMatch(arn);

    internal static bool IsDockerVolume(VolumeSpec volume) =>
        volume.DockerVolumeConfiguration is not null || string.IsNullOrEmpty(volume.Host?.SourcePath);

    /// <summary>Checks a task and takes in its containers' overrides.</summary>
    private static string? Refusal(ref TaskSpec spec)
    {
        if (spec.Containers.Count is 0 or > MaxContainers)
        {
            return $"UnrecogniedTaskError: Error loading task - a task has 1 to {MaxContainers} containers";
        }

        if (spec.Containers.Any(container => string.IsNullOrEmpty(container?.Name) || string.IsNullOrEmpty(container.Image)))
        {
            return "UnrecogniedTaskError: Error loading task - a container needs a name and an image";
        }

        if (spec.Containers.Select(container => container.Name).Distinct(StringComparer.Ordinal).Count() != spec.Containers.Count)
        {
            return "UnrecogniedTaskError: Error loading task - two containers have the same name";
        }

        List<ContainerSpec> containers = [];
        foreach (var container in spec.Containers)
        {
            if (Overridden(container) is not { } overridden)
            {
                return "UnrecogniedTaskError: Error loading task - Could not unmarshal ContainerOverrides in any supported way";
            }

            containers.Add(overridden);
        }

        spec = spec with { Containers = FirelensRouter.Ordered(containers) };
        containers = [.. spec.Containers];
        if (containers.SelectMany(container => container.DependsOn ?? []).FirstOrDefault(dependency => !Dependencies.IsCondition(dependency.Condition)) is { } odd)
        {
            return $"UnrecogniedTaskError: Error loading task - {odd.Condition} is not a condition to depend on";
        }

        return Dependencies.Cycle(containers) is { } cycle ? $"TaskDependencyError: Unable to resolve the dependencies of container {cycle}: they form a circle"
            : Unsupported(spec) is { } feature ? $"ResourceInitializationError: this container agent does not offer {feature}"
            : FirelensRouter.Trouble(spec) is { } trouble ? $"ResourceInitializationError: unable to initialize firelens resource: {trouble}"
            : null;
    }

    /// <summary>Features whose capability the agent does not register; a backend that sends them anyway must not be misled.</summary>
    private static string? Unsupported(TaskSpec spec) =>
        (spec.NetworkMode == "awsvpc" || spec.ElasticNetworkInterfaces is { Count: > 0 }) && Interface(spec) is null ? "network mode awsvpc without one interface in a subnet of Berth's"
        : spec.Volumes.FirstOrDefault(volume => volume.Type is not (null or "" or "host" or "docker"))?.Type is { } type ? $"{type} volumes"
        : null;

    /// <returns>Null where the overrides hold anything but <c>command</c>.</returns>
    private static ContainerSpec? Overridden(ContainerSpec container)
    {
        if (string.IsNullOrEmpty(container.Overrides))
        {
            return container;
        }

        try
        {
            using var document = JsonDocument.Parse(container.Overrides);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (!member.NameEquals("command"))
                {
                    return null;
                }

                if (member.Value.ValueKind == JsonValueKind.Array)
                {
                    container = container with { Command = [.. member.Value.EnumerateArray().Select(word => word.GetString() ?? "")] };
                }
            }

            return container;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The task as it may be written to disk: of credentials only the id, which containers already know.</summary>
    private static TaskSpec Public(TaskSpec spec) => spec with
    {
        RoleCredentials = spec.RoleCredentials is { } role ? new() { CredentialsId = role.CredentialsId } : null,
        ExecutionRoleCredentials = spec.ExecutionRoleCredentials is { } execution ? new() { CredentialsId = execution.CredentialsId } : null,
    };

    private static string VolumeName(TaskSpec spec, VolumeSpec volume) =>
        volume.DockerVolumeConfiguration is { Scope: "shared" } ? volume.Name! : Name(spec, volume.Name!);

    private static string Name(TaskSpec spec, string name) =>
        $"ecs-{NotInNames.Replace(spec.Family ?? "", "")}-{NotInNames.Replace(spec.Version ?? "", "")}-{NotInNames.Replace(name, "")}-{RandomNumberGenerator.GetHexString(20, lowercase: true)}";

    [GeneratedRegex("[^A-Za-z0-9-]")]
    private static partial Regex NotInNames { get; }

    [GeneratedRegex(@"^arn:[^\s]*/[A-Za-z0-9_-]{1,255}\z")]
    private static partial Regex TaskArn { get; }
}
