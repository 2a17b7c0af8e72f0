using System.Globalization;

namespace Berth.Agent;

/// <summary>Reads a container's state out of Docker's description.</summary>
internal static class ContainerObserver
{
    /// <summary>The exit code of a process ended by SIGKILL.</summary>
    public const int Killed = 137;

    /// <summary>So much of a health check's output is kept, in characters.</summary>
    private const int MaxHealthOutput = 1024;

    public static ContainerObservation Observe(DockerContainer docker, ContainerSpec spec)
    {
        var state = docker.State ?? new DockerState();
        var mode = docker.HostConfig?.NetworkMode;
        var status = state.Running || state.Paused || state.Status is "restarting" ? ContainerStatus.Running
            : state.Status is "created" && state.Error is null or "" && Moment(state.StartedAt) is null ? ContainerStatus.Created
            : ContainerStatus.Stopped;
        return new ContainerObservation
        {
            DockerId = docker.Id,
            Status = status,
            ImageId = docker.Image,
            ExitCode = status == ContainerStatus.Stopped ? state.ExitCode : null,
            Reason = status != ContainerStatus.Stopped ? null
                : state.OomKilled && state.ExitCode == Killed ? "OutOfMemoryError: Container killed due to memory usage"
                : state.Error is { Length: > 0 } error ? $"CannotStartContainerError: {error}"
                : null,
            CreatedAt = DateTimeOffset.TryParse(docker.Created, CultureInfo.InvariantCulture, out var created) ? created : null,
            StartedAt = Moment(state.StartedAt),
            FinishedAt = status == ContainerStatus.Stopped ? Moment(state.FinishedAt) : null,
            NetworkBindings = mode == "host" ? HostBindings(spec) : Bindings(docker.NetworkSettings, spec),
            NetworkMode = mode,
            ProcessId = state.Pid,
            Ipv4Addresses = [.. (docker.NetworkSettings?.Networks ?? new Dictionary<string, DockerEndpoint>()).Values.Select(network => network.IpAddress).OfType<string>().Where(address => address.Length > 0)],
            Mounts = docker.Mounts ?? [],
            Health = HealthOf(state),
        };
    }

    private static HealthStatus? HealthOf(DockerState state)
    {
        if (state.Health is not { Status: { } status } || Health(status) is not { } known)
        {
            return null;
        }

        var last = state.Health.Log is [.., var check] ? check : null;
        return new(known, Moment(last?.End) ?? Moment(state.StartedAt) ?? default)
        {
            ExitCode = last?.ExitCode,
            Output = last?.Output is { Length: > MaxHealthOutput } much ? much[..MaxHealthOutput] : last?.Output,
        };
    }

    /// <summary>Docker's word for a health status in the agent's; null for a container without a check.</summary>
    public static string? Health(string docker) => docker switch
    {
        "healthy" => HealthStatus.Healthy,
        "unhealthy" => HealthStatus.Unhealthy,
        "starting" => HealthStatus.Unknown,
        _ => null,
    };

    /// <summary>
    /// IPv6 wildcard bindings double the IPv4 ones and are left out, as the official agent does. A port range is one
    /// binding.
    /// </summary>
    private static List<NetworkBinding> Bindings(DockerNetworkSettings? network, ContainerSpec spec)
    {
        var bindings = SingleBindings(network);
        foreach (var mapping in spec.PortMappings ?? [])
        {
            if (mapping.Range() is not var (first, count))
            {
                continue;
            }

            var protocol = mapping.Protocol is "udp" ? "udp" : "tcp";
            var ranged = bindings.Where(binding => binding.Protocol == protocol && binding.ContainerPort >= first && binding.ContainerPort < first + count).ToList();
            if (ranged.Count == count)
            {
                var hostPort = ranged.Min(binding => binding.HostPort);
                bindings.RemoveAll(ranged.Contains);
                bindings.Add(new NetworkBinding
                {
                    BindIP = ranged[0].BindIP,
                    Protocol = protocol,
                    ContainerPortRange = mapping.ContainerPortRange,
                    HostPortRange = string.Create(CultureInfo.InvariantCulture, $"{hostPort}-{hostPort + count - 1}"),
                });
            }
        }

        return bindings;
    }

    private static List<NetworkBinding> SingleBindings(DockerNetworkSettings? network)
    {
        List<NetworkBinding> bindings = [];
        foreach (var (port, hosts) in network?.Ports ?? new Dictionary<string, IReadOnlyList<DockerPortBinding>?>())
        {
            var slash = port.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0 || !int.TryParse(port.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out var containerPort))
            {
                continue;
            }

            foreach (var host in hosts ?? [])
            {
                if (host.HostIp != "::" && int.TryParse(host.HostPort, NumberStyles.None, CultureInfo.InvariantCulture, out var hostPort))
                {
                    bindings.Add(new NetworkBinding { BindIP = host.HostIp, ContainerPort = containerPort, HostPort = hostPort, Protocol = port[(slash + 1)..] });
                }
            }
        }

        return bindings;
    }

    /// <summary>In host mode Docker maps nothing: a container's ports are the host's.</summary>
    private static IReadOnlyList<NetworkBinding> HostBindings(ContainerSpec spec) =>
        [.. (spec.PortMappings ?? []).Select(mapping => new NetworkBinding
        {
            BindIP = "0.0.0.0",
            ContainerPort = mapping.ContainerPort,
            HostPort = mapping.HostPort == 0 ? mapping.ContainerPort : mapping.HostPort,
            Protocol = mapping.Protocol is "udp" ? "udp" : "tcp",
        })];

    /// <summary>Docker's zero time means never.</summary>
    private static DateTimeOffset? Moment(DateTimeOffset? time) => time is { Year: > 1 } ? time : null;
}
