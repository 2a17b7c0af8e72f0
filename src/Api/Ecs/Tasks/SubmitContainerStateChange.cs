using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record SubmitContainerStateChangeRequest
{
    public string? Cluster { get; set; }

    public string? Task { get; set; }

    public string? ContainerName { get; set; }

    public string? RuntimeId { get; set; }

    public string? Status { get; set; }

    public int? ExitCode { get; set; }

    public string? Reason { get; set; }

    public List<NetworkBindingShape>? NetworkBindings { get; set; }
}

internal sealed record SubmitContainerStateChangeResponse
{
    public string? Acknowledgment { get; set; }
}

/// <summary>An agent reports what became of one container.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SubmitContainerStateChange.html</remarks>
internal sealed class SubmitContainerStateChange(ClusterStreams clusters) : IOperation<SubmitContainerStateChangeRequest, SubmitContainerStateChangeResponse>
{
    public async ValueTask<SubmitContainerStateChangeResponse> HandleAsync(SubmitContainerStateChangeRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var cluster = EcsIdentifiers.Cluster(request.Cluster, context);
        var command = new SubmitTaskStateChangeCommand(EcsIdentifiers.Task(request.Task, cluster, context))
        {
            Containers =
            [
                new(request.ContainerName ?? "")
                {
                    Status = TaskReports.ContainerStatus(request.Status),
                    RuntimeId = request.RuntimeId,
                    ExitCode = request.ExitCode,
                    Reason = request.Reason,
                    NetworkBindings = TaskReports.Bindings(request.NetworkBindings),
                },
            ],
        };
        await clusters.TryExecuteAsync(context, cluster, command, cancellationToken).ConfigureAwait(false);
        return new() { Acknowledgment = TaskReports.Acknowledgment };
    }
}
