using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>An image is on the machine.</summary>
/// <param name="Digest">The registry's digest, where known.</param>
/// <param name="Warning">Why it is the cached image, where pulling failed.</param>
/// <param name="StartedAt">When pulling began; null where nothing was pulled.</param>
/// <param name="StoppedAt">When pulling ended.</param>
internal sealed record PulledImage(string? Digest, string? Warning, DateTimeOffset? StartedAt, DateTimeOffset? StoppedAt);

/// <summary>An image could not be had; the message is the reason reported.</summary>
internal sealed class ImagePullException(string reason, DateTimeOffset startedAt, Exception inner) : Exception(reason, inner)
{
    public DateTimeOffset StartedAt { get; } = startedAt;
}

/// <summary>Brings images to the machine, so many at once as there are slots. Containers that want the same one at the same time share a pull.</summary>
internal sealed partial class ImagePuller(DockerEngine docker, RegistryCredentials credentials, ImageCleaner cleaner, AgentOptions options, SemaphoreSlim slots, TimeProvider clock, ILogger logger, CancellationToken lifetime)
{
    private const int MaxAttempts = 5;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1.1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    /// <summary>Images by digest that are remembered to be here; beyond that, all are forgotten and looked at again.</summary>
    private const int MaxSeen = 1024;

    private readonly ConcurrentDictionary<string, string?> pulledOnce = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PulledImage> seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SharedPull> running = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    private sealed class SharedPull
    {
        public Task<string?>? Next { get; set; }

        public Task<string?> Current { get; set; } = Task.FromResult<string?>(null);
    }

