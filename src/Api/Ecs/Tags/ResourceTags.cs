using System.Collections.Immutable;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>The tags of any resource, found by its ARN.</summary>
internal sealed class ResourceTags(AccountStreams account, ClusterStreams clusters)
{
    /// <summary>The tags a resource has.</summary>
    public async ValueTask<ImmutableArray<ResourceTag>> ReadAsync(string? arn, RequestContext caller, CancellationToken cancellationToken)
    {
        var resource = Parse(arn, caller);
        if (resource.Definition is { } key)
        {
            var found = await account.QueryAsync(caller, new FindTaskDefinitionQuery(key.Family, key.Revision), cancellationToken).ConfigureAwait(false);
            return found?.Tags ?? throw Missing("task definition");
        }

        if (resource.CapacityProvider is { } name)
        {
            var known = await account.QueryAsync(caller, new CapacityProvidersQuery(), cancellationToken).ConfigureAwait(false);
            return known.GetValueOrDefault(name)?.Tags ?? throw Missing("capacity provider");
        }

        if (resource.DaemonDefinition is { } daemonKey)
        {
            var found = await account.QueryAsync(caller, new FindDaemonTaskDefinitionQuery(daemonKey.Family, daemonKey.Revision), cancellationToken).ConfigureAwait(false);
            return found?.Tags ?? throw Missing("daemon task definition");
        }

        var state = await clusters.ReadAsync(caller, resource.Cluster, cancellationToken).ConfigureAwait(false);
        return resource.Kind switch
        {
            TaggedKind.Cluster => state.Tags,
            TaggedKind.ContainerInstance => state.ContainerInstances.GetValueOrDefault(resource.Id)?.Tags ?? throw Missing("container instance"),
            TaggedKind.Task => state.Tasks.GetValueOrDefault(resource.Id)?.Tags ?? throw Missing("task"),
            TaggedKind.Service => state.Services.GetValueOrDefault(resource.Id)?.Tags ?? throw Missing("service"),
            TaggedKind.Daemon => state.Daemons.GetValueOrDefault(resource.Id) is { IsActive: true } daemon ? daemon.Tags : throw Missing("daemon"),
            TaggedKind.TaskSet => state.FindTaskSet(resource.Id)?.Tags ?? throw Missing("task set"),
        };
    }

    /// <summary>Sets and removes tags of a resource.</summary>
    public async ValueTask ChangeAsync(
        string? arn, ImmutableArray<ResourceTag> put, ImmutableArray<string> remove, RequestContext caller, CancellationToken cancellationToken)
    {
        var resource = Parse(arn, caller);
        if (resource.Definition is { } key)
        {
            await account.ExecuteAsync(caller, new ChangeTaskDefinitionTagsCommand(key, put, remove), cancellationToken).ConfigureAwait(false);
        }
        else if (resource.CapacityProvider is { } name)
        {
            await account.ExecuteAsync(caller, new ChangeCapacityProviderTagsCommand(name, put, remove), cancellationToken).ConfigureAwait(false);
        }
        else if (resource.DaemonDefinition is { } daemonKey)
        {
            await account.ExecuteAsync(caller, new ChangeDaemonTaskDefinitionTagsCommand(daemonKey, put, remove), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await clusters.ExecuteAsync(caller, resource.Cluster, new ChangeTagsCommand(resource.Kind, resource.Id, put, remove), cancellationToken).ConfigureAwait(false);
        }
    }

    private static Resource Parse(string? arn, RequestContext caller)
    {
        var prefix = $"arn:aws:ecs:{caller.Region}:{caller.AccountId}:";
        if (arn?.StartsWith(prefix, StringComparison.Ordinal) == true)
        {
            switch (arn[prefix.Length..].Split('/'))
            {
                case ["cluster", { Length: > 0 } cluster]:
                    return new(TaggedKind.Cluster, cluster, "", null);
                case ["container-instance", { Length: > 0 } cluster, { Length: > 0 } id]:
                    return new(TaggedKind.ContainerInstance, cluster, id, null);
                case ["task", { Length: > 0 } cluster, { Length: > 0 } id]:
                    return new(TaggedKind.Task, cluster, id, null);
                case ["service", { Length: > 0 } cluster, { Length: > 0 } name]:
                    return new(TaggedKind.Service, cluster, name, null);
                case ["task-set", { Length: > 0 } cluster, { Length: > 0 } service, "ecs-svc", { Length: > 0 } id]:
                    return new(TaggedKind.TaskSet, cluster, $"{service}/ecs-svc/{id}", null);
                case ["daemon", { Length: > 0 } cluster, { Length: > 0 } name]:
                    return new(TaggedKind.Daemon, cluster, name, null);
                case ["daemon-task-definition", { Length: > 0 }] when DaemonArns.ReadTaskDefinition(arn, "resourceArn", caller) is (var family, { } revision):
                    return new(default, "", "", null) { DaemonDefinition = new(family, revision) };
                case ["capacity-provider", { Length: > 0 } name] when !CapacityProviderNames.IsBuiltIn(name):
                    return new(default, "", "", null) { CapacityProvider = name };
                case ["task-definition", { Length: > 0 }]:
                    return new(default, "", "", TaskDefinitionReference.ParseRevision(arn, caller));
            }
        }

        throw AwsException.InvalidParameter("The ARN provided is invalid. Provide a valid resource ARN and try again.");
    }

    private static AwsException Missing(string what) =>
        AwsException.InvalidParameter($"The specified {what} could not be found. Specify an existing {what} and try again.");

    private readonly record struct Resource(TaggedKind Kind, string Cluster, string Id, TaskDefinitionKey? Definition)
    {
        public string? CapacityProvider { get; init; }

        public TaskDefinitionKey? DaemonDefinition { get; init; }
    }
}
