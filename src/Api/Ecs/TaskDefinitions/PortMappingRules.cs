using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;
using Berth.Domain;

namespace Berth.Api;

/// <summary>What ECS demands of the port mappings of a task definition.</summary>
internal static partial class PortMappingRules
{
    private const int MostPort = 65_535;

    /// <summary>Finds mappings that ECS would not accept in this network mode.</summary>
    public static void Check(List<ContainerDefinitionShape> containers, string networkMode, EcsQuotas quotas, Problems problems)
    {
        for (var at = 0; at < containers.Count; at++)
        {
            CheckContainer(containers[at], $"containerDefinitions[{at}].portMappings", networkMode, quotas, problems);
        }

        CheckHostPorts(containers, networkMode, problems);
        CheckNames(containers, problems);
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

    private static void CheckContainer(ContainerDefinitionShape container, string at, string networkMode, EcsQuotas quotas, Problems problems)
    {
        var mappings = container.PortMappings ?? [];
        problems.AddIf(mappings.Count > 0 && networkMode == "none", at, "Port mappings are not supported when networkMode=none.");
        if (mappings.Count(mapping => mapping.ContainerPortRange is not null) > quotas.PortRangesPerContainer)
        {
            problems.Add(at, $"Container '{container.Name}' can have at most {quotas.PortRangesPerContainer} container port ranges.");
            return;    // Each range is walked below.
        }

        var taken = new BitArray(MostPort + 1);
        for (var entry = 0; entry < mappings.Count; entry++)
        {
            var mapping = mappings[entry];
            var here = $"{at}[{entry}]";
            problems.Require(WireEnums.TransportProtocol, mapping.Protocol, here, "protocol");
            problems.Require(WireEnums.ApplicationProtocol, mapping.AppProtocol, here, "appProtocol");
            problems.AddIf(
                mapping.AppProtocol is not null && mapping.Name is null,
                $"{here}.appProtocol",
                $"Invalid 'appProtocol' setting for container '{container.Name}'. A port mapping with an appProtocol must have a name.");
            var ports = mapping.ContainerPortRange is null
                ? Port(container, mapping, here, networkMode, problems)
                : PortRange(container, mapping, here, networkMode, problems);
            if (ports is { } known)
            {
                problems.AddIf(
                    TakeAll(known.First, known.Last, taken),
                    here,
                    $"Container '{container.Name}' cannot have duplicate container ports in its port mappings.");
            }
        }
    }

    /// <summary>Takes all ports of a range; whether one of them was taken.</summary>
    private static bool TakeAll(int first, int last, BitArray taken)
    {
        var wasTaken = false;
        for (var port = first; port <= last; port++)
        {
            wasTaken |= taken[port];
            taken[port] = true;
        }

        return wasTaken;
    }

    private static (int First, int Last)? Port(ContainerDefinitionShape container, PortMappingShape mapping, string at, string networkMode, Problems problems)
    {
        problems.AddIf(mapping.HostPort is < 0 or > MostPort, $"{at}.hostPort", $"Invalid 'hostPort' setting for container '{container.Name}'.");
        if (mapping.ContainerPort is not (>= 1 and <= MostPort and var port))
        {
            problems.Add($"{at}.containerPort", $"Invalid 'containerPort' setting for container '{container.Name}'.");
            return null;
        }

        problems.AddIf(
            networkMode is "awsvpc" or "host" && mapping.HostPort is { } hostPort and not 0 && hostPort != port,
            $"{at}.hostPort",
            $"When networkMode={networkMode}, the host ports and container ports in port mappings must match.");
        return (port, port);
    }

    private static (int First, int Last)? PortRange(ContainerDefinitionShape container, PortMappingShape mapping, string at, string networkMode, Problems problems)
    {
        problems.AddIf(
            networkMode is not ("bridge" or "awsvpc"), $"{at}.containerPortRange", $"Container port ranges are not supported when networkMode={networkMode}.");
        problems.AddIf(
            mapping.ContainerPort is not null || mapping.HostPort is not null,
            $"{at}.containerPortRange",
            $"Invalid 'containerPortRange' setting for container '{container.Name}'. It cannot be used with 'containerPort' or 'hostPort'.");
        var range = Range(mapping.ContainerPortRange!);    // The caller looked.
        problems.AddIf(range is null, $"{at}.containerPortRange", $"Invalid 'containerPortRange' setting for container '{container.Name}'.");
        return range;
    }

    private static void CheckHostPorts(List<ContainerDefinitionShape> containers, string networkMode, Problems problems)
    {
        var taken = new HashSet<(int, string)>();
        ForEach(containers, (mapping, at) =>
        {
            var port = networkMode == "bridge" ? mapping.HostPort ?? 0 : mapping.ContainerPort ?? 0;
            problems.AddIf(port != 0 && !taken.Add((port, mapping.Protocol ?? "tcp")), at, $"The host port {port} is used by more than one port mapping.");
        });
    }

    private static void CheckNames(List<ContainerDefinitionShape> containers, Problems problems)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        ForEach(containers, (mapping, at) =>
        {
            if (mapping.Name is not { } name)
            {
                return;
            }

            problems.AddIf(!NamePattern.IsMatch(name), $"{at}.name", $"Invalid port mapping name '{name}'.");
            problems.AddIf(!names.Add(name), $"{at}.name", $"The port mapping name '{name}' must be unique within the task definition.");
        });
    }

    private static void ForEach(List<ContainerDefinitionShape> containers, Action<PortMappingShape, string> look)
    {
        for (var at = 0; at < containers.Count; at++)
        {
            for (var entry = 0; entry < containers[at].PortMappings?.Count; entry++)
            {
                look(containers[at].PortMappings![entry], $"containerDefinitions[{at}].portMappings[{entry}]");    // There, as it is counted.
            }
        }
    }
}
