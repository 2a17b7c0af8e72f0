using System.Collections.Concurrent;

namespace Berth.Agent;

/// <summary>Samples of what containers use: from the kernel's files where the agent can read them, else from the engine.</summary>
/// <remarks>
/// The engine's stats stream costs a goroutine and a wake-up each second for every container, its one-shot sample a call
/// and some milliseconds; the files cost some microseconds.
/// </remarks>
internal sealed class ContainerSamples(DockerEngine docker, KernelSamples? kernel)
{
    private const int ParallelCalls = 4;

    /// <summary>Samples the running containers of tasks, by their ids; one that is just ending has no sample. One caller at a time.</summary>
    public async Task<IReadOnlyDictionary<string, ContainerSample>> TakeAsync(IEnumerable<TaskState> tasks, CancellationToken cancellationToken)
    {
        var samples = new ConcurrentDictionary<string, ContainerSample>(StringComparer.Ordinal);
        List<(string Id, NetworkShare? Share)> unseen = [];
        foreach (var (task, container) in tasks.SelectMany(task => task.Containers.Select(container => (task, container))))
        {
            if (container is not { Known: ContainerStatus.Running, AwaitsRestart: false, DockerId: { } id })
            {
                continue;
            }

            // The host's own network is no container's.
            NetworkShare? share = container.DockerNetworkMode == "host" ? null : NetworkShare.Of(task);
            if (kernel?.Take(id, container.ProcessId, withNetwork: share is not null) is { } sample)
            {
                samples[id] = Shared(sample, share);
            }
            else
            {
                unseen.Add((id, share));
            }
        }

        await Parallel.ForEachAsync(unseen, new ParallelOptions { MaxDegreeOfParallelism = ParallelCalls, CancellationToken = cancellationToken }, async (container, token) =>
        {
            try
            {
                if (ContainerSample.Of(await docker.StatsAsync(container.Id, token).ConfigureAwait(false)) is { } sample)
                {
                    samples[container.Id] = Shared(sample, container.Share);
                }
            }
            catch (Exception unavailable) when (unavailable is DockerException or DockerUnreachableException)
            {
                // Ending just now, or Docker is away.
            }
        }).ConfigureAwait(false);
        return samples;
    }

    private static ContainerSample Shared(ContainerSample sample, NetworkShare? share) =>
        sample with { Network = share is { } part && sample.Network is { } passed ? part.In(passed) : null };
}
