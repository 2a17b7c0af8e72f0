using System.Diagnostics;

namespace Berth.Agent;

/// <summary>How facts change a container. Nothing moves it back.</summary>
internal static class ContainerTransitions
{
    /// <param name="container">The container.</param>
    /// <param name="fact">What has happened to it.</param>
    /// <param name="mayRestart">Whether its restart policy still counts: its task is not about to stop.</param>
    public static ContainerState Apply(this ContainerState container, ContainerFact fact, bool mayRestart) => fact switch
    {
        ContainerFact.Observed observed => container.Apply(observed.State, mayRestart),
        _ when container.Known == ContainerStatus.Stopped => container,
        ContainerFact.Pulled when container.Known >= ContainerStatus.Pulled => container,
        ContainerFact.Pulled pulled => container with
        {
            Known = ContainerStatus.Pulled,
            ImageDigest = pulled.Digest,
            Reason = pulled.Warning,
        },
        ContainerFact.Created when container.Known >= ContainerStatus.Created => container,
        ContainerFact.Created created => container with { Known = ContainerStatus.Created, DockerId = created.DockerId, CreatedAt = created.At },
        ContainerFact.Failed failed => container with
        {
            Known = ContainerStatus.Stopped,
            AwaitsRestart = false,
            Reason = failed.Reason ?? container.Reason,
            ExitCode = failed.ExitCode ?? container.ExitCode,
            FinishedAt = failed.At,
        },
        ContainerFact.HealthChanged health when container.Health?.Status == health.Status => container,
        ContainerFact.HealthChanged health => container with { Health = new(health.Status, health.At) },
        _ => throw new UnreachableException($"Unknown fact {fact.GetType().Name}."),
    };

    private static ContainerState Apply(this ContainerState container, ContainerObservation seen, bool mayRestart)
    {
        if (container.Known == ContainerStatus.Stopped)
        {
            // The start's own answer may come after the end's event; what it tells of the run is still wanted.
            return container with
            {
                StartedAt = container.StartedAt ?? seen.StartedAt,
                NetworkBindings = container.NetworkBindings.Count > 0 ? container.NetworkBindings : seen.NetworkBindings,
            };
        }

        var awaitsRestart = seen.Status == ContainerStatus.Stopped && mayRestart && container.WantsRestart(seen);
        var status = awaitsRestart ? ContainerStatus.Running : seen.Status;
        var later = status > container.Known ? status : container.Known;
        return container with
        {
            Known = later,
            AwaitsRestart = awaitsRestart,
            RestartCount = container.AwaitsRestart && seen.StartedAt > container.StartedAt ? container.RestartCount + 1 : container.RestartCount,
            DockerId = seen.DockerId,
            ImageId = seen.ImageId ?? container.ImageId,
            ExitCode = later == ContainerStatus.Stopped ? seen.ExitCode : container.ExitCode,
            Reason = seen.Reason ?? container.Reason,
            CreatedAt = seen.CreatedAt ?? container.CreatedAt,
            StartedAt = seen.StartedAt ?? container.StartedAt,
            FinishedAt = later == ContainerStatus.Stopped ? seen.FinishedAt ?? container.FinishedAt : null,
            // A stopped container has lost its ports and addresses, but they are still what it had.
            NetworkBindings = seen.NetworkBindings.Count > 0 ? seen.NetworkBindings : container.NetworkBindings,
            Ipv4Addresses = seen.Ipv4Addresses.Count > 0 ? seen.Ipv4Addresses : container.Ipv4Addresses,
            DockerNetworkMode = seen.NetworkMode ?? container.DockerNetworkMode,
            ProcessId = seen.ProcessId,
            Mounts = seen.Mounts.Count > 0 ? seen.Mounts : container.Mounts,
            Health = seen.Health is { } health && health.Status == container.Health?.Status ? health with { Since = container.Health.Since } : seen.Health ?? container.Health,
        };
    }

    private static bool WantsRestart(this ContainerState container, ContainerObservation seen) =>
        // Docker may note the start of a run that ends at once after its end.
        seen is { StartedAt: { } started, FinishedAt: { } finished }
        && container.Spec.RestartPolicy?.Wants(seen.ExitCode, finished > started ? finished - started : TimeSpan.Zero) == true;
}
