using Berth.Wire;

namespace Berth.Logs;

/// <summary>Adds tags to a group, or changes their values.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html</remarks>
internal sealed class TagResource(LogStore store) : IOperation<TagResource.Request, NoOutput>
{
    internal sealed record Request(string? ResourceArn, Dictionary<string, string>? Tags);

    public ValueTask<NoOutput> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = LogGroupNames.ByResourceArn(request.ResourceArn, context);
        Constraints.Required(request.Tags, "tags");
        GroupTags.Add(store.Find(id), request.Tags, LogsErrors.TooManyTags);
        return ValueTask.FromResult(NoOutput.Instance);
    }
}
