using Berth.Wire;

namespace Berth.Logs;

/// <summary>Guards a log group against deletion, or ends that.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogGroupDeletionProtection.html</remarks>
internal sealed class PutLogGroupDeletionProtection(LogStore store) : IOperation<PutLogGroupDeletionProtection.Request, NoOutput>
{
    internal sealed record Request(string? LogGroupIdentifier, bool? DeletionProtectionEnabled);

    public ValueTask<NoOutput> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = LogGroupNames.ByIdentifier(request.LogGroupIdentifier, context);
        Constraints.Required(request.DeletionProtectionEnabled, "deletionProtectionEnabled");
        store.Find(id).Change(settings => settings with { IsDeletionProtected = request.DeletionProtectionEnabled.Value });
        return ValueTask.FromResult(NoOutput.Instance);
    }
}
