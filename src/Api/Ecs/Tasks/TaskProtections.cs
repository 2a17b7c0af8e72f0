using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record ProtectedTaskShape
{
    public string? TaskArn { get; set; }

    public bool? ProtectionEnabled { get; set; }

    public DateTimeOffset? ExpirationDate { get; set; }
}

/// <summary>Scale-in protection of tasks between the wire and the domain.</summary>
internal static class TaskProtections
{
    /// <summary>The ids of the tasks a call names.</summary>
    public static List<string> Ids(List<string>? tasks, string cluster, RequestContext caller, int most)
    {
        var asked = tasks is { Count: > 0 } ? tasks : throw AwsException.InvalidParameter("Tasks cannot be empty.");
        return asked.Count <= most
            ? [.. asked.Select(identifier => EcsIdentifiers.Task(identifier, cluster, caller)).Distinct(StringComparer.Ordinal)]
            : throw AwsException.InvalidParameter($"Tasks cannot have more than {most} entries.");
    }

    public static ProtectedTaskShape Show(ClusterState state, EcsTask task) => new()
    {
        TaskArn = state.TaskArn(task.Id),
        ProtectionEnabled = task.Protection is not null,
        ExpirationDate = task.Protection?.ExpiresAt,
    };

    public static FailureShape Show(ClusterState state, TaskProtectionFailure failure) =>
        new() { Arn = EcsIdentifiers.ArnOf(failure.TaskId, state.TaskArn), Reason = failure.Reason, Detail = failure.Detail };
}
