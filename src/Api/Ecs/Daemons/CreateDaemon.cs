using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record CreateDaemonRequest
{
    public string? DaemonName { get; set; }

    public string? ClusterArn { get; set; }

    public string? DaemonTaskDefinitionArn { get; set; }

    public List<string>? CapacityProviderArns { get; set; }

    public DaemonDeploymentConfigurationShape? DeploymentConfiguration { get; set; }

    public List<TagShape>? Tags { get; set; }

    public string? PropagateTags { get; set; }

    public bool? EnableECSManagedTags { get; set; }

    public bool? EnableExecuteCommand { get; set; }

    public string? ClientToken { get; set; }
}

internal sealed record CreateDaemonResponse
{
    public string? DaemonArn { get; set; }

    public string? Status { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    public string? DeploymentArn { get; set; }
}

/// <summary>Creates a daemon, and a rollout that starts a task of it on each container instance of its capacity providers.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateDaemon.html</remarks>
internal sealed class CreateDaemon(ClusterStreams clusters, AccountStreams account) : IOperation<CreateDaemonRequest, CreateDaemonResponse>
{
    public async ValueTask<CreateDaemonResponse> HandleAsync(CreateDaemonRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        DaemonRules.CheckName(request.DaemonName);
        DaemonRules.CheckToken(request.ClientToken);
        var key = DaemonRules.TaskDefinition(request.DaemonTaskDefinitionArn, context);
        var providers = DaemonRules.CapacityProviders(request.CapacityProviderArns, context);
        var configuration = DaemonRules.Configuration(request.DeploymentConfiguration);
        WireEnums.DaemonPropagateTags.Require(request.PropagateTags, "propagateTags");
        var tags = Tags.Read(request.Tags);
        var cluster = await clusters.ReadAsync(context, request.ClusterArn, cancellationToken).ConfigureAwait(false);
        var token = string.IsNullOrEmpty(request.ClientToken) ? null : request.ClientToken;
        var fingerprint = token is null ? null : CallFingerprint.Of(request with { ClientToken = null, ClusterArn = null }, EcsJson.Shared.CreateDaemonRequest);
        if (CreateDaemonCommand.Repeat(cluster, request.DaemonName!, token, fingerprint) is { } same)    // The name was checked.
        {
            return Answer(cluster, same);
        }

        var definition = await account.FindActiveAsync(key, context, cancellationToken).ConfigureAwait(false);
        var draft = new DaemonRevision
        {
            Id = "",
            TaskDefinitionArn = DaemonArns.TaskDefinition(key, context),
            CapacityProviders = providers,
            Images = definition.Images,
            PropagateTags = request.PropagateTags ?? "NONE",
            EnableEcsManagedTags = request.EnableECSManagedTags == true,
            EnableExecuteCommand = request.EnableExecuteCommand == true,
        };
        var command = new CreateDaemonCommand(
            request.DaemonName!, draft, DaemonTaskDefinitionDraft.ToRun(definition, context), configuration ?? new(), tags, token, fingerprint);
        var daemon = await clusters.ExecuteAsync(context, cluster.Name, command, cancellationToken).ConfigureAwait(false);
        return Answer(cluster, daemon);
    }

    private static CreateDaemonResponse Answer(ClusterState cluster, Daemon daemon) => new()
    {
        DaemonArn = cluster.DaemonArn(daemon.Name),
        Status = DaemonAnswer.Active,
        CreatedAt = daemon.CreatedAt,
        DeploymentArn = cluster.DaemonDeploymentArn(daemon.Name, daemon.Deployments[0].Id),
    };
}
