using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>
/// An agent registers its machine: as a new container instance, or, naming its ARN's id, as the one it was. The cluster
/// <c>default</c> is made by its first instance.
/// </summary>
/// <param name="ContainerInstanceId">The id of the former registration; null for a new one.</param>
/// <param name="Ec2InstanceId">The machine's <c>i-…</c> id; null when it has none, and then one is made up.</param>
/// <param name="Address">Where its host ports are reached.</param>
/// <param name="Resources">What it brings.</param>
/// <param name="Attributes">Its attributes.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="ClientToken">Finds the same instance when the call is repeated.</param>
public sealed record RegisterContainerInstanceCommand(
    string? ContainerInstanceId,
    string? Ec2InstanceId,
    string Address,
    InstanceResources Resources,
    ImmutableArray<EcsAttribute> Attributes,
    ImmutableArray<ResourceTag> Tags,
    string? ClientToken) : Command<ClusterAggregate, ContainerInstance>
{
    /// <summary>The agent's version, where the registration tells it; else it is known once the agent has connected.</summary>
    public AgentVersion? Agent { get; init; }

    /// <inheritdoc/>
    public override ContainerInstance Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        if (aggregate.State is { Status: not ClusterStatus.Active, Name: "default" })
        {
            aggregate.Record(new ClusterEvent.Created([], null, null, []));
        }

        aggregate.RequireActive();
        RequireFewPorts("PORTS", Resources.ReservedTcpPorts, aggregate.Limits.Quotas);
        RequireFewPorts("PORTS_UDP", Resources.ReservedUdpPorts, aggregate.Limits.Quotas);
        var state = aggregate.State;
        if (ContainerInstanceId is { } id && state.ContainerInstances.TryGetValue(id, out var known))
        {
            RefuseOtherType(known);
            var kept = known.Attributes.Values.Where(attribute => AttributeRules.IsCustom(attribute.Name) && Attributes.All(given => given.Name != attribute.Name));
            aggregate.Record(new ClusterEvent.InstanceReregistered(id, Ec2InstanceId ?? known.Ec2InstanceId, Address, Resources, [.. Attributes, .. kept]));
            return aggregate.State.ContainerInstances[id];
        }

        if (ClientToken is not null && aggregate.RegisteredWith(ClientToken) is { } repeated)
        {
            return repeated;
        }

        if (state.Counts.ContainerInstances >= aggregate.Limits.Quotas.ContainerInstancesPerCluster)
        {
            throw RefusedException.Client($"You have reached the limit of {aggregate.Limits.Quotas.ContainerInstancesPerCluster} container instances in a cluster.");
        }

        var registered = new ContainerInstance
        {
            // An agent that returns after its instance was forgotten keeps the id it knows.
            Id = ContainerInstanceId ?? context.Ids.NextHexId(),
            Ec2InstanceId = Ec2InstanceId ?? $"i-{context.Ids.NextHexId()[..17]}",
            Address = Address,
            Resources = Resources,
            Attributes = Attributes.ToImmutableSortedDictionary(attribute => attribute.Name, attribute => attribute, StringComparer.Ordinal),
            Tags = Tags,
            RegisteredAt = context.Now,
            ClientToken = ClientToken,
            Agent = Agent,
        };
        aggregate.Record(new ClusterEvent.InstanceRegistered(registered));
        return aggregate.State.ContainerInstances[registered.Id];
    }

    private static void RequireFewPorts(string resource, ImmutableArray<int> ports, EcsQuotas quotas)
    {
        if (ports.Length > quotas.ReservedPortsPerInstance)
        {
            throw RefusedException.Client($"The resource {resource} can have at most {quotas.ReservedPortsPerInstance} reserved ports.");
        }
    }

    private void RefuseOtherType(ContainerInstance known)
    {
        var before = known.Attributes.GetValueOrDefault(AttributeNames.InstanceType)?.Value;
        var now = Attributes.FirstOrDefault(attribute => attribute.Name == AttributeNames.InstanceType)?.Value;
        if (!string.IsNullOrEmpty(before) && !string.IsNullOrEmpty(now) && before != now)
        {
            throw RefusedException.Client($"Container instance type changes are not supported. Container instance {known.Id} was previously registered as {before}.");
        }
    }
}

