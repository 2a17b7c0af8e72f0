using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record StartTaskRequest
{
    public string? Cluster { get; set; }

    public List<string>? ContainerInstances { get; set; }

    public bool? EnableECSManagedTags { get; set; }

    public bool? EnableExecuteCommand { get; set; }

    public string? Group { get; set; }

    public NetworkConfigurationShape? NetworkConfiguration { get; set; }

    public TaskOverrideShape? Overrides { get; set; }

    public string? PropagateTags { get; set; }

    public string? ReferenceId { get; set; }

    public string? StartedBy { get; set; }

    public List<TagShape>? Tags { get; set; }

    public string? TaskDefinition { get; set; }

    public List<TaskVolumeConfigurationShape>? VolumeConfigurations { get; set; }
}

internal sealed record StartTaskResponse
{
    public List<TaskShape>? Tasks { get; set; }

    public List<FailureShape>? Failures { get; set; }
}

/// <summary>Places one task on each container instance named, if it fits there.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StartTask.html</remarks>
internal sealed class StartTask(ClusterStreams clusters, TaskLaunches launches, EcsQuotas quotas) : IOperation<StartTaskRequest, StartTaskResponse>
{
    public async ValueTask<StartTaskResponse> HandleAsync(StartTaskRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var asked = request.ContainerInstances is { Count: > 0 } given ? given : throw AwsException.InvalidParameter("Container Instances cannot be empty.");
        if (asked.Count > quotas.InstancesPerStartTask)
        {
            throw AwsException.InvalidParameter($"Container Instances cannot have more than {quotas.InstancesPerStartTask} entries.");
        }

        var cluster = (await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false)).Name;
        var instances = asked.ConvertAll(identifier => EcsIdentifiers.ContainerInstance(identifier, cluster, context));
        var launch = await launches.ReadAsync(
            new()
            {
                TaskDefinition = request.TaskDefinition,
                Overrides = request.Overrides,
                Group = request.Group,
                StartedBy = request.StartedBy,
                ReferenceId = request.ReferenceId,
                Tags = request.Tags,
                PropagateTags = request.PropagateTags,
                EnableEcsManagedTags = request.EnableECSManagedTags,
                EnableExecuteCommand = request.EnableExecuteCommand,
                NetworkConfiguration = request.NetworkConfiguration,
                VolumeConfigurations = request.VolumeConfigurations,
            },
            LaunchTarget.Instances,
            cluster,
            context,
            cancellationToken).ConfigureAwait(false);
        var placed = await clusters.ExecuteAsync(context, cluster, new StartTaskCommand(launch, [.. instances]), cancellationToken).ConfigureAwait(false);
        var state = await clusters.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        return new()
        {
            Tasks = [.. placed.Tasks.Select(task => TaskAnswer.Of(state, task, withTags: true))],
            Failures = [.. placed.Failures.Select(failure => Failures.Show(state, failure))],
        };
    }
}
