using Berth.Wire;

namespace Berth.Logs;

/// <summary>Adds tags to a group: the older form of <see cref="TagResource"/>.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagLogGroup.html</remarks>
internal sealed class TagLogGroup(LogStore store) : IOperation<TagLogGroup.Request, NoOutput>
{
    internal sealed record Request(string? LogGroupName, Dictionary<string, string>? Tags);

    public ValueTask<NoOutput> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = LogGroupNames.ByName(request.LogGroupName, context);
        Constraints.Required(request.Tags, "tags");
        GroupTags.Add(store.Find(id), request.Tags, () => AwsException.InvalidParameter(LogsErrors.TooManyTags().Message));
        return ValueTask.FromResult(NoOutput.Instance);
    }
}
