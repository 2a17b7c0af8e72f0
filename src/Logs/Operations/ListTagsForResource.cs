using Berth.Wire;

namespace Berth.Logs;

/// <summary>Answers the tags of a group.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html</remarks>
internal sealed class ListTagsForResource(LogStore store) : IOperation<ListTagsForResource.Request, ListTagsForResource.Response>
{
    internal sealed record Request(string? ResourceArn);

    internal sealed record Response(IReadOnlyDictionary<string, string> Tags);

    public ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new Response(store.Find(LogGroupNames.ByResourceArn(request.ResourceArn, context)).Settings.Tags));
}
