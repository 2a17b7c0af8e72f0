using Berth.Wire;

namespace Berth.Logs;

/// <summary>Makes a log group, with its tags.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html</remarks>
internal sealed class CreateLogGroup(LogStore store, TimeProvider clock) : IOperation<CreateLogGroup.Request, NoOutput>
{
    internal sealed record Request(
        string? LogGroupName,
        string? KmsKeyId,
        Dictionary<string, string>? Tags,
        string? LogGroupClass,
        bool? DeletionProtectionEnabled);

    public async ValueTask<NoOutput> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = LogGroupNames.ByName(request.LogGroupName, context);
        if (id.Name.StartsWith("aws/", StringComparison.Ordinal))
        {
            throw AwsException.InvalidParameter("Log groups starting with AWS/ are reserved for AWS.");
        }

        var tags = request.Tags ?? [];
        Constraints.Tags(tags);
        if (tags.Count > Constraints.MostTags)
        {
            throw AwsException.InvalidParameter("The resource can have no more than 50 user tags.");
        }

        var settings = new GroupSettings
        {
            Name = id.Name,
            CreatedAt = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            Tags = tags,
            KmsKeyId = request.KmsKeyId,
            LogGroupClass = Constraints.OneOf(request.LogGroupClass, "logGroupClass", "STANDARD", "INFREQUENT_ACCESS", "DELIVERY") ?? "STANDARD",
            IsDeletionProtected = request.DeletionProtectionEnabled ?? false,
        };
        await store.CreateAsync(id, settings, cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
