using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record GetTaskProtectionRequest
{
    public string? Cluster { get; set; }

    public List<string>? Tasks { get; set; }
}

internal sealed record GetTaskProtectionResponse
{
    public List<ProtectedTaskShape>? ProtectedTasks { get; set; }

    public List<FailureShape>? Failures { get; set; }
}

/// <summary>Tells the scale-in protection of services' tasks: of those named or, as the model lets a call name none, of those that have one.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_GetTaskProtection.html</remarks>
internal sealed class GetTaskProtection(ClusterStreams clusters) : IOperation<GetTaskProtectionRequest, GetTaskProtectionResponse>
{
    private const int MostTasks = 100;

    public async ValueTask<GetTaskProtectionResponse> HandleAsync(GetTaskProtectionRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.Cluster))
        {
            throw AwsException.InvalidParameter("Cluster can not be blank.");
        }

        var state = await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false);
        var answer = new GetTaskProtectionResponse { ProtectedTasks = [], Failures = [] };
        if (request.Tasks is not { Count: > 0 })
        {
            var held = state.TaskIndex.Of(TaskFilter.Protected, "", TaskPhase.Live);
            if (held.Count > MostTasks)
            {
                throw AwsException.InvalidParameter($"More than {MostTasks} tasks are protected. Name the tasks to tell of.");    // The answer has no pages.
            }

            answer.ProtectedTasks.AddRange(held.Select(id => TaskProtections.Show(state, state.Tasks[id])));
            return answer;
        }

        foreach (var id in TaskProtections.Ids(request.Tasks, state.Name, context, MostTasks))
        {
            switch (state.Tasks.GetValueOrDefault(id))
            {
                case null:
                    answer.Failures.Add(TaskProtections.Show(state, new TaskProtectionFailure(id, "MISSING")));
                    break;
                case { ServiceName: null }:
                    answer.Failures.Add(TaskProtections.Show(state, new TaskProtectionFailure(id, "TASK_NOT_VALID", "The task does not belong to a service.")));
                    break;
                case var task:
                    answer.ProtectedTasks.Add(TaskProtections.Show(state, task));
                    break;
            }
        }

        return answer;
    }
}
