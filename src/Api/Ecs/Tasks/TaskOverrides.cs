using System.Globalization;
using System.Text.Json;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>Reads what a call gives in place of parts of the task definition.</summary>
internal static class TaskOverrides
{
    private const int FewestMemoryMiB = 6;

    public static TaskOverride Read(TaskOverrideShape? shape, TaskDefinition definition, LaunchTarget target, EcsQuotas quotas)
    {
        if (shape is null)
        {
            return TaskOverride.None;
        }

        NotYet.Refuse(shape.InferenceAcceleratorOverrides is { Count: > 0 }, "Overriding inference accelerators");
        if (JsonSerializer.SerializeToUtf8Bytes(shape, EcsJson.Shared.TaskOverrideShape).Length > quotas.OverrideCharacters)
        {
            throw AwsException.InvalidParameter($"Overrides can have at most {quotas.OverrideCharacters} characters.");
        }

        var given = (shape.ContainerOverrides ?? []).FindAll(entry => entry != new ContainerOverrideShape());
        var overrides = new TaskOverride
        {
            Containers = [.. given.Select(entry => Container(entry, definition, quotas))],
            CpuUnits = shape.Cpu is { } cpu ? TaskDefinitionRules.CpuUnits(cpu) ?? throw AwsException.InvalidParameter("Invalid 'cpu' setting for task.") : null,
            MemoryMiB = shape.Memory is { } memory ? TaskDefinitionRules.MemoryMiB(memory) ?? throw AwsException.InvalidParameter("Invalid 'memory' setting for task.") : null,
            TaskRoleArn = shape.TaskRoleArn,
            ExecutionRoleArn = shape.ExecutionRoleArn,
            EphemeralStorageGiB = shape.EphemeralStorage?.SizeInGiB,
        };
        if (given.DistinctBy(entry => entry.Name, StringComparer.Ordinal).Count() < given.Count)
        {
            throw AwsException.InvalidParameter("Container overrides must not name a container twice.");
        }

        if (shape.EphemeralStorage is not null && (!target.IsFargate || shape.EphemeralStorage.SizeInGiB is not (>= 21 and <= 200)))
        {
            throw AwsException.InvalidParameter("ephemeralStorage can be overridden for FARGATE tasks only, and its sizeInGiB must be between 21 and 200.");
        }

        if (target.IsFargate && (shape.Cpu ?? shape.Memory) is not null)
        {
            var (units, mebibytes) = (overrides.CpuUnits ?? definition.CpuUnits ?? 0, overrides.MemoryMiB ?? definition.MemoryMiB ?? 0);
            if (!TaskDefinitionCompatibility.IsFargateSize(units, mebibytes))
            {
                throw AwsException.InvalidParameter(TaskDefinitionCompatibility.NoFargateSize(units, mebibytes));
            }
        }

        return overrides;
    }

    private static ContainerOverride Container(ContainerOverrideShape entry, TaskDefinition definition, EcsQuotas quotas)
    {
        if (string.IsNullOrEmpty(entry.Name))
        {
            throw AwsException.InvalidParameter("Container override name can not be blank.");
        }

        if (definition.Containers.FirstOrDefault(container => container.Name == entry.Name) is not { } defined)
        {
            throw AwsException.InvalidParameter($"Override for container named {entry.Name} is not a container in the TaskDefinition.");
        }

        if (entry.Cpu < 0 || entry.Memory < FewestMemoryMiB || entry.MemoryReservation < FewestMemoryMiB)
        {
            throw AwsException.InvalidParameter($"Override for container named {entry.Name} must not have a negative cpu or less than {FewestMemoryMiB} MiB of memory.");
        }

        if ((entry.MemoryReservation ?? defined.MemoryReservationMiB) > (entry.Memory ?? defined.MemoryMiB))
        {
            throw AwsException.InvalidParameter($"Override for container named {entry.Name} must not have a memoryReservation greater than its memory.");
        }

        if (entry.Environment?.Exists(variable => string.IsNullOrEmpty(variable.Name)) == true)
        {
            throw AwsException.InvalidParameter($"Override for container named {entry.Name} has an environment variable without a name.");
        }

        return new()
        {
            Name = entry.Name,
            Command = entry.Command is { } command ? [.. command] : null,
            Environment = entry.Environment is { } environment ? [.. environment.Select(variable => new NamedValue(variable.Name ?? "", variable.Value ?? ""))] : null,
            EnvironmentFiles = entry.EnvironmentFiles is { Count: > 0 } files ? EnvironmentFiles(entry.Name, files, quotas) : null,
            ResourceRequirements = entry.ResourceRequirements is { Count: > 0 } requirements ? Resources(entry.Name, requirements) : null,
            CpuUnits = entry.Cpu,
            MemoryMiB = entry.Memory,
            MemoryReservationMiB = entry.MemoryReservation,
        };
    }

    private static JsonElement Resources(string container, List<ResourceRequirementShape> requirements)
    {
        NotYet.Refuse(requirements.Exists(requirement => requirement.Type != "GPU" || requirement.Value == "ALL"), "Overriding a resource requirement other than a number of GPUs");
        return requirements.TrueForAll(requirement => int.TryParse(requirement.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var gpus) && gpus > 0)
            ? JsonSerializer.SerializeToElement(requirements, EcsJson.Shared.ListResourceRequirementShape)
            : throw AwsException.InvalidParameter($"Override for container named {container} has a GPU resource requirement that is not a positive whole number.");
    }

    private static JsonElement EnvironmentFiles(string container, List<EnvironmentFileShape> files, EcsQuotas quotas)
    {
        if (files.Count > quotas.EnvironmentFilesPerContainer
            || files.Exists(file => file.Type is null || !WireEnums.EnvironmentFileType.Allows(file.Type) || file.Value?.EndsWith(".env", StringComparison.Ordinal) != true))
        {
            throw AwsException.InvalidParameter(
                $"Override for container named {container} can have at most {quotas.EnvironmentFilesPerContainer} environment files, each of type s3 and with the extension .env.");
        }

        return JsonSerializer.SerializeToElement(files, EcsJson.Shared.ListEnvironmentFileShape);
    }
}
