namespace Berth.Agent;

/// <summary>Docker had its time for a step; whether it takes it later is unknown. The message is the reason reported.</summary>
internal sealed class DockerTimeoutException(string state, TimeSpan after, Exception inner)
    : Exception($"DockerTimeoutError: Could not transition to {state}; timed out after waiting {(int)after.TotalMinutes}m{after.Seconds}s", inner);

/// <summary>How long Docker may take to bring a container to a state.</summary>
/// <param name="State">The state, as the reason reported names it.</param>
/// <param name="Limit">The time.</param>
internal readonly record struct DockerPatience(string State, TimeSpan Limit)
{
    public static DockerPatience ToCreate(AgentOptions options) => new("created", options.ContainerCreateTimeout);

    public static DockerPatience ToStart(AgentOptions options) => new("started", options.ContainerStartTimeout);

    /// <summary>Waits for a step for so long and no longer.</summary>
    /// <exception cref="DockerTimeoutException">The step was given up.</exception>
    public async Task<T> WaitAsync<T>(Func<CancellationToken, Task<T>> step, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            return await step(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException late) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new DockerTimeoutException(State, Limit, late);
        }
    }

    /// <inheritdoc cref="WaitAsync{T}"/>
    public Task WaitAsync(Func<CancellationToken, Task> step, CancellationToken cancellationToken) => WaitAsync(
        async limit =>
        {
            await step(limit).ConfigureAwait(false);
            return true;
        },
        cancellationToken);
}
