using Berth.Wire;

namespace Berth.Logs;

/// <summary>Makes a log stream in a group.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html</remarks>
internal sealed class CreateLogStream(LogStore store) : IOperation<CreateLogStream.Request, NoOutput>
{
    internal sealed record Request(string? LogGroupName, string? LogStreamName);

    public async ValueTask<NoOutput> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = LogGroupNames.ByName(request.LogGroupName, context);
        var name = Constraints.LogStreamName(request.LogStreamName);
        await store.Find(id).CreateStreamAsync(name).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
