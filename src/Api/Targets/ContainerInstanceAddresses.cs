using System.Collections.Concurrent;
using Berth.Domain;
using Berth.Engine;

namespace Berth.Api;

/// <summary>Where container instances are reached, by their EC2 instance id. Kept up to date by commits.</summary>
public sealed class ContainerInstanceAddresses : ICommitObserver<ClusterState, ClusterEvent>
{
    private readonly ConcurrentDictionary<(string Account, string Region, string InstanceId), string> addresses = new();

    /// <summary>The address; null when no registered container instance has the id.</summary>
    public string? Find(string account, string region, string ec2InstanceId) => addresses.GetValueOrDefault((account, region, ec2InstanceId));

    /// <inheritdoc/>
    public void OnCommitted(Commit<ClusterState, ClusterEvent> commit)
    {
        if (commit.Facts.Count == 0)
        {
            foreach (var instance in commit.State.ContainerInstances.Values)
            {
                Take(commit.State, instance);
            }

            return;
        }

        foreach (var fact in commit.Facts)
        {
            var id = fact switch
            {
                ClusterEvent.InstanceRegistered registered => registered.Instance.Id,
                ClusterEvent.InstanceReregistered again => again.Id,
                ClusterEvent.InstanceDeregistered gone => gone.Id,
                _ => null,
            };
            if (id is not null && commit.State.ContainerInstances.TryGetValue(id, out var instance))
            {
                Take(commit.State, instance);
            }
        }
    }

    private void Take(ClusterState state, ContainerInstance instance)
    {
        var key = (state.Account, state.Region, instance.Ec2InstanceId);
        if (instance.Status == ContainerInstanceStatus.Inactive)
        {
            addresses.TryRemove(key, out _);
        }
        else
        {
            addresses[key] = instance.Address;
        }
    }
}
