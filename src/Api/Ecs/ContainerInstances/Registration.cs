using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>Reads what an agent registers of its machine.</summary>
internal static class Registration
{
    /// <summary>The command of a request.</summary>
    public static RegisterContainerInstanceCommand Read(RegisterContainerInstanceRequest request, string cluster, RequestContext caller)
    {
        var identity = Identity(request.InstanceIdentityDocument);
        return new(
            Former(request.ContainerInstanceArn, cluster, caller),
            Text(identity, "instanceId"),
            Text(identity, "privateIp") ?? caller.RemoteAddress.MapToIPv4().ToString(),
            Resources(request.TotalResources ?? []) with { GpuIds = Gpus(request.PlatformDevices) },
            Attributes(request.Attributes ?? [], identity, caller.Region),
            Tags.Read(request.Tags),
            string.IsNullOrEmpty(request.ClientToken) ? null : request.ClientToken)
        {
            Agent = Agent(request.VersionInfo),
        };
    }

    /// <summary>What agents tell again, and more often, when they connect.</summary>
    private static AgentVersion? Agent(VersionInfoShape? given) => given is null
        ? null
        : new(given.AgentVersion, given.AgentHash, given.DockerVersion?.StartsWith(ContainerInstanceAnswer.DockerVersionPrefix, StringComparison.Ordinal) == true
            ? given.DockerVersion[ContainerInstanceAnswer.DockerVersionPrefix.Length..]
            : given.DockerVersion);

    /// <summary>The id the machine had before, which it keeps; null for a new one. What was elsewhere cannot go on here.</summary>
    private static string? Former(string? arn, string cluster, RequestContext caller)
    {
        var id = string.IsNullOrEmpty(arn) ? null : EcsIdentifiers.ContainerInstance(arn, cluster, caller);
        return id is not null && EcsIdentifiers.IsElsewhere(id) ? throw AwsException.InvalidParameter($"Referenced container instance {id} not found.") : id;
    }

    /// <summary>EC2's instance identity document; null off EC2, where it is empty.</summary>
    private static JsonElement? Identity(string? document)
    {
        if (string.IsNullOrWhiteSpace(document))
        {
            return null;
        }

        try
        {
            return JsonElement.Parse(document) is { ValueKind: JsonValueKind.Object } identity ? identity : throw Unreadable();
        }
        catch (JsonException)
        {
            throw Unreadable();
        }

        static AwsException Unreadable() => AwsException.Client("The instance identity document is not valid.");
    }

    private static string? Text(JsonElement? identity, string name) =>
        identity is { } members && members.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static InstanceResources Resources(List<ResourceShape> resources) => new(
        Number(resources, "CPU"), Number(resources, "MEMORY"), Ports(resources, "PORTS"), Ports(resources, "PORTS_UDP"));

    /// <summary>The ids of the machine's GPUs; null where it has none.</summary>
    private static ImmutableArray<string>? Gpus(List<PlatformDeviceShape>? devices)
    {
        if (devices is not { Count: > 0 })
        {
            return null;
        }

        if (devices.Exists(device => device.Type == "NEURON_DEVICE"))
        {
            throw AwsException.Client("A Neuron device is not supported yet.");
        }

        foreach (var device in devices)
        {
            WireEnums.PlatformDeviceType.RequireOfClient(device.Type, "platformDevices.type");
        }

        ImmutableArray<string> ids = [.. devices.Where(device => device.Type == "GPU").Select(device => device.Id ?? "")];
        return ids.Length == devices.Count && ids.All(id => id.Length > 0) && ids.Distinct(StringComparer.Ordinal).Count() == ids.Length
            ? ids
            : throw AwsException.Client("Each platform device must have a type and an id of its own.");
    }

    private static int Number(List<ResourceShape> resources, string name) =>
        resources.Find(resource => resource.Name == name)?.IntegerValue is >= 0 and var value
            ? value
            : throw AwsException.Client($"The resource {name} must be registered.");

    private static ImmutableArray<int> Ports(List<ResourceShape> resources, string name)
    {
        var texts = resources.Find(resource => resource.Name == name)?.StringSetValue ?? [];
        return
        [
            .. texts.Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65_535
                ? port
                : throw AwsException.Client($"The resource {name} has the invalid port '{text}'.")),
        ];
    }

    /// <summary>The agent's own attributes, and what the identity document says where the agent is silent.</summary>
    private static ImmutableArray<EcsAttribute> Attributes(List<AttributeShape> given, JsonElement? identity, string region)
    {
        if (given.Count > ContainerInstance.MostAttributes || given.Exists(attribute => string.IsNullOrEmpty(attribute.Name)))
        {
            throw AwsException.Client($"An instance can register at most {ContainerInstance.MostAttributes} attributes, each with a name.");
        }

        var result = new SortedDictionary<string, EcsAttribute>(StringComparer.Ordinal);
        foreach (var attribute in given)
        {
            result[attribute.Name!] = new(attribute.Name!, attribute.Value);
        }

        Default(AttributeNames.AvailabilityZone, Text(identity, "availabilityZone") ?? $"{region}a");
        Default(AttributeNames.InstanceType, Text(identity, "instanceType") ?? "");
        Default(AttributeNames.AmiId, Text(identity, "imageId") ?? "");
        Default("ecs.os-type", "linux");
        return [.. result.Values];

        void Default(string name, string value) => result.TryAdd(name, new(name, value));
    }
}
