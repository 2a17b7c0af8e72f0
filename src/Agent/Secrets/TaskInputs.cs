namespace Berth.Agent;

/// <summary>
/// The values of one task: fetched once, for all of its containers together, when the first of them is about to be created.
/// Forgotten when the last has started; after a restart of the agent they are fetched anew.
/// </summary>
internal sealed class TaskInputs(InputSource source)
{
    private readonly Lock gate = new();
    private Task<IReadOnlyDictionary<string, ContainerInputs>>? fetch;

    /// <param name="container">The container's name.</param>
    /// <param name="task">Its task.</param>
    /// <param name="stopping">Cancelled when the task is to stop: then nothing is waited for.</param>
    /// <param name="ending">Cancelled when the agent ends.</param>
    /// <exception cref="ResourceInitializationException">Something the task needs cannot be had.</exception>
    public async Task<ContainerInputs> ForAsync(string container, TaskSpec task, CancellationToken stopping, CancellationToken ending)
    {
        if (task.Containers.FirstOrDefault(spec => spec.Name == container) is not ({ Secrets.Count: > 0 } or { EnvironmentFiles.Count: > 0 }))
        {
            return ContainerInputs.None;
        }

        Task<IReadOnlyDictionary<string, ContainerInputs>> fetched;
        lock (gate)
        {
            fetched = fetch ??= FetchAsync(task, stopping, ending);
        }

        return (await fetched.ConfigureAwait(false)).GetValueOrDefault(container) ?? ContainerInputs.None;
    }

    /// <summary>A text of Docker's about a container, without the secrets that may be in it.</summary>
    public string Conceal(string container, string text)
    {
        lock (gate)
        {
            return fetch is { IsCompletedSuccessfully: true, Result: var values } && values.TryGetValue(container, out var given) ? given.Conceal(text) : text;
        }
    }

    /// <summary>Lets go of the values.</summary>
    public void Forget()
    {
        lock (gate)
        {
            fetch = null;
        }
    }

    private async Task<IReadOnlyDictionary<string, ContainerInputs>> FetchAsync(TaskSpec task, CancellationToken stopping, CancellationToken ending)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, ending);
        return await source.FetchAsync(task, either.Token).ConfigureAwait(false);
    }
}
