using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>Something that belongs to a service, as its ARN names it.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Service">The service's name.</param>
/// <param name="Id">Its own id.</param>
internal readonly record struct PartOfService(string Cluster, string Service, string Id);

/// <summary>Reads ARNs of the form <c>…:TYPE/CLUSTER/SERVICE/ID</c>.</summary>
internal static class ServiceArns
{
    /// <summary>The parts of an ARN of that type in the caller's account and region; null when it is another.</summary>
    public static PartOfService? TryRead(string? arn, string type, RequestContext caller)
    {
        var prefix = $"arn:aws:ecs:{caller.Region}:{caller.AccountId}:{type}/";
        return arn?.StartsWith(prefix, StringComparison.Ordinal) == true
            && arn[prefix.Length..].Split('/', 3) is [{ Length: > 0 } cluster, { Length: > 0 } service, { Length: > 0 } id]
            ? new(cluster, service, id)
            : null;
    }

    /// <summary>The same of a required ARN.</summary>
    public static PartOfService Read(string? arn, string type, string member, RequestContext caller) =>
        string.IsNullOrEmpty(arn) ? throw AwsException.InvalidParameter($"{member} can not be blank.")
        : TryRead(arn, type, caller) ?? throw AwsException.InvalidParameter($"{member} is not a valid {type} ARN.");

    /// <summary>A task set's id, given as such or as an ARN of this service.</summary>
    public static string TaskSet(string? text, string cluster, string service, RequestContext caller) =>
        string.IsNullOrEmpty(text) ? throw AwsException.InvalidParameter("TaskSet can not be blank.")
        : !text.StartsWith("arn:", StringComparison.Ordinal) ? text
        : TryRead(text, "task-set", caller) is { } part && part.Cluster == cluster && part.Service == service ? part.Id
        : throw AwsException.InvalidParameter("The task set ARN does not belong to the service.");

    /// <summary>Reads the states of the clusters that some ARNs name, each once; a cluster that is not there has none.</summary>
    public static async ValueTask<Dictionary<string, ClusterState?>> StatesAsync(
        this ClusterStreams clusters, IEnumerable<PartOfService> parts, RequestContext caller, CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, ClusterState?>(StringComparer.Ordinal);
        foreach (var cluster in parts.Select(part => part.Cluster).Distinct(StringComparer.Ordinal))
        {
            states.Add(cluster, await clusters.FindAsync(caller, cluster, cancellationToken).ConfigureAwait(false));
        }

        return states;
    }

    /// <summary>Decides a command on a rollout. Where its cluster is not there, neither is the rollout.</summary>
    public static async ValueTask<TResult> ExecuteOnRolloutAsync<TResult>(
        this ClusterStreams clusters, PartOfService rollout, Command<ClusterAggregate, TResult> command, RequestContext caller, CancellationToken cancellationToken) =>
        await clusters.FindAsync(caller, rollout.Cluster, cancellationToken).ConfigureAwait(false) is null
            ? throw new AwsException("ServiceDeploymentNotFoundException", 400, "The service deployment was not found.")
            : await clusters.ExecuteAsync(caller, rollout.Cluster, command, cancellationToken).ConfigureAwait(false);
}
