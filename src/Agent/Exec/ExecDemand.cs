namespace Berth.Agent;

/// <summary>Which tasks want ExecuteCommand: the control channel is open only while there are any. Safe for several threads.</summary>
internal sealed class ExecDemand
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Action> tasks = new(StringComparer.Ordinal);
    private TaskCompletionSource wanted = New(), unwanted = New();
    private bool isConnected;

    /// <summary>Adds a task.</summary>
    /// <param name="arn">The task.</param>
    /// <param name="ready">Is called when the control channel is open, as often as it is opened.</param>
    public void Add(string arn, Action ready)
    {
        lock (gate)
        {
            tasks[arn] = ready;
            wanted.TrySetResult();
            unwanted = unwanted.Task.IsCompleted ? New() : unwanted;
            if (!isConnected)
            {
                return;
            }
        }

        ready();
    }

    /// <summary>Takes a task out.</summary>
    public void Remove(string arn)
    {
        lock (gate)
        {
            if (tasks.Remove(arn) && tasks.Count == 0)
            {
                wanted = New();
                unwanted.TrySetResult();
            }
        }
    }

    public Task WhenWantedAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return wanted.Task.WaitAsync(cancellationToken);
        }
    }

    public Task WhenUnwantedAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return unwanted.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The control channel is open.</summary>
    public void Connected()
    {
        List<Action> told;
        lock (gate)
        {
            isConnected = true;
            told = [.. tasks.Values];
        }

        told.ForEach(ready => ready());
    }

    /// <summary>The control channel is not open any more.</summary>
    public void Disconnected()
    {
        lock (gate)
        {
            isConnected = false;
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
