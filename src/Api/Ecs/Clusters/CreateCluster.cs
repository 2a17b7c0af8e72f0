using System.Text.Json;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record CreateClusterRequest
{
    public string? ClusterName { get; set; }

    public List<TagShape>? Tags { get; set; }

    public List<ClusterSettingShape>? Settings { get; set; }

    public ClusterConfigurationShape? Configuration { get; set; }

    public List<string>? CapacityProviders { get; set; }

    public List<CapacityProviderStrategyItemShape>? DefaultCapacityProviderStrategy { get; set; }

    public ClusterServiceConnectDefaultsRequestShape? ServiceConnectDefaults { get; set; }
}

internal sealed record CreateClusterResponse
{
    public ClusterShape? Cluster { get; set; }
}

/// <summary>Creates a cluster, or answers the one that is there already with the same arguments.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html</remarks>
internal sealed class CreateCluster(AccountStreams account, ClusterStreams clusters, ClusterCapacity capacity) : IOperation<CreateClusterRequest, CreateClusterResponse>
{
    public async ValueTask<CreateClusterResponse> HandleAsync(CreateClusterRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = string.IsNullOrEmpty(request.ClusterName) ? "default" : request.ClusterName;
        ClusterRules.CheckName(name);
        var tags = Tags.Read(request.Tags);
        var settings = ClusterRules.Settings(request.Settings);
        var configuration = ClusterRules.Configuration(request.Configuration);
        var connect = ClusterRules.ServiceConnectDefaults(request.ServiceConnectDefaults, mayBeNone: false);
        var isCapacityGiven = request.CapacityProviders is not null || request.DefaultCapacityProviderStrategy is not null;
        var wanted = capacity.Read(request.CapacityProviders, request.DefaultCapacityProviderStrategy, context);
        var known = await clusters.FindAsync(context, name, cancellationToken).ConfigureAwait(false);
        var isNew = known is not { Status: ClusterStatus.Active };
        if (isNew)
        {
            await capacity.CheckAsync(name, cluster: null, wanted, context, cancellationToken).ConfigureAwait(false);
        }

        // The name first: a cluster that exists is always listed, also when the second step fails and is repeated.
        await account.ExecuteAsync(context, new RegisterClusterCommand(name), cancellationToken).ConfigureAwait(false);
        var command = new CreateClusterCommand(
            settings ?? [await InsightsAsync(context, cancellationToken).ConfigureAwait(false)], configuration, connect, tags);
        var state = await clusters.ExecuteOnNewAsync(context, name, command, cancellationToken).ConfigureAwait(false);
        if (isNew && isCapacityGiven)
        {
            state = await capacity.PutAsync(state, wanted, context, cancellationToken).ConfigureAwait(false);
        }

        if ((settings is { } given && !given.SequenceEqual(state.Settings))
            || !Same(configuration, state.Configuration)
            || !Same(connect, state.ServiceConnectDefaults)
            || (isCapacityGiven && !(wanted.Providers.SequenceEqual(state.CapacityProviders.Select(provider => provider.Name))
                && wanted.DefaultStrategy.SequenceEqual(state.DefaultCapacityProviderStrategy))))
        {
            throw AwsException.InvalidParameter("Arguments on this idempotent request are inconsistent with arguments used in previous request(s).");
        }

        return new() { Cluster = ClusterAnswer.Of(state, ClusterAnswer.Changed) };
    }

    /// <summary>Whether what is asked for is there; nothing asked for is the same as anything.</summary>
    private static bool Same(JsonElement? asked, JsonElement? has) => asked is not { } wanted || (has is { } known && JsonElement.DeepEquals(wanted, known));

    /// <summary>Without a setting of its own, a cluster takes the account's at its creation.</summary>
    private async ValueTask<NamedValue> InsightsAsync(RequestContext context, CancellationToken cancellationToken)
    {
        const string Insights = "containerInsights";
        var set = await account.QueryAsync(context, new AccountSettingsQuery(), cancellationToken).ConfigureAwait(false);
        return new(Insights, AccountSettingRules.Effective(set, context.AccountId, context.PrincipalArn, Insights).Value);
    }
}