    /// <exception cref="ImagePullException">The image could not be pulled and may not be taken from the cache.</exception>
    /// <exception cref="DockerUnreachableException">The engine went away.</exception>
    public async Task<PulledImage> PullAsync(ContainerSpec container, TaskSpec task, CancellationToken cancellationToken)
    {
        var image = container.Image ?? "";
        var reference = ImageReference.Parse(image);
        var wanted = options.ImagePullBehavior;
        cleaner.Used(image);
        if (wanted == ImagePullBehavior.Once && pulledOnce.TryGetValue(image, out var known))
        {
            return new PulledImage(known, null, null, null);
        }

        // What a digest names cannot have changed. It may have been removed: then creating the container says so.
        if (reference.IsDigest && seen.TryGetValue(image, out var here))
        {
            return here;
        }

        if ((reference.IsDigest || wanted == ImagePullBehavior.PreferCached) && await CachedAsync(reference, image, cancellationToken).ConfigureAwait(false) is { } present)
        {
            if (reference.IsDigest)
            {
                Remember(image, present);
            }

            return present;
        }

        var startedAt = clock.GetUtcNow();
        using var whole = new CancellationTokenSource(options.ImagePullTimeout, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, whole.Token);
        try
        {
            return await PullAsync(container, task, reference, startedAt, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested && !lifetime.IsCancellationRequested)
        {
            var reason = PullTimeoutException.OfTransition("pulled", options.ImagePullTimeout).Message;
            return await InsteadAsync(reference, image, reason, startedAt, cancellationToken).ConfigureAwait(false) ?? throw new ImagePullException(reason, startedAt, late);
        }
    }

    private async Task<PulledImage> PullAsync(ContainerSpec container, TaskSpec task, ImageReference reference, DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        var image = container.Image ?? "";
        var backoff = new Backoff(FirstRetry, LongestRetry, 2, new Random());
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var auth = await credentials.ForAsync(container, task, cancellationToken).ConfigureAwait(false);
                var digest = await Share(reference, auth).WaitAsync(cancellationToken).ConfigureAwait(false);
                cleaner.Pulled(image);
                if (options.ImagePullBehavior == ImagePullBehavior.Once)
                {
                    pulledOnce[image] = digest;
                }

                return new PulledImage(digest, null, startedAt, clock.GetUtcNow());
            }
            catch (Exception failure) when (failure is DockerException or AwsCallException or HttpRequestException or PullTimeoutException)
            {
                LogPullFailed(image, attempt, failure.Message);
                var reason = Reason(failure);
                if (await InsteadAsync(reference, image, reason, startedAt, cancellationToken).ConfigureAwait(false) is { } cached)
                {
                    return cached;
                }

                if (attempt == MaxAttempts || IsDefinite(failure))
                {
                    throw new ImagePullException(reason, startedAt, failure);
                }

                await backoff.WaitAsync(clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The engine says that it does not have an image.</summary>
    /// <returns>True where it was remembered to be here, so that it is worth asking for again.</returns>
    public bool Forget(string image) => seen.TryRemove(image, out _) | pulledOnce.TryRemove(image, out _);

    private void Remember(string image, PulledImage present)
    {
        if (seen.Count >= MaxSeen)
        {
            seen.Clear();
        }

        seen[image] = present;
    }

    private static string Reason(Exception failure) => failure switch
    {
        AwsCallException or HttpRequestException => $"CannotPullECRContainerError: {failure.Message}",
        PullTimeoutException => failure.Message,
        _ => $"CannotPullContainerError: {failure.Message}",
    };

    /// <summary>True where the registry has said no, so that asking again would be pointless.</summary>
    private static bool IsDefinite(Exception failure) =>
        failure is AwsCallException { IsTransient: false }
        || failure is DockerException { Status: HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized }
        || new[] { "manifest unknown", "no matching manifest", "no space left on device", "not found", "denied", "unauthorized", "no basic auth", "invalid reference" }.Any(sign => failure.Message.Contains(sign, StringComparison.OrdinalIgnoreCase));

    /// <summary>The image that is here already, where it may stand in for one that could not be pulled.</summary>
    private async Task<PulledImage?> InsteadAsync(ImageReference reference, string image, string reason, DateTimeOffset startedAt, CancellationToken cancellationToken) =>
        options.ImagePullBehavior == ImagePullBehavior.Default && await CachedAsync(reference, image, cancellationToken).ConfigureAwait(false) is { } cached
            // An image without a digest was built here; that no registry has it is no news to anyone.
            ? cached with { Warning = cached.Digest is null ? null : reason, StartedAt = startedAt, StoppedAt = clock.GetUtcNow() }
            : null;

    /// <returns>Null also where the engine cannot say: then the pull tells what is wrong.</returns>
    private async Task<PulledImage?> CachedAsync(ImageReference reference, string image, CancellationToken cancellationToken)
    {
        try
        {
            return await docker.InspectImageAsync(image, cancellationToken).ConfigureAwait(false) is { } cached ? new(Digest(cached, reference), null, null, null) : null;
        }
        catch (DockerException trouble)
        {
            LogNotSeen(image, trouble.Message);
            return null;
        }
    }

    private static string? Digest(DockerImage image, ImageReference reference) =>
        image.RepoDigests?.FirstOrDefault(digest => digest.StartsWith($"{reference.Name}@", StringComparison.Ordinal))?[(reference.Name.Length + 1)..];

    /// <summary>
    /// Joins the pull that begins next, not one under way: that may have read its manifest before this caller's
    /// image was pushed.
    /// </summary>
    private Task<string?> Share(ImageReference reference, DockerAuth? auth)
    {
        var key = $"{reference.Name} {reference.Reference} {auth?.Password}";
        lock (gate)
        {
            if (running.TryGetValue(key, out var shared))
            {
                return shared.Next ??= RunAsync(key, shared, shared.Current, reference, auth);
            }

            shared = new SharedPull();
            running.Add(key, shared);
            return shared.Current = RunAsync(key, shared, null, reference, auth);
        }
    }

    private async Task<string?> RunAsync(string key, SharedPull shared, Task<string?>? before, ImageReference reference, DockerAuth? auth)
    {
        await Task.Yield();
        if (before is not null)
        {
            await ((Task)before).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lock (gate)
            {
                (shared.Current, shared.Next) = (shared.Next ?? shared.Current, null);
            }
        }

        try
        {
            await slots.WaitAsync(lifetime).ConfigureAwait(false);
            try
            {
                return await TryAsync(reference, auth).ConfigureAwait(false);
            }
            finally
            {
                slots.Release();
            }
        }
        finally
        {
            lock (gate)
            {
                if (shared.Next is null)
                {
                    running.Remove(key);
                }
            }
        }
    }

    /// <summary>One try, given up when the engine says nothing for too long, or nothing new.</summary>
    private async Task<string?> TryAsync(ImageReference reference, DockerAuth? auth)
    {
        var progress = new PullProgress();
        using var whole = new CancellationTokenSource(options.ImagePullTimeout, clock);
        using var silence = new CancellationTokenSource(options.ImagePullBeginTimeout, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(lifetime, whole.Token, silence.Token);
        try
        {
            return await docker.PullImageAsync(reference.Name, reference.Reference, auth, Hear, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!lifetime.IsCancellationRequested)
        {
            throw whole.IsCancellationRequested ? PullTimeoutException.OfTransition("pulled", options.ImagePullTimeout)
                : progress.HasBegun ? PullTimeoutException.OfProgress()
                : PullTimeoutException.OfTransition("pullBegin", options.ImagePullBeginTimeout);
        }

        void Hear(DockerPullLine line)
        {
            if (progress.Advances(line))
            {
                silence.CancelAfter(options.ImagePullInactivityTimeout);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The engine does not say whether it has {Image}: {Reason}")]
    private partial void LogNotSeen(string image, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Pulling {Image} failed, attempt {Attempt}: {Reason}")]
    private partial void LogPullFailed(string image, int attempt, string reason);
}
