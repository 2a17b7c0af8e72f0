using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Refusals that several commands share.</summary>
internal static class DaemonRefusals
{
    public static RefusedException NoDefinition() => RefusedException.Client("The specified daemon task definition does not exist.");

    /// <summary>The daemon, which is there and not deleted.</summary>
    public static Daemon RequireDaemon(this ClusterAggregate cluster, string name) => cluster.State.Daemons.GetValueOrDefault(name) switch
    {
        null => throw new RefusedException("DaemonNotFoundException", "The specified daemon was not found."),
        { IsActive: false } => throw new RefusedException("DaemonNotActiveException", "The specified daemon is not active."),
        var known => known,
    };

    /// <summary>Capacity providers that belong to the cluster: instances of others are not its own.</summary>
    public static void RequireProviders(this ClusterAggregate cluster, ImmutableArray<string> names)
    {
        foreach (var name in names)
        {
            var provider = cluster.State.CapacityProviders.FirstOrDefault(known => known.Name == name)
                ?? throw RefusedException.InvalidParameter($"The capacity provider {name} is not associated with the cluster.");
            if (provider.LaunchType != "MANAGED_INSTANCES")
            {
                throw RefusedException.InvalidParameter($"The capacity provider {name} is not a Managed Instances capacity provider. Daemons are only supported on those.");
            }
        }
    }
}

/// <summary>Creates a daemon and its first rollout; the name of a deleted one may be used again.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Draft">What it is made of; id and time are given here.</param>
/// <param name="Definition">Its daemon task definition, as its tasks run it.</param>
/// <param name="Configuration">How its rollouts go.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="ClientToken">Makes a repeated call answer the daemon; null for none.</param>
/// <param name="Fingerprint">Tells whether a repeated call has the same arguments.</param>
public sealed record CreateDaemonCommand(
    string Name,
    DaemonRevision Draft,
    TaskDefinition Definition,
    DaemonDeploymentConfiguration Configuration,
    ImmutableArray<ResourceTag> Tags,
    string? ClientToken,
    string? Fingerprint) : Command<ClusterAggregate, Daemon>
{
    /// <inheritdoc/>
    public override Daemon Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        if (Repeat(aggregate.State, Name, ClientToken, Fingerprint) is { } same)
        {
            return same;
        }

        switch (aggregate.State.Daemons.GetValueOrDefault(Name))
        {
            case { IsActive: true }:
                throw RefusedException.InvalidParameter("Creation of daemon was not idempotent.");
            case { IsTold: true }:
                throw RefusedException.InvalidParameter("Unable to create a daemon that is still being deleted.");
        }

        if (aggregate.State.Daemons.Values.Count(daemon => daemon.IsActive) >= aggregate.Limits.Daemons)
        {
            throw RefusedException.Client($"A cluster can have at most {aggregate.Limits.Daemons} daemons.");
        }

        aggregate.RequireProviders(Draft.CapacityProviders);
        TaskFactory.Pin(aggregate, Definition);
        var revision = Draft with { Id = context.Ids.NextDigits19(), CreatedAt = context.Now };
        aggregate.Record(new ClusterEvent.DaemonCreated(new()
        {
            Name = Name,
            Revisions = [revision],
            Deployments = [DaemonRollouts.Await(null, revision, Configuration, context)],
            Tags = Tags,
            CreatedAt = context.Now,
            UpdatedAt = context.Now,
            ClientToken = ClientToken,
            Fingerprint = Fingerprint,
        }));
        return aggregate.State.Daemons[Name];
    }

    /// <summary>The daemon that the same call has made already, whatever has become of all that it names; null when there is none.</summary>
    public static Daemon? Repeat(ClusterState state, string name, string? clientToken, string? fingerprint) =>
        clientToken is not null && state.Daemons.GetValueOrDefault(name) is { IsActive: true } known
            && known.ClientToken == clientToken && known.Fingerprint == fingerprint ? known : null;
}

/// <summary>What UpdateDaemon changes besides what it must say; null keeps what is.</summary>
public sealed record DaemonChanges(string? PropagateTags, bool? EnableEcsManagedTags, bool? EnableExecuteCommand, DaemonDeploymentConfiguration? Configuration);

/// <summary>Gives a daemon another revision, and a rollout that takes the place of one that is under way.</summary>
/// <param name="Name">Which.</param>
/// <param name="Definition">The daemon task definition, as its tasks run it.</param>
/// <param name="CapacityProviders">The capacity providers.</param>
/// <param name="Images">The definition's images.</param>
/// <param name="Changes">What else changes.</param>
public sealed record UpdateDaemonCommand(
    string Name, TaskDefinition Definition, ImmutableArray<string> CapacityProviders, ImmutableArray<RevisionImage> Images, DaemonChanges Changes)
    : Command<ClusterAggregate, Daemon>
{
    /// <inheritdoc/>
    public override Daemon Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        var known = aggregate.RequireDaemon(Name);
        aggregate.RequireProviders(CapacityProviders);
        TaskFactory.Pin(aggregate, Definition);
        var was = known.Current;
        var revision = new DaemonRevision
        {
            Id = context.Ids.NextDigits19(),
            TaskDefinitionArn = Definition.Arn,
            CapacityProviders = CapacityProviders,
            Images = Images,
            PropagateTags = Changes.PropagateTags ?? was.PropagateTags,
            EnableEcsManagedTags = Changes.EnableEcsManagedTags ?? was.EnableEcsManagedTags,
            EnableExecuteCommand = Changes.EnableExecuteCommand ?? was.EnableExecuteCommand,
            CreatedAt = context.Now,
        };
        aggregate.Record(new ClusterEvent.DaemonUpdated(
            Name, revision, DaemonRollouts.Await(was, revision, Changes.Configuration ?? known.Rollout.Configuration, context)));
        return aggregate.State.Daemons[Name];
    }
}

/// <summary>Deletes a daemon. Its tasks stop; when none is left, the rollout that takes it away is over.</summary>
public sealed record DeleteDaemonCommand(string Name) : Command<ClusterAggregate, Daemon>
{
    /// <inheritdoc/>
    public override Daemon Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        var known = aggregate.RequireDaemon(Name);
        aggregate.Record(new ClusterEvent.DaemonDeleted(Name, DaemonRollouts.Remove(known, context)));
        return aggregate.State.Daemons[Name];
    }
}