/// <summary>Takes a container instance out of the cluster; with force also when tasks are on it, which are then orphaned.</summary>
public sealed record DeregisterContainerInstanceCommand(string ContainerInstanceId, bool Force) : Command<ClusterAggregate, ContainerInstance>
{
    /// <inheritdoc/>
    public override ContainerInstance Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        var state = aggregate.State;
        if (!state.ContainerInstances.TryGetValue(ContainerInstanceId, out var instance) || instance.Status == ContainerInstanceStatus.Inactive)
        {
            throw RefusedException.InvalidParameter($"Referenced container instance {ContainerInstanceId} not found.");
        }

        var live = state.TasksOn(ContainerInstanceId, TaskPhase.Live).ToList();
        var stopping = state.TasksOn(ContainerInstanceId, TaskPhase.Stopping).ToList();
        if (!Force && live.Count + stopping.Count > 0)
        {
            throw RefusedException.InvalidParameter("Found running tasks on the instance.");
        }

        aggregate.Record(new ClusterEvent.InstanceDeregistered(ContainerInstanceId, context.Now));
        foreach (var task in live)
        {
            TaskStop.Request(aggregate, task, "Container instance deregistration forced by user", TaskStopCode.UserInitiated, context.Now);
        }

        foreach (var task in stopping)
        {
            aggregate.Record(new ClusterEvent.TaskAdvanced(task.Id, EcsTaskStatus.Stopped, context.Now));
        }

        return aggregate.State.ContainerInstances[ContainerInstanceId];
    }
}

/// <summary>What became of one instance in <see cref="UpdateContainerInstancesStateCommand"/>.</summary>
public sealed record InstanceStateResult(ImmutableArray<ContainerInstance> Instances, ImmutableArray<PlacementFailure> Failures);

/// <summary>Sets instances ACTIVE or DRAINING.</summary>
public sealed record UpdateContainerInstancesStateCommand(ImmutableArray<string> ContainerInstanceIds, ContainerInstanceStatus Status)
    : Command<ClusterAggregate, InstanceStateResult>
{
    /// <inheritdoc/>
    public override InstanceStateResult Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        var failures = ImmutableArray.CreateBuilder<PlacementFailure>();
        var changed = ImmutableArray.CreateBuilder<string>();
        foreach (var id in ContainerInstanceIds.Distinct())
        {
            var instance = aggregate.State.ContainerInstances.GetValueOrDefault(id);
            if (instance is null or { Status: ContainerInstanceStatus.Inactive })
            {
                failures.Add(new(id, instance is null ? "MISSING" : "INACTIVE"));
                continue;
            }

            if (instance.Status != Status)
            {
                aggregate.Record(new ClusterEvent.InstanceStatusChanged(id, Status));
            }

            changed.Add(id);
        }

        return new([.. changed.Select(id => aggregate.State.ContainerInstances[id])], failures.ToImmutable());
    }
}

/// <summary>Attributes of one container instance.</summary>
public sealed record TargetAttributes(string ContainerInstanceId, ImmutableArray<EcsAttribute> Attributes);

/// <summary>Adds or replaces custom attributes of instances: of all that are named, or of none.</summary>
public sealed record PutAttributesCommand(ImmutableArray<TargetAttributes> Targets) : Command<ClusterAggregate, bool>
{
    /// <summary>Of one instance.</summary>
    public PutAttributesCommand(string containerInstanceId, ImmutableArray<EcsAttribute> attributes)
        : this([new TargetAttributes(containerInstanceId, attributes)])
    {
    }

