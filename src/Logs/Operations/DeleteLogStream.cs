using Berth.Wire;

namespace Berth.Logs;

/// <summary>Removes a log stream with its events.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogStream.html</remarks>
internal sealed class DeleteLogStream(LogStore store) : IOperation<DeleteLogStream.Request, NoOutput>
{
    internal sealed record Request(string? LogGroupName, string? LogStreamName);

    public async ValueTask<NoOutput> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = LogGroupNames.ByName(request.LogGroupName, context);
        var name = Constraints.LogStreamName(request.LogStreamName);
        await store.Find(id).DeleteStreamAsync(name).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
