using System.Text.Json;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>Reads what a call gives in place of parts of the task definition.</summary>
internal static class TaskOverrides
{
    private const int MostCharacters = 8192;

    public static TaskOverride Read(TaskOverrideShape? shape, TaskDefinition definition)
    {
        if (shape is null)
        {
            return TaskOverride.None;
        }

        NotYet.Refuse(shape.EphemeralStorage is not null, "Overriding ephemeralStorage");
        NotYet.Refuse(shape.InferenceAcceleratorOverrides is { Count: > 0 }, "Overriding inference accelerators");
        if (JsonSerializer.SerializeToUtf8Bytes(shape, EcsJson.Shared.TaskOverrideShape).Length > MostCharacters)
        {
            throw AwsException.InvalidParameter($"Overrides can have at most {MostCharacters} characters.");
        }

        return new()
        {
            Containers = [.. (shape.ContainerOverrides ?? []).Where(entry => entry != new ContainerOverrideShape()).Select(entry => Container(entry, definition))],
            CpuUnits = shape.Cpu is { } cpu ? TaskDefinitionRules.CpuUnits(cpu) ?? throw AwsException.InvalidParameter("Invalid 'cpu' setting for task.") : null,
            MemoryMiB = shape.Memory is { } memory ? TaskDefinitionRules.MemoryMiB(memory) ?? throw AwsException.InvalidParameter("Invalid 'memory' setting for task.") : null,
            TaskRoleArn = shape.TaskRoleArn,
            ExecutionRoleArn = shape.ExecutionRoleArn,
        };
    }

    private static ContainerOverride Container(ContainerOverrideShape entry, TaskDefinition definition)
    {
        NotYet.Refuse(entry.EnvironmentFiles is { Count: > 0 }, "Overriding environmentFiles");
        NotYet.Refuse(entry.ResourceRequirements is { Count: > 0 }, "Overriding resourceRequirements");
        if (string.IsNullOrEmpty(entry.Name))
        {
            throw AwsException.InvalidParameter("Container override name can not be blank.");
        }

        if (definition.Containers.All(container => container.Name != entry.Name))
        {
            throw AwsException.InvalidParameter($"Override for container named {entry.Name} is not a container in the TaskDefinition.");
        }

        if (entry.Cpu < 0 || entry.Memory < 0 || entry.MemoryReservation < 0)
        {
            throw AwsException.InvalidParameter($"Override for container named {entry.Name} has a negative size.");
        }

        return new()
        {
            Name = entry.Name,
            Command = entry.Command is { } command ? [.. command] : null,
            Environment = entry.Environment is { } environment ? [.. environment.Select(variable => new NamedValue(variable.Name ?? "", variable.Value ?? ""))] : null,
            CpuUnits = entry.Cpu,
            MemoryMiB = entry.Memory,
            MemoryReservationMiB = entry.MemoryReservation,
        };
    }
}
