using System.Globalization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record RunTaskRequest
{
    public List<CapacityProviderStrategyItemShape>? CapacityProviderStrategy { get; set; }

    public string? Cluster { get; set; }

    public int? Count { get; set; }

    public bool? EnableECSManagedTags { get; set; }

    public bool? EnableExecuteCommand { get; set; }

    public string? Group { get; set; }

    public string? LaunchType { get; set; }

    public NetworkConfigurationShape? NetworkConfiguration { get; set; }

    public TaskOverrideShape? Overrides { get; set; }

    public List<PlacementConstraintShape>? PlacementConstraints { get; set; }

    public List<PlacementStrategyShape>? PlacementStrategy { get; set; }

    public string? PlatformVersion { get; set; }

    public string? PropagateTags { get; set; }

    public string? ReferenceId { get; set; }

    public string? StartedBy { get; set; }

    public List<TagShape>? Tags { get; set; }

    public string? TaskDefinition { get; set; }

    public string? ClientToken { get; set; }

    public List<TaskVolumeConfigurationShape>? VolumeConfigurations { get; set; }
}

internal sealed record RunTaskResponse
{
    public List<TaskShape>? Tasks { get; set; }

    public List<FailureShape>? Failures { get; set; }
}

/// <summary>Places tasks; those that find no room are told as failures.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html</remarks>
internal sealed class RunTask(ClusterStreams clusters, TaskLaunches launches, EcsQuotas quotas) : IOperation<RunTaskRequest, RunTaskResponse>
{
    private const int MostTokenLength = 64;

    public async ValueTask<RunTaskResponse> HandleAsync(RunTaskRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var count = request.Count ?? 1;
        if (count < 1 || count > quotas.TasksPerRunTask)
        {
            throw AwsException.InvalidParameter($"Count must be between 1 and {quotas.TasksPerRunTask}.");
        }

        CheckToken(request.ClientToken);

        // The cluster is looked at first: that it is not there matters more than what was to run in it.
        var known = await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false);
        var cluster = known.Name;
        var token = string.IsNullOrEmpty(request.ClientToken) ? null : request.ClientToken;
        var fingerprint = token is null ? "" : Fingerprint(request, context);
        if (RunTaskCommand.Repeat(known, token, fingerprint) is { } repeat)
        {
            return Answer(known, repeat);
        }

        var target = LaunchTarget.Read(request.LaunchType, request.CapacityProviderStrategy, request.PlatformVersion, known, context, quotas);
        target.CheckPlacement(request.PlacementStrategy, request.PlacementConstraints);
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
            target,
            cluster,
            context,
            cancellationToken).ConfigureAwait(false);
        var command = new RunTaskCommand(
            launch,
            count,
            PlacementRules.Strategies(request.PlacementStrategy),
            PlacementRules.Constraints(request.PlacementConstraints, launch.Definition),
            token,
            fingerprint)
        {
            Strategy = target.Strategy,
        };
        var placed = await clusters.ExecuteAsync(context, cluster, command, cancellationToken).ConfigureAwait(false);
        return Answer(await clusters.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false), placed);
    }

    /// <summary>Tasks of an earlier call that are no longer kept are told as DescribeTasks tells them.</summary>
    private static RunTaskResponse Answer(ClusterState state, PlacedTasks placed) => new()
    {
        Tasks = [.. placed.Tasks.Select(task => TaskAnswer.Of(state, task, withTags: true))],
        Failures =
        [
            .. placed.Failures.Select(failure => Failures.Show(state, failure)),
            .. placed.Forgotten.Select(id => new FailureShape { Arn = state.TaskArn(id), Reason = "MISSING" }),
        ],
    };

    private static void CheckToken(string? token)
    {
        if (token is not null && (token.Length > MostTokenLength || token.Any(character => character is < '!' or > '~')))
        {
            throw AwsException.InvalidParameter($"clientToken can have at most {MostTokenLength} printable ASCII characters.");
        }
    }

    /// <summary>
    /// The same for calls with the same arguments. A name and its ARN are the same; a family and its newest revision are
    /// not, as a call would no longer be its own repeat once another revision is registered.
    /// </summary>
    private static string Fingerprint(RunTaskRequest request, RequestContext caller)
    {
        var (family, revision) = TaskDefinitionReference.Parse(request.TaskDefinition, caller);
        var definition = revision is { } number ? $"{family}:{number.ToString(CultureInfo.InvariantCulture)}" : family;
        return CallFingerprint.Of(request with { ClientToken = null, Cluster = null, TaskDefinition = definition }, EcsJson.Shared.RunTaskRequest);
    }
}
