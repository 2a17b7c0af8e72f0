using System.Net.WebSockets;
using Berth.Engine;

namespace Berth.Api;

/// <summary>What a session is to run, and where.</summary>
/// <param name="Cluster">The cluster's stream.</param>
/// <param name="InstanceId">The container instance whose agent runs it.</param>
/// <param name="TaskArn">The task.</param>
/// <param name="ContainerName">The container's name in the task.</param>
/// <param name="Command">The command as the caller wrote it; the agent takes it apart.</param>
/// <param name="Configuration">The cluster's, when the session was asked for: where its transcript goes. Null where the cluster has none.</param>
internal sealed record ExecTarget(StreamId Cluster, string InstanceId, string TaskArn, string ContainerName, string Command, ExecuteCommandConfigurationShape? Configuration = null);

/// <summary>One session of ExecuteCommand, from the call to its end. It lives in memory alone: a restart of the server ends it.</summary>
internal sealed class ExecSession(string id, ExecTarget target, byte[] tokenDigest, DateTimeOffset tokenUntil)
{
    private readonly TaskCompletionSource<WebSocket> agent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id => id;

    public ExecTarget Target => target;

    /// <summary>SHA-256 of the token.</summary>
    public byte[] TokenDigest => tokenDigest;

    /// <summary>When the token is no good any more, if nobody has come with it.</summary>
    public DateTimeOffset TokenUntil => tokenUntil;

    /// <summary>Whether a client has come with the token.</summary>
    public bool IsClaimed { get; set; }

    /// <summary>The agent's connection, when it comes.</summary>
    public Task<WebSocket> Agent => agent.Task;

    /// <summary>When neither connection is needed any more.</summary>
    public Task Over => over.Task;

    /// <summary>When somebody wants the session to end; what the client is told.</summary>
    public Task<string> Ended => ended.Task;

    /// <summary>Brings the agent's connection; false when there is one already.</summary>
    public bool Attach(WebSocket socket) => agent.TrySetResult(socket);

    /// <summary>Asks for the end once so much time has passed, unless the timer is disposed of before.</summary>
    public ITimer LimitTo(TimeSpan longest, TimeProvider clock) =>
        clock.CreateTimer(static session => ((ExecSession)session!).End("The session has reached its maximum duration."), this, longest, Timeout.InfiniteTimeSpan);

    /// <summary>Asks for the end.</summary>
    public void End(string reason) => ended.TrySetResult(reason);

    /// <summary>Lets go of both connections.</summary>
    public void Finish()
    {
        agent.TrySetCanceled();
        over.TrySetResult();
    }
}
