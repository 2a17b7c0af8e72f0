using System.Globalization;
using System.Text.RegularExpressions;
using Berth.Wire;

namespace Berth.Api;

/// <summary>What ECS demands of the port mappings of a task definition.</summary>
internal static partial class PortMappingRules
{
    private const int MostPort = 65_535;
    private const int MostRanges = 100;

    /// <summary>Refuses mappings that ECS would not accept in this network mode.</summary>
    public static void Check(List<ContainerDefinitionShape> containers, string networkMode)
    {
        foreach (var container in containers)
        {
            CheckContainer(container, networkMode);
        }

        CheckHostPorts(containers, networkMode);
        CheckNames(containers);
    }

    /// <summary>The ends of a range <c>a-b</c>; null when it is none.</summary>
    public static (int First, int Last)? Range(string text)
    {
        var match = RangePattern.Match(text);
        return match.Success
            && int.TryParse(match.Groups["first"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(match.Groups["last"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && first >= 1 && first < last && last <= MostPort
                ? (first, last)
                : null;
    }

    [GeneratedRegex("^(?<first>[0-9]{1,5})-(?<last>[0-9]{1,5})\\z")]
    private static partial Regex RangePattern { get; }

    [GeneratedRegex("^[a-z0-9_][a-z0-9_-]{0,63}\\z")]
    private static partial Regex NamePattern { get; }

    private static void CheckContainer(ContainerDefinitionShape container, string networkMode)
    {
        var mappings = container.PortMappings ?? [];
        if (mappings.Count > 0 && networkMode == "none")
        {
            throw AwsException.Client("Port mappings are not supported when networkMode=none.");
        }

        var taken = new List<(int First, int Last)>();
        foreach (var mapping in mappings)
        {
            WireEnums.TransportProtocol.RequireOfClient(mapping.Protocol, "protocol");
            WireEnums.ApplicationProtocol.RequireOfClient(mapping.AppProtocol, "appProtocol");
            if (mapping.AppProtocol is not null && mapping.Name is null)
            {
                throw AwsException.Client($"Invalid 'appProtocol' setting for container '{container.Name}'. A port mapping with an appProtocol must have a name.");
            }

            var ports = mapping.ContainerPortRange is null ? CheckPort(container, mapping, networkMode) : CheckRange(container, mapping, networkMode);
            if (taken.Exists(other => ports.First <= other.Last && other.First <= ports.Last))
            {
                throw AwsException.Client($"Container '{container.Name}' cannot have duplicate container ports in its port mappings.");
            }

            taken.Add(ports);
        }

        if (mappings.Count(mapping => mapping.ContainerPortRange is not null) > MostRanges)
        {
            throw AwsException.Client($"Container '{container.Name}' can have at most {MostRanges} container port ranges.");
        }
    }

    private static (int First, int Last) CheckPort(ContainerDefinitionShape container, PortMappingShape mapping, string networkMode)
    {
        if (mapping.ContainerPort is not (>= 1 and <= MostPort and var port))
        {
            throw AwsException.Client($"Invalid 'containerPort' setting for container '{container.Name}'.");
        }

        if (mapping.HostPort is < 0 or > MostPort)
        {
            throw AwsException.Client($"Invalid 'hostPort' setting for container '{container.Name}'.");
        }

        if (networkMode is "awsvpc" or "host" && mapping.HostPort is { } hostPort and not 0 && hostPort != port)
        {
            throw AwsException.Client($"When networkMode={networkMode}, the host ports and container ports in port mappings must match.");
        }

        return (port, port);
    }

    private static (int First, int Last) CheckRange(ContainerDefinitionShape container, PortMappingShape mapping, string networkMode)
    {
        if (networkMode is not ("bridge" or "awsvpc"))
        {
            throw AwsException.Client($"Container port ranges are not supported when networkMode={networkMode}.");
        }

        if (mapping.ContainerPort is not null || mapping.HostPort is not null)
        {
            throw AwsException.Client($"Invalid 'containerPortRange' setting for container '{container.Name}'. It cannot be used with 'containerPort' or 'hostPort'.");
        }

        return Range(mapping.ContainerPortRange!) ?? throw AwsException.Client($"Invalid 'containerPortRange' setting for container '{container.Name}'.");
    }

    private static void CheckHostPorts(List<ContainerDefinitionShape> containers, string networkMode)
    {
        var taken = new HashSet<(int, string)>();
        foreach (var mapping in containers.SelectMany(container => container.PortMappings ?? []))
        {
            var port = networkMode == "bridge" ? mapping.HostPort ?? 0 : mapping.ContainerPort ?? 0;
            if (port != 0 && !taken.Add((port, mapping.Protocol ?? "tcp")))
            {
                throw AwsException.Client($"The host port {port} is used by more than one port mapping.");
            }
        }
    }

    private static void CheckNames(List<ContainerDefinitionShape> containers)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in containers.SelectMany(container => container.PortMappings ?? []).Select(mapping => mapping.Name).OfType<string>())
        {
            if (!NamePattern.IsMatch(name))
            {
                throw AwsException.Client($"Invalid port mapping name '{name}'.");
            }

            if (!names.Add(name))
            {
                throw AwsException.Client($"The port mapping name '{name}' must be unique within the task definition.");
            }
        }
    }
}
