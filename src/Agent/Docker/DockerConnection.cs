using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>
/// Follows the engine's events, and knows whether there is an engine: while there is none, work waits here, and when
/// it is back everything is looked at again.
/// </summary>
internal sealed partial class DockerConnection(DockerEngine docker, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(2);

    private volatile TaskCompletionSource up = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsUp => up.Task.IsCompleted;

    public DateTimeOffset LastChange { get; private set; } = clock.GetUtcNow();

    public Task WhenUpAsync(CancellationToken cancellationToken) => up.Task.WaitAsync(cancellationToken);

    /// <summary>Follows the events of one label for ever.</summary>
    /// <param name="label">The label, <c>NAME=VALUE</c>.</param>
    /// <param name="reconnected">Called each time the events flow again; what happened before is not told.</param>
    /// <param name="happened">Called for each event, in order.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    public async Task FollowAsync(string label, Func<Task> reconnected, Action<DockerEvent> happened, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(FirstRetry, LongestRetry, 2, new Random());
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await docker.NegotiateAsync(cancellationToken).ConfigureAwait(false);
                await foreach (var @event in docker.EventsAsync(label, SubscribedAsync, cancellationToken).ConfigureAwait(false))
                {
                    happened(@event);
                }
            }
            catch (Exception failure)
            {
                cancellationToken.ThrowIfCancellationRequested();
                LogAway(failure.Message);
            }

            if (IsUp)
            {
                LastChange = clock.GetUtcNow();
                up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            await backoff.WaitAsync(clock, cancellationToken).ConfigureAwait(false);
        }

        async Task SubscribedAsync()
        {
            backoff.Reset();
            LastChange = clock.GetUtcNow();
            up.TrySetResult();
            await reconnected().ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The Docker Engine does not answer: {Reason}")]
    private partial void LogAway(string reason);
}