    /// <inheritdoc/>
    public override bool Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        var most = aggregate.Limits.Quotas.CustomAttributesPerInstance;
        var changed = new List<ClusterEvent>();
        foreach (var (id, given) in Targets)
        {
            var attributes = AttributeRules.Target(aggregate, id).Attributes.SetItems(given.Select(attribute => KeyValuePair.Create(attribute.Name, attribute)));
            if (attributes.Keys.Count(AttributeRules.IsCustom) > most || attributes.Count > ContainerInstance.MostAttributes)
            {
                throw new RefusedException("AttributeLimitExceededException", $"You can apply up to {most} custom attributes for each resource.");
            }

            changed.Add(new ClusterEvent.InstanceAttributesChanged(id, [.. attributes.Values]));
        }

        changed.ForEach(aggregate.Record);
        return true;
    }
}

/// <summary>Removes attributes of instances; those they do not have are passed over.</summary>
public sealed record DeleteAttributesCommand(ImmutableArray<TargetAttributes> Targets) : Command<ClusterAggregate, bool>
{
    /// <summary>Of one instance, by name.</summary>
    public DeleteAttributesCommand(string containerInstanceId, ImmutableArray<string> names)
        : this([new TargetAttributes(containerInstanceId, [.. names.Select(name => new EcsAttribute(name, null))])])
    {
    }

    /// <inheritdoc/>
    public override bool Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        var changed = Targets.Select(target =>
        {
            var left = AttributeRules.Target(aggregate, target.ContainerInstanceId).Attributes.RemoveRange(target.Attributes.Select(attribute => attribute.Name));
            return new ClusterEvent.InstanceAttributesChanged(target.ContainerInstanceId, [.. left.Values]);
        }).ToList();
        changed.ForEach(aggregate.Record);
        return true;
    }
}

/// <summary>An agent's command channel opened.</summary>
public sealed record ConnectAgentCommand(string ContainerInstanceId, AgentVersion Agent) : Command<ClusterAggregate, ContainerInstance>
{
    /// <summary>
    /// Refused with <c>InactiveInstanceException</c> for an instance that was deregistered, which keeps its agent away, and
    /// with <c>InvalidInstanceException</c> for an unknown one, whose agent registers anew.
    /// </summary>
    public override ContainerInstance Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        var instance = aggregate.State.ContainerInstances.GetValueOrDefault(ContainerInstanceId)
            ?? throw new RefusedException("InvalidInstanceException", "The container instance is not registered. Register it again.");
        if (instance.Status == ContainerInstanceStatus.Inactive)
        {
            throw new RefusedException("InactiveInstanceException", "The container instance was deregistered.");
        }

        if (!instance.AgentConnected || instance.Agent != Agent)
        {
            aggregate.Record(new ClusterEvent.InstanceConnected(ContainerInstanceId, Agent) { At = context.Now });
        }

        return aggregate.State.ContainerInstances[ContainerInstanceId];
    }
}

/// <summary>Agents' command channels closed: the named ones', or, after a start of the control plane, all.</summary>
public sealed record DisconnectAgentsCommand(ImmutableArray<string>? ContainerInstanceIds) : Command<ClusterAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        foreach (var id in ContainerInstanceIds ?? [.. aggregate.State.ContainerInstances.Keys])
        {
            if (aggregate.State.ContainerInstances.GetValueOrDefault(id) is { AgentConnected: true })
            {
                aggregate.Record(new ClusterEvent.InstanceDisconnected(id) { At = context.Now });
            }
        }

        return true;
    }
}

/// <summary>Which attributes are the operator's own, and whose they may be.</summary>
internal static class AttributeRules
{
    public static bool IsCustom(string name) =>
        !name.StartsWith("ecs.", StringComparison.Ordinal) && !name.StartsWith("com.amazonaws.ecs.", StringComparison.Ordinal);

    public static ContainerInstance Target(ClusterAggregate cluster, string id) =>
        cluster.State.ContainerInstances.GetValueOrDefault(id) is { Status: not ContainerInstanceStatus.Inactive } instance
            ? instance
            : throw new RefusedException("TargetNotFoundException", $"Could not find {id}");
}
