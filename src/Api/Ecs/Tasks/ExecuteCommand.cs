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

/// <summary>
/// Would open a session in a container. No agent here runs the ExecuteCommandAgent yet, so every call that is in order
/// ends with what ECS answers while that agent is not running.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommand.html</remarks>
internal sealed class ExecuteCommand(ClusterStreams clusters) : IOperation<ExecuteCommandRequest, ExecuteCommandResponse>
{
    public async ValueTask<ExecuteCommandResponse> HandleAsync(ExecuteCommandRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Command))
        {
            throw AwsException.InvalidParameter("Command can not be blank.");
        }

        if (request.Interactive is null)
        {
            throw AwsException.InvalidParameter("Interactive can not be blank.");
        }

        if (request.Interactive == false)
        {
            throw AwsException.InvalidParameter("Interactive is the only mode supported currently.");
        }

        var state = await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false);
        var task = state.Tasks.GetValueOrDefault(EcsIdentifiers.Task(request.Task, state.Name))
            ?? throw AwsException.InvalidParameter("The referenced task was not found.");
        if (string.IsNullOrEmpty(request.Container) && task.Containers.Length > 1)
        {
            throw AwsException.InvalidParameter("Container name must be specified for a task with more than one container.");
        }

        if (!string.IsNullOrEmpty(request.Container) && task.Containers.All(container => container.Name != request.Container))
        {
            throw AwsException.InvalidParameter("The container name is not valid. Specify the name of a container of the task.");
        }

        throw AwsException.InvalidParameter(
            "The execute command failed because execute command was not enabled when the task was run or the execute command agent isn't running. Wait and try again or run a new task with execute command enabled and try again.");
    }
}
