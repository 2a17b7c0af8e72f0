using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>The images this agent has pulled, and when a task last asked for each.</summary>
internal sealed record PulledImages
{
    public ImmutableDictionary<string, DateTimeOffset> LastUsed { get; init; } = ImmutableDictionary<string, DateTimeOffset>.Empty;

    /// <summary>The images to remove now: unused for long enough, the longest unused first, so many at once.</summary>
    public ImmutableArray<string> Unused(IReadOnlySet<string> used, DateTimeOffset before, int most) =>
        [.. LastUsed.Where(image => image.Value <= before && !used.Contains(image.Key)).OrderBy(image => image.Value).Select(image => image.Key).Take(most)];
}

/// <summary>Removes images that no task has wanted for a while. Only what this agent has pulled: others are not its to judge.</summary>
internal sealed partial class ImageCleaner
{
    /// <summary>How much older a noted use may be than the last: it is not written down at every start.</summary>
    private static readonly TimeSpan Precision = TimeSpan.FromMinutes(1);

    private readonly DockerEngine docker;
    private readonly AgentDataDirectory directory;
    private readonly AgentOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private PulledImages images;

    public ImageCleaner(DockerEngine docker, AgentDataDirectory directory, AgentOptions options, TimeProvider clock, ILogger logger)
    {
        (this.docker, this.directory, this.options, this.clock, this.logger) = (docker, directory, options, clock, logger);
        images = directory.LoadImages() ?? new();
    }

    /// <summary>Takes note that an image was pulled just now.</summary>
    public void Pulled(string image) => Note(image, isNew: true);

    /// <summary>Takes note that a task wants an image, which this agent may have pulled.</summary>
    public void Used(string image) => Note(image, isNew: false);

    /// <summary>Removes what is due, from time to time, until cancelled.</summary>
    /// <param name="tasks">The tasks whose images are in use.</param>
    /// <param name="forget">Is told of an image that is gone.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Func<IEnumerable<TaskState>> tasks, Func<string, bool> forget, CancellationToken cancellationToken)
    {
        if (options.ImagePullBehavior == ImagePullBehavior.PreferCached)
        {
            return;    // Then images are there to stay.
        }

        using var timer = new PeriodicTimer(options.ImageCleanupInterval, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            var used = tasks().SelectMany(task => task.Containers).Select(container => container.Spec.Image ?? "").ToHashSet(StringComparer.Ordinal);
            foreach (var image in Current().Unused(used, clock.GetUtcNow() - options.MinimumImageAge, options.ImagesPerCleanup))
            {
                if (await RemoveAsync(image, cancellationToken).ConfigureAwait(false))
                {
                    forget(image);
                    Change(pulled => pulled with { LastUsed = pulled.LastUsed.Remove(image) });
                }
            }
        }
    }

    /// <returns>False where it is still in use, or Docker is away.</returns>
    private async Task<bool> RemoveAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            await docker.RemoveImageAsync(image, cancellationToken).ConfigureAwait(false);
            LogRemoved(image);
            return true;
        }
        catch (DockerException gone) when (gone.Status == HttpStatusCode.NotFound)
        {
            return true;
        }
        catch (Exception kept) when (kept is DockerException or DockerUnreachableException)
        {
            LogKept(image, kept.Message);
            return false;
        }
    }

    private PulledImages Current()
    {
        lock (gate)
        {
            return images;
        }
    }

    private void Note(string image, bool isNew)
    {
        var now = clock.GetUtcNow();
        Change(pulled => pulled.LastUsed.TryGetValue(image, out var noted) ? now - noted < Precision ? pulled : Used(pulled)
            : isNew ? Used(pulled)
            : pulled);

        PulledImages Used(PulledImages pulled) => pulled with { LastUsed = pulled.LastUsed.SetItem(image, now) };
    }

    private void Change(Func<PulledImages, PulledImages> change)
    {
        lock (gate)
        {
            var next = change(images);
            if (ReferenceEquals(next, images))
            {
                return;
            }

            images = next;
            try
            {
                directory.Save(next);
            }
            catch (IOException failure)
            {
                LogNotSaved(failure.Message);    // An image may stay longer than it need.
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed the image {Image}, which no task has used for a while.")]
    private partial void LogRemoved(string image);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The image {Image} stays: {Reason}")]
    private partial void LogKept(string image, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What images were pulled could not be written: {Reason}")]
    private partial void LogNotSaved(string reason);
}
