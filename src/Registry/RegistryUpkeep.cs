using Berth.Domain;
using Berth.Engine;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Registry;

/// <summary>
/// From time to time: drops stale uploads, applies lifecycle policies, and deletes blobs that no image needs. Runs
/// beside pushes and pulls and locks nothing but the one blob it deletes.
/// </summary>
internal sealed partial class RegistryUpkeep(
    RepositoryStreams streams,
    IJournal journal,
    BlobStore store,
    BlobUploads uploads,
    RegistryOptions options,
    TimeProvider clock,
    ILogger<RegistryUpkeep> logger) : BackgroundService
{
    /// <summary>Does everything once.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        uploads.Sweep();

        // The moment comes before the look at the state: an image put after the look has touched its blobs after it too.
        var now = clock.GetUtcNow();
        var needed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var stream in await journal.ListAsync("repositories/", cancellationToken).ConfigureAwait(false))
        {
            var state = await streams.ReadAsync(stream.Account, stream.Region, cancellationToken).ConfigureAwait(false);
            foreach (var repository in state.Repositories.Values)
            {
                // What expires in this round is still counted as needed; its blobs go with the next.
                needed.UnionWith(repository.Images.Values.SelectMany(image => image.RequiredBlobs()));
                if (repository.LifecyclePolicyText is not null)
                {
                    await ExpireAsync(new RepositoryKey(stream.Account, stream.Region, repository.Name), cancellationToken).ConfigureAwait(false);
                }
            }
        }

        var (count, bytes) = store.Sweep(needed, now, cancellationToken);
        if (count > 0)
        {
            LogSwept(count, bytes);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.SweepInterval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                await RunOnceAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure); // A later round does what this one could not.
            }
        }
    }

    private async Task ExpireAsync(RepositoryKey key, CancellationToken cancellationToken)
    {
        var expired = await streams.ExecuteAsync(key, new RepositoriesCommand.ApplyLifecyclePolicy(key.Name), cancellationToken).ConfigureAwait(false);
        if (!expired.IsEmpty)
        {
            LogExpired(key.Name, expired.Length);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted {Count} blobs ({Bytes} bytes) that no image needs")]
    private partial void LogSwept(int count, long bytes);

    [LoggerMessage(Level = LogLevel.Information, Message = "The lifecycle policy of {Repository} expired {Count} images")]
    private partial void LogExpired(string repository, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The registry's upkeep failed")]
    private partial void LogFailed(Exception failure);
}
