using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record SubmitTaskStateChangeRequest
{
    public string? Cluster { get; set; }

    public string? Task { get; set; }

    public string? Status { get; set; }

    public string? Reason { get; set; }

    public List<ContainerStateChangeShape>? Containers { get; set; }

    public List<AttachmentStateChangeShape>? Attachments { get; set; }

    public List<ManagedAgentStateChangeShape>? ManagedAgents { get; set; }

    public DateTimeOffset? PullStartedAt { get; set; }

    public DateTimeOffset? PullStoppedAt { get; set; }

    public DateTimeOffset? ExecutionStoppedAt { get; set; }
}

internal sealed record SubmitTaskStateChangeResponse
{
    public string? Acknowledgment { get; set; }
}

/// <summary>An agent reports what became of a task. What is not known here is accepted: the agent would only repeat it.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SubmitTaskStateChange.html</remarks>
internal sealed class SubmitTaskStateChange(ClusterStreams clusters) : IOperation<SubmitTaskStateChangeRequest, SubmitTaskStateChangeResponse>
{
    public async ValueTask<SubmitTaskStateChangeResponse> HandleAsync(SubmitTaskStateChangeRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var cluster = EcsIdentifiers.Cluster(request.Cluster, context);
        var command = new SubmitTaskStateChangeCommand(EcsIdentifiers.Task(request.Task, cluster, context))
        {
            Status = TaskReports.TaskStatus(request.Status),
            Reason = request.Reason,
            Containers = [.. (request.Containers ?? []).Select(TaskReports.Container), .. TaskReports.ManagedAgents(request.ManagedAgents)],
            Attachments = [.. TaskReports.Attachments(request.Attachments)],
            PullStartedAt = request.PullStartedAt,
            PullStoppedAt = request.PullStoppedAt,
            ExecutionStoppedAt = request.ExecutionStoppedAt,
        };
        await clusters.TryExecuteAsync(context, cluster, command, cancellationToken).ConfigureAwait(false);
        return new() { Acknowledgment = TaskReports.Acknowledgment };
    }
}
