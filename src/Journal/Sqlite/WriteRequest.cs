namespace Berth.Journal;

/// <summary>One change waiting for the writer. It is either withdrawn by its caller or taken by the writer, never both.</summary>
internal abstract class WriteRequest
{
    private int taken;

    /// <summary>The id of the stream it changes.</summary>
    internal required string Stream { get; init; }

    /// <summary>How much it weighs in a batch, in characters.</summary>
    internal required int Characters { get; init; }

    /// <summary>Claims the request; false when the other side was first.</summary>
    internal bool TryTake() => Interlocked.Exchange(ref taken, 1) == 0;

    /// <summary>Makes the change within the open transaction. May run again after a rollback.</summary>
    internal abstract void Run(WriteSession session);

    /// <summary>The transaction is durable: tells the caller the outcome of <see cref="Run"/>.</summary>
    internal abstract void Complete();

    /// <summary>The transaction is not known to be durable.</summary>
    internal abstract void Fail(Exception exception);
}

/// <inheritdoc/>
internal sealed class WriteRequest<T>(Func<WriteSession, T> work) : WriteRequest
{
    private readonly TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? result;
    private Exception? refusal;

    /// <summary>The outcome. Canceled only when nothing was and will be written.</summary>
    internal async ValueTask<T> AnswerAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(
            static (request, token) => ((WriteRequest<T>)request!).Withdraw(token), this);
        return await answer.Task.ConfigureAwait(false);
    }

    internal override void Run(WriteSession session)
    {
        (result, refusal) = (default, null);
        try
        {
            result = work(session);
        }
        catch (Engine.JournalConflictException exception)
        {
            refusal = exception;     // Thrown before anything was changed, so the rest of the batch goes on.
        }
    }

    internal override void Complete()
    {
        if (refusal is not null)
        {
            answer.SetException(refusal);
        }
        else
        {
            answer.SetResult(result!);     // Set by Run: one of the two is there.
        }
    }

    internal override void Fail(Exception exception) => answer.SetException(exception);

    private void Withdraw(CancellationToken cancellationToken)
    {
        if (TryTake())
        {
            answer.SetCanceled(cancellationToken);
        }
    }
}
