using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>Makes of a checked request what is stored of a daemon task definition.</summary>
internal static class DaemonTaskDefinitionDraft
{
    // A definition was held to its limit when it was registered.
    private static readonly EcsQuotas NoLimits = EcsQuotas.Default with { TaskDefinitionBytes = int.MaxValue };

    /// <summary>The definition without its revision and time, which the account gives it.</summary>
    public static DaemonTaskDefinition Of(RegisterDaemonTaskDefinitionRequest request, ImmutableArray<ResourceTag> tags, RequestContext caller, EcsQuotas quotas)
    {
        var shape = new DaemonTaskDefinitionShape
        {
            Family = request.Family,
            TaskRoleArn = request.TaskRoleArn,
            ExecutionRoleArn = request.ExecutionRoleArn,
            ContainerDefinitions = request.ContainerDefinitions!.ConvertAll(WithDefaults),    // Checked by the rules, as the other members read here.
            Volumes = request.Volumes?.ConvertAll(volume => volume with { Host = volume.Host ?? new() }) ?? [],
            Cpu = request.Cpu is { } cpu ? TaskDefinitionRules.CpuUnits(cpu)?.ToString(CultureInfo.InvariantCulture) : null,
            Memory = request.Memory is { } memory ? TaskDefinitionRules.MemoryMiB(memory)?.ToString(CultureInfo.InvariantCulture) : null,
            PidMode = request.PidMode,
            IpcMode = request.IpcMode,
        };
        var text = JsonSerializer.SerializeToUtf8Bytes(shape, EcsJson.Shared.DaemonTaskDefinitionShape);
        if (text.Length > quotas.TaskDefinitionBytes)
        {
            throw AwsException.Client($"Actual length: '{text.Length}'. Max allowed length is '{quotas.TaskDefinitionBytes}' bytes.");
        }

        return new()
        {
            Family = request.Family!,
            Revision = 0,
            Document = JsonElement.Parse(text),
            Images = [.. shape.ContainerDefinitions.Select(container => new RevisionImage(container.Name!, container.Image!, null))],
            RegisteredAt = default,
            RegisteredBy = caller.PrincipalArn,
            Tags = tags,
        };
    }

    /// <summary>A registered revision as the scheduler and the agents take it: a task definition under the daemon's own ARN.</summary>
    public static TaskDefinition ToRun(DaemonTaskDefinition definition, RequestContext caller)
    {
        var shape = definition.Document.Deserialize(EcsJson.Shared.DaemonTaskDefinitionShape)!;    // Written as an object.
        var request = DaemonTaskDefinitionRules.AsTask(new()
        {
            Family = shape.Family,
            TaskRoleArn = shape.TaskRoleArn,
            ExecutionRoleArn = shape.ExecutionRoleArn,
            ContainerDefinitions = shape.ContainerDefinitions,
            Volumes = shape.Volumes,
            Cpu = shape.Cpu,
            Memory = shape.Memory,
            PidMode = shape.PidMode,
            IpcMode = shape.IpcMode,
        });
        return TaskDefinitionDraft.Of(request, NoLimits) with
        {
            Arn = DaemonArns.TaskDefinition(definition.Key, caller),
            Revision = definition.Revision,
        };
    }

    private static DaemonContainerDefinitionShape WithDefaults(DaemonContainerDefinitionShape container) => container with
    {
        Cpu = container.Cpu ?? 0,
        Essential = container.Essential ?? true,
        Environment = container.Environment ?? [],
        MountPoints = container.MountPoints ?? [],
        SystemControls = container.SystemControls ?? [],
        HealthCheck = container.HealthCheck is { } check
            ? check with { Interval = check.Interval ?? 30, Timeout = check.Timeout ?? 5, Retries = check.Retries ?? 3 }
            : null,
    };
}
