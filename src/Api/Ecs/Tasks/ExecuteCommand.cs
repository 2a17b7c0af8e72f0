using System.Text.Json;
using Berth.Domain;
using Berth.Engine;
using Berth.Wire;

namespace Berth.Api;

internal sealed record ExecuteCommandRequest
{
    public string? Cluster { get; set; }

    public string? Container { get; set; }

    public string? Command { get; set; }

    public bool? Interactive { get; set; }

    public string? Task { get; set; }
}

internal sealed record ExecuteCommandResponse
{
    public string? ClusterArn { get; set; }

    public string? ContainerArn { get; set; }

    public string? ContainerName { get; set; }

    public bool? Interactive { get; set; }

    public SessionShape? Session { get; set; }

    public string? TaskArn { get; set; }
}

internal sealed record SessionShape
{
    public string? SessionId { get; set; }

    public string? StreamUrl { get; set; }

    public string? TokenValue { get; set; }
}

/// <summary>Makes a session in a running container. The client opens it at <c>streamUrl</c> with <c>tokenValue</c>, once and soon.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommand.html</remarks>
internal sealed class ExecuteCommand(ClusterStreams clusters, ExecSessions sessions, ExecControlChannels agents)
    : IOperation<ExecuteCommandRequest, ExecuteCommandResponse>
{
    private const int LongestCommand = 8_192;

    public async ValueTask<ExecuteCommandResponse> HandleAsync(ExecuteCommandRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        CheckForm(request);
        var state = await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false);
        var task = state.Tasks.GetValueOrDefault(EcsIdentifiers.Task(request.Task, state.Name, context))
            ?? throw AwsException.InvalidParameter("The referenced task was not found.");
        var container = Container(task, request.Container);
        if (!task.EnableExecuteCommand || task.LastStatus != EcsTaskStatus.Running || container is not { LastStatus: ContainerStatus.Running, ExecuteCommandAgent.Status: "RUNNING" })
        {
            throw AwsException.InvalidParameter(
                "The execute command failed because execute command was not enabled when the task was run or the execute command agent isn't running. Wait and try again or run a new task with execute command enabled and try again.");
        }

        var cluster = StreamId.Cluster(state.Account, state.Region, state.Name);
        if (agents.Find(cluster, task.ContainerInstanceId) is null)
        {
            throw new AwsException("TargetNotConnectedException", 400, "The execute command failed due to an internal error. Try again later.");
        }

        var (session, token) = sessions.Open(new(cluster, task.ContainerInstanceId, state.TaskArn(task.Id), container.Name, request.Command!, Configuration(state)));    // Checked.
        return new()
        {
            ClusterArn = state.Arn,
            TaskArn = state.TaskArn(task.Id),
            ContainerArn = state.ContainerArn(task.Id, container.Id),
            ContainerName = container.Name,
            Interactive = true,
            Session = new()
            {
                SessionId = session.Id,
                StreamUrl = $"{(context.Scheme == "https" ? "wss" : "ws")}://{context.Authority}/v1/data-channel/{session.Id}?role=publish_subscribe",
                TokenValue = token,
            },
        };
    }

    private static ExecuteCommandConfigurationShape? Configuration(ClusterState state) =>
        state.Configuration?.Deserialize(EcsJson.Shared.ClusterConfigurationShape)?.ExecuteCommandConfiguration;

    private static void CheckForm(ExecuteCommandRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.Command))
        {
            throw AwsException.InvalidParameter("Command can not be blank.");
        }

        if (request.Command.Length > LongestCommand)
        {
            throw AwsException.InvalidParameter($"Command can not be longer than {LongestCommand} characters.");
        }

        if (request.Interactive is null)
        {
            throw AwsException.InvalidParameter("Interactive can not be blank.");
        }

        if (request.Interactive == false)
        {
            throw AwsException.InvalidParameter("Interactive is the only mode supported currently.");
        }
    }

    private static TaskContainer Container(EcsTask task, string? name)
    {
        if (string.IsNullOrEmpty(name) && task.Containers.Length > 1)
        {
            throw AwsException.InvalidParameter("Container name must be specified for a task with more than one container.");
        }

        return task.Containers.FirstOrDefault(container => string.IsNullOrEmpty(name) || container.Name == name)
            ?? throw AwsException.InvalidParameter("The container name is not valid. Specify the name of a container of the task.");
    }
}
