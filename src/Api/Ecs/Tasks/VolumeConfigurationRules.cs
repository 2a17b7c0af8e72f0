using System.Text.Json;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>What ECS demands of volumes that are configured when a task is launched: managed EBS volumes.</summary>
internal static class VolumeConfigurationRules
{
    private const int MostThroughput = 1000;

    private static readonly string[] VolumeTypes = ["gp2", "gp3", "io1", "io2", "st1", "sc1", "standard"];

    /// <summary>The configurations as they are stored; null when the task definition leaves none to the launch.</summary>
    public static JsonElement? Read(List<TaskVolumeConfigurationShape>? configurations, TaskDefinition definition)
    {
        var open = OpenVolumes(definition);
        var given = configurations ?? [];
        foreach (var configuration in given)
        {
            if (string.IsNullOrEmpty(configuration.Name) || !open.Contains(configuration.Name))
            {
                throw AwsException.InvalidParameter($"The volume configuration '{configuration.Name}' does not match a volume of the task definition that is configured at launch.");
            }

            Check(configuration.Name, configuration.ManagedEBSVolume ?? throw Invalid(configuration.Name, "managedEBSVolume must be specified."));
        }

        if (open.FirstOrDefault(name => given.TrueForAll(configuration => configuration.Name != name)) is { } missing)
        {
            throw AwsException.InvalidParameter($"The volume '{missing}' of the task definition is configured at launch. Specify a volume configuration for it.");
        }

        if (given.DistinctBy(configuration => configuration.Name, StringComparer.Ordinal).Count() < given.Count)
        {
            throw AwsException.InvalidParameter("Each volume can be configured once only.");
        }

        return given.Count == 0 ? null : JsonSerializer.SerializeToElement(given, EcsJson.Shared.ListTaskVolumeConfigurationShape);
    }

    private static List<string> OpenVolumes(TaskDefinition definition)
    {
        var names = new List<string>();
        if (definition.Document.TryGetProperty("volumes", out var volumes) && volumes.ValueKind == JsonValueKind.Array)
        {
            foreach (var volume in volumes.EnumerateArray())
            {
                if (volume.TryGetProperty("configuredAtLaunch", out var open) && open.ValueKind == JsonValueKind.True)
                {
                    names.Add(volume.GetProperty("name").GetString()!);    // Checked at registration.
                }
            }
        }

        return names;
    }

    private static void Check(string name, TaskManagedEBSVolumeConfigurationShape volume)
    {
        if (string.IsNullOrEmpty(volume.RoleArn))
        {
            throw Invalid(name, "roleArn must be specified.");
        }

        if (volume.SizeInGiB is null && string.IsNullOrEmpty(volume.SnapshotId))
        {
            throw Invalid(name, "Either sizeInGiB or snapshotId must be specified.");
        }

        if (volume.SizeInGiB < 1)
        {
            throw Invalid(name, "sizeInGiB must be at least 1.");
        }

        if (volume.VolumeType is not null && !VolumeTypes.Contains(volume.VolumeType))
        {
            throw Invalid(name, $"volumeType should be one of [{string.Join(", ", VolumeTypes)}]");
        }

        var type = volume.VolumeType ?? "gp3";
        if (volume.Iops is not null && type is not ("gp3" or "io1" or "io2"))
        {
            throw Invalid(name, $"iops is not supported for the volume type {type}.");
        }

        if (volume.Iops is null && type is ("io1" or "io2"))
        {
            throw Invalid(name, $"iops must be specified for the volume type {type}.");
        }

        if (volume.Throughput is not null && (type != "gp3" || volume.Throughput is < 1 or > MostThroughput))
        {
            throw Invalid(name, $"throughput is only supported for gp3 volumes and can be at most {MostThroughput} MiB/s.");
        }

        WireEnums.TaskFilesystemType.Require(volume.FilesystemType, "filesystemType");
        foreach (var tags in volume.TagSpecifications ?? [])
        {
            WireEnums.EBSResourceType.Require(tags.ResourceType, "tagSpecifications.resourceType");
            WireEnums.PropagateTags.Require(tags.PropagateTags, "tagSpecifications.propagateTags");
            if (tags.ResourceType is null)
            {
                throw Invalid(name, "tagSpecifications.resourceType must be specified.");
            }

            Tags.Read(tags.Tags);
        }
    }

    private static AwsException Invalid(string name, string what) => AwsException.InvalidParameter($"Invalid configuration of the volume '{name}'. {what}");
}
