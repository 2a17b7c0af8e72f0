using Berth.Wire;

namespace Berth.Logs;

/// <summary>Lets a group's events stay for ever.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteRetentionPolicy.html</remarks>
internal sealed class DeleteRetentionPolicy(LogStore store) : IOperation<DeleteRetentionPolicy.Request, NoOutput>
{
    internal sealed record Request(string? LogGroupName);

    public ValueTask<NoOutput> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        store.Find(LogGroupNames.ByName(request.LogGroupName, context)).Change(settings => settings with { RetentionInDays = null });
        return ValueTask.FromResult(NoOutput.Instance);
    }
}
