using Berth.Wire;

namespace Berth.Logs;

/// <summary>Takes tags off a group.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagResource.html</remarks>
internal sealed class UntagResource(LogStore store) : IOperation<UntagResource.Request, NoOutput>
{
    internal sealed record Request(string? ResourceArn, IReadOnlyList<string>? TagKeys);

    public ValueTask<NoOutput> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = LogGroupNames.ByResourceArn(request.ResourceArn, context);
        Constraints.Required(request.TagKeys, "tagKeys");
        GroupTags.Remove(store.Find(id), request.TagKeys);
        return ValueTask.FromResult(NoOutput.Instance);
    }
}
