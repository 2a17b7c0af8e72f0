using System.Collections.Frozen;
using Berth.Wire;

namespace Berth.Logs;

/// <summary>Sets the days after which a group's events are gone.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html</remarks>
internal sealed class PutRetentionPolicy(LogStore store) : IOperation<PutRetentionPolicy.Request, NoOutput>
{
    private static readonly FrozenSet<int> AllowedDays = FrozenSet.Create(
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653);

    internal sealed record Request(string? LogGroupName, int? RetentionInDays);

    public ValueTask<NoOutput> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = LogGroupNames.ByName(request.LogGroupName, context);
        Constraints.Required(request.RetentionInDays, "retentionInDays");
        var days = request.RetentionInDays.Value;
        if (!AllowedDays.Contains(days))
        {
            throw Constraints.Refused($"'{days}'", "retentionInDays", $"Member must satisfy enum value set: [{string.Join(", ", AllowedDays.Order())}]");
        }

        store.Find(id).Change(settings => settings with { RetentionInDays = days });
        return ValueTask.FromResult(NoOutput.Instance);
    }
}
