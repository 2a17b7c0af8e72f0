using System.Collections.Concurrent;
using Berth.Domain;
using Berth.Engine;

namespace Berth.Api;

/// <summary>
/// The agents that are connected now. Commits of their clusters are turned into messages to them; an agent that is not
/// connected is told everything when it comes.
/// </summary>
internal sealed class AgentSessions : ICommitObserver<ClusterState, ClusterEvent>
{
    private readonly ConcurrentDictionary<(StreamId Cluster, string InstanceId), AgentSession> sessions = new();

    /// <summary>Takes a session in; an earlier one of the same instance is ended.</summary>
    public void Add(StreamId cluster, AgentSession session)
    {
        sessions.AddOrUpdate((cluster, session.InstanceId), session, (_, earlier) =>
        {
            earlier.End();
            return session;
        });
    }

    /// <summary>Takes a session out; a newer one that has its place stays.</summary>
    public void Remove(StreamId cluster, AgentSession session) =>
        sessions.TryRemove(KeyValuePair.Create((cluster, session.InstanceId), session));

    /// <summary>Whether an agent of the instance is connected.</summary>
    public bool Has(StreamId cluster, string instanceId) => sessions.ContainsKey((cluster, instanceId));

    /// <inheritdoc/>
    public void OnCommitted(Commit<ClusterState, ClusterEvent> commit)
    {
        if (commit.Facts.Count == 0)
        {
            foreach (var ((cluster, _), session) in sessions)
            {
                if (cluster == commit.Stream)
                {
                    session.TellEverything();
                }
            }

            return;
        }

        foreach (var fact in commit.Facts)
        {
            switch (fact)
            {
                case ClusterEvent.TaskPlaced { Task: var task }:
                    Tell(commit.Stream, task.ContainerInstanceId, task.Id);
                    break;
                case ClusterEvent.TaskStopRequested { Status: EcsTaskStatus.Stopping, Id: var id }:
                    Tell(commit, id);
                    TellHeld(commit, id);
                    break;
                case ClusterEvent.TaskReported { Id: var id }:
                    TellHeld(commit, id);
                    break;
                case ClusterEvent.TaskAdvanced { Status: EcsTaskStatus.Stopping, Id: var id }:
                    Tell(commit, id);
                    break;
                case ClusterEvent.InstanceDeregistered { Id: var id } when sessions.TryGetValue((commit.Stream, id), out var session):
                    session.End();
                    break;
            }
        }
    }

    private void Tell(Commit<ClusterState, ClusterEvent> commit, string taskId)
    {
        if (commit.State.Tasks.TryGetValue(taskId, out var task))
        {
            Tell(commit.Stream, task.ContainerInstanceId, taskId);
        }
    }

    private void TellHeld(Commit<ClusterState, ClusterEvent> commit, string taskId)
    {
        if (!commit.State.Daemons.IsEmpty
            && commit.State.Tasks.GetValueOrDefault(taskId) is { DaemonName: not null } task
            && sessions.TryGetValue((commit.Stream, task.ContainerInstanceId), out var session))
        {
            session.TellHeld();
        }
    }

    private void Tell(StreamId cluster, string instanceId, string taskId)
    {
        if (sessions.TryGetValue((cluster, instanceId), out var session))
        {
            session.Tell(taskId);
        }
    }
}
