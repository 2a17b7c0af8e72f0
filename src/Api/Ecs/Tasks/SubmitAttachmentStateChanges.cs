using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record SubmitAttachmentStateChangesRequest
{
    public string? Cluster { get; set; }

    public List<AttachmentStateChangeShape>? Attachments { get; set; }
}

internal sealed record SubmitAttachmentStateChangesResponse
{
    public string? Acknowledgment { get; set; }
}

/// <summary>An agent reports attachments. Those of tasks are taken in; what is not known here is accepted: the agent would only repeat it.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SubmitAttachmentStateChanges.html</remarks>
internal sealed class SubmitAttachmentStateChanges(ClusterStreams clusters) : IOperation<SubmitAttachmentStateChangesRequest, SubmitAttachmentStateChangesResponse>
{
    public async ValueTask<SubmitAttachmentStateChangesResponse> HandleAsync(SubmitAttachmentStateChangesRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        if (request.Attachments is null)
        {
            throw AwsException.InvalidParameter("Attachments can not be null.");
        }

        var cluster = EcsIdentifiers.Cluster(request.Cluster, context);
        foreach (var report in TaskReports.Attachments(request.Attachments))
        {
            var command = new SubmitTaskStateChangeCommand(TaskNetworkInterface.TaskIdOf(report.AttachmentId)) { Attachments = [report] };
            await clusters.TryExecuteAsync(context, cluster, command, cancellationToken).ConfigureAwait(false);
        }

        return new() { Acknowledgment = TaskReports.Acknowledgment };
    }
}
