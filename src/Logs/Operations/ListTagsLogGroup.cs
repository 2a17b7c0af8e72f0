using Berth.Wire;

namespace Berth.Logs;

/// <summary>Answers the tags of a group: the older form of <see cref="ListTagsForResource"/>.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsLogGroup.html</remarks>
internal sealed class ListTagsLogGroup(LogStore store) : IOperation<ListTagsLogGroup.Request, ListTagsLogGroup.Response>
{
    internal sealed record Request(string? LogGroupName);

    internal sealed record Response(IReadOnlyDictionary<string, string> Tags);

    public ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new Response(store.Find(LogGroupNames.ByName(request.LogGroupName, context)).Settings.Tags));
}
