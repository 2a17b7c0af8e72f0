namespace Berth.Agent;

/// <summary>
/// What part of a network namespace's figures is told of one container. Those of an interface that all of a task's
/// containers share are divided among them, as the official agent does, so that their sum is the task's. Of a namespace
/// that served a task before, what passed then is not counted.
/// </summary>
/// <param name="Sharers">How many containers share it; at least 1.</param>
/// <param name="Before">What had passed before the task came.</param>
internal readonly record struct NetworkShare(int Sharers, NetworkCounters Before)
{
    public static NetworkShare Of(TaskState task) => task.Sandbox switch
    {
        { Interface: not null } => new(task.Containers.Length, default),
        { FromPool: true } ready => new(1, ready.PassedBefore),
        _ => new(1, default),
    };

    public NetworkCounters In(NetworkCounters passed) => (passed - Before) / Sharers;
}
