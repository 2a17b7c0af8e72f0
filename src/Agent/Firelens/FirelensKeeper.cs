using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>Makes ready what a log router needs before it is created, and removes it with its task.</summary>
/// <param name="directory">Where that lies.</param>
/// <param name="inputs">Fetches configurations from S3.</param>
/// <param name="cluster">The configured cluster, name or ARN.</param>
/// <param name="ec2InstanceId">The instance's EC2 id.</param>
/// <param name="logger">Is told of what could not be removed.</param>
internal sealed partial class FirelensKeeper(FirelensDirectory directory, InputSource inputs, string cluster, string ec2InstanceId, ILogger logger)
{
    /// <summary>Writes the configuration if the container is its task's router.</summary>
    /// <exception cref="ResourceInitializationException">It cannot be had, or not be written.</exception>
    public async Task PrepareAsync(ContainerState container, TaskSpec task, CancellationToken cancellationToken)
    {
        if (FirelensRouter.Of(task) is not { } router || router.Container != container.Name)
        {
            return;
        }

        var external = router.ConfigArn is { } arn ? await inputs.FirelensConfigAsync(arn, task, cancellationToken).ConfigureAwait(false) : null;
        directory.Write(task.Arn ?? "", FirelensConfig.Of(router, MetadataOf(task)), external);
    }

    /// <summary>Removes what a task's router has left, or says what it cannot.</summary>
    public void Remove(TaskState task)
    {
        if (directory.Remove(task.Arn) is { } reason)
        {
            LogLeft(task.Id, reason);
        }
    }

    private FirelensMetadata MetadataOf(TaskSpec task) => new(
        cluster[(cluster.LastIndexOf('/') + 1)..],
        task.Arn ?? "",
        $"{task.Family}:{task.Version}",
        task.LaunchType == "EC2" ? ec2InstanceId : null);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What the log router of task {Task} left cannot be removed: {Reason}")]
    private partial void LogLeft(string task, string reason);
}
