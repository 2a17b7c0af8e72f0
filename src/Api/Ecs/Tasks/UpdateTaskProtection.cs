using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record UpdateTaskProtectionRequest
{
    public string? Cluster { get; set; }

    public List<string>? Tasks { get; set; }

    public bool? ProtectionEnabled { get; set; }

    public int? ExpiresInMinutes { get; set; }
}

internal sealed record UpdateTaskProtectionResponse
{
    public List<ProtectedTaskShape>? ProtectedTasks { get; set; }

    public List<FailureShape>? Failures { get; set; }
}

/// <summary>Turns the scale-in protection of services' tasks on or off.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateTaskProtection.html</remarks>
internal sealed class UpdateTaskProtection(ClusterStreams clusters) : IOperation<UpdateTaskProtectionRequest, UpdateTaskProtectionResponse>
{
    private const int MostTasks = 10;

    public async ValueTask<UpdateTaskProtectionResponse> HandleAsync(UpdateTaskProtectionRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.Cluster))
        {
            throw AwsException.InvalidParameter("Cluster can not be blank.");
        }

        var enabled = request.ProtectionEnabled ?? throw AwsException.InvalidParameter("protectionEnabled can not be blank.");
        if (request.ExpiresInMinutes is { } minutes && (minutes < 1 || minutes > UpdateTaskProtectionCommand.MostLife.TotalMinutes))
        {
            throw AwsException.InvalidParameter($"expiresInMinutes must be between 1 and {UpdateTaskProtectionCommand.MostLife.TotalMinutes}.");
        }

        var cluster = EcsIdentifiers.Cluster(request.Cluster, context);
        var ids = TaskProtections.Ids(request.Tasks, cluster, context, MostTasks);
        var command = new UpdateTaskProtectionCommand(
            [.. ids], enabled, request.ExpiresInMinutes is { } life ? TimeSpan.FromMinutes(life) : null);
        var result = await clusters.ExecuteAsync(context, cluster, command, cancellationToken).ConfigureAwait(false);
        var state = await clusters.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        return new()
        {
            ProtectedTasks = [.. result.Tasks.Select(task => TaskProtections.Show(state, task))],
            Failures = [.. result.Failures.Select(failure => TaskProtections.Show(state, failure))],
        };
    }
}
