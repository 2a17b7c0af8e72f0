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

/// <summary>An agent reports attachments; nothing here attaches any, so there is nothing to change.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SubmitAttachmentStateChanges.html</remarks>
internal sealed class SubmitAttachmentStateChanges : IOperation<SubmitAttachmentStateChangesRequest, SubmitAttachmentStateChangesResponse>
{
    public ValueTask<SubmitAttachmentStateChangesResponse> HandleAsync(SubmitAttachmentStateChangesRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        if (request.Attachments is null)
        {
            throw AwsException.InvalidParameter("Attachments can not be null.");
        }

        return ValueTask.FromResult(new SubmitAttachmentStateChangesResponse { Acknowledgment = TaskReports.Acknowledgment });
    }
}
