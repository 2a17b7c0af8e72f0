using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record UpdateDaemonRequest
{
    public string? DaemonArn { get; set; }

    public string? DaemonTaskDefinitionArn { get; set; }

    public List<string>? CapacityProviderArns { get; set; }

    public DaemonDeploymentConfigurationShape? DeploymentConfiguration { get; set; }

    public string? PropagateTags { get; set; }

    public bool? EnableECSManagedTags { get; set; }

    public bool? EnableExecuteCommand { get; set; }
}

internal sealed record UpdateDaemonResponse
{
    public string? DaemonArn { get; set; }

    public string? Status { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    public DateTimeOffset? UpdatedAt { get; set; }

    public string? DeploymentArn { get; set; }
}

/// <summary>Gives a daemon another revision, and a rollout that takes the place of one that is under way.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateDaemon.html</remarks>
internal sealed class UpdateDaemon(ClusterStreams clusters, AccountStreams account) : IOperation<UpdateDaemonRequest, UpdateDaemonResponse>
{
    public async ValueTask<UpdateDaemonResponse> HandleAsync(UpdateDaemonRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var (cluster, name) = DaemonArns.Read(request.DaemonArn, context);
        var key = DaemonRules.TaskDefinition(request.DaemonTaskDefinitionArn, context);
        var providers = DaemonRules.CapacityProviders(request.CapacityProviderArns, context);
        var configuration = DaemonRules.Configuration(request.DeploymentConfiguration);
        WireEnums.DaemonPropagateTags.Require(request.PropagateTags, "propagateTags");
        var state = await clusters.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        var definition = await account.FindActiveAsync(key, context, cancellationToken).ConfigureAwait(false);
        var changes = new DaemonChanges(request.PropagateTags, request.EnableECSManagedTags, request.EnableExecuteCommand, configuration);
        var command = new UpdateDaemonCommand(name, DaemonTaskDefinitionDraft.ToRun(definition, context), providers, definition.Images, changes);
        var daemon = await clusters.ExecuteAsync(context, cluster, command, cancellationToken).ConfigureAwait(false);
        return new()
        {
            DaemonArn = state.DaemonArn(name),
            Status = DaemonAnswer.Active,
            CreatedAt = daemon.CreatedAt,
            UpdatedAt = daemon.UpdatedAt,
            DeploymentArn = state.DaemonDeploymentArn(name, daemon.Deployments[0].Id),
        };
    }
}
