using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record ListTasksRequest
{
    public string? Cluster { get; set; }

    public string? ContainerInstance { get; set; }

    public string? Family { get; set; }

    public string? NextToken { get; set; }

    public int? MaxResults { get; set; }

    public string? StartedBy { get; set; }

    public string? ServiceName { get; set; }

    public string? DesiredStatus { get; set; }

    public string? LaunchType { get; set; }

    public string? DaemonName { get; set; }
}

internal sealed record ListTasksResponse
{
    public List<string>? TaskArns { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>Lists ARNs of tasks, by default of those that are to run.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html</remarks>
internal sealed class ListTasks(ClusterStreams clusters) : IOperation<ListTasksRequest, ListTasksResponse>
{
    private const string List = nameof(ListTasks);

    public async ValueTask<ListTasksResponse> HandleAsync(ListTasksRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        WireEnums.DesiredStatus.Require(request.DesiredStatus, "desiredStatus");
        WireEnums.LaunchType.Require(request.LaunchType, "launchType");
        if (request.StartedBy is not null && (request.Family ?? request.ServiceName ?? request.ContainerInstance ?? request.DaemonName) is not null)
        {
            throw AwsException.InvalidParameter("startedBy must be the only filter.");
        }

        var page = Page.Of(List, request.NextToken, request.MaxResults);
        var state = await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false);
        var service = request.ServiceName is null ? null : KnownService(state, request.ServiceName, context);
        var instance = request.ContainerInstance is null ? null : KnownInstance(state, request.ContainerInstance, context);

        var daemon = string.IsNullOrEmpty(request.DaemonName) ? null : KnownDaemon(state, request.DaemonName);

        // The narrowest index is walked from the page's key; the other filters are looked at task by task.
        var (filter, value) = service is not null ? (TaskFilter.Service, service)
            : daemon is not null ? (TaskFilter.Daemon, daemon)
            : instance is not null ? (TaskFilter.ContainerInstance, instance)
            : request.StartedBy is not null ? (TaskFilter.StartedBy, request.StartedBy)
            : request.Family is not null ? (TaskFilter.Family, request.Family)
            : (TaskFilter.All, "");
        TaskPhase[] phases = request.DesiredStatus switch
        {
            "STOPPED" => [TaskPhase.Stopping, TaskPhase.Stopped],
            "PENDING" => [],    // No task is ever meant to stay PENDING.
            _ => [TaskPhase.Live],
        };
        var behind = phases.Select(phase => state.TaskIndex.Of(filter, value, phase).After(page.After)).Aggregate(Enumerable.Empty<string>(), Merge);
        var (arns, next) = page.Find(List, behind, id => id, id => Matches(state.Tasks[id]), state.TaskArn);
        return new() { TaskArns = arns, NextToken = next };

        bool Matches(EcsTask task) =>
            (instance is null || task.ContainerInstanceId == instance)
            && (daemon is null || task.DaemonName == daemon)
            && (request.Family is null || task.Family == request.Family)
            && (request.LaunchType is null || task.LaunchType == request.LaunchType);
    }

    /// <summary>Ids of two ordered sequences in order, taken from each no further than they are asked for.</summary>
    private static IEnumerable<string> Merge(IEnumerable<string> one, IEnumerable<string> other)
    {
        using var left = one.GetEnumerator();
        using var right = other.GetEnumerator();
        var (inLeft, inRight) = (left.MoveNext(), right.MoveNext());
        while (inLeft || inRight)
        {
            if (inLeft && (!inRight || string.CompareOrdinal(left.Current, right.Current) <= 0))
            {
                yield return left.Current;
                inLeft = left.MoveNext();
            }
            else
            {
                yield return right.Current;
                inRight = right.MoveNext();
            }
        }
    }

    private static string KnownService(ClusterState state, string identifier, RequestContext context)
    {
        var name = EcsIdentifiers.Service(identifier, state.Name, context);
        return state.Services.ContainsKey(name) ? name : throw new AwsException("ServiceNotFoundException", 400, "Service not found.");
    }

    private static string KnownDaemon(ClusterState state, string name) =>
        state.Daemons.GetValueOrDefault(name) is { IsTold: true } ? name : throw AwsException.InvalidParameter("The specified daemon was not found.");

    private static string KnownInstance(ClusterState state, string identifier, RequestContext context)
    {
        var id = EcsIdentifiers.ContainerInstance(identifier, state.Name, context);
        return state.ContainerInstances.ContainsKey(id) ? id : throw AwsException.InvalidParameter($"Referenced container instance {id} not found.");
    }
}
