using Berth.Wire;

namespace Berth.Logs;

/// <summary>Removes a log group with all its streams and events.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html</remarks>
internal sealed class DeleteLogGroup(LogStore store) : IOperation<DeleteLogGroup.Request, NoOutput>
{
    internal sealed record Request(string? LogGroupName);

    public async ValueTask<NoOutput> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var group = store.Find(LogGroupNames.ByName(request.LogGroupName, context));
        if (group.Settings.IsDeletionProtected)
        {
            throw new AwsException("ValidationException", 400, "The log group has deletion protection enabled and cannot be deleted.");
        }

        await store.DeleteAsync(group.Id, cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
