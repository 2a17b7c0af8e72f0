using Berth.Wire;

namespace Berth.Logs;

/// <summary>Takes tags off a group: the older form of <see cref="UntagResource"/>.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagLogGroup.html</remarks>
internal sealed class UntagLogGroup(LogStore store) : IOperation<UntagLogGroup.Request, NoOutput>
{
    internal sealed record Request(string? LogGroupName, IReadOnlyList<string>? Tags);

    public ValueTask<NoOutput> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = LogGroupNames.ByName(request.LogGroupName, context);
        Constraints.Required(request.Tags, "tags");
        GroupTags.Remove(store.Find(id), request.Tags);
        return ValueTask.FromResult(NoOutput.Instance);
    }
}
