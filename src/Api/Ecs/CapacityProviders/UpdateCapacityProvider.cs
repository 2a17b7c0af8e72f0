using System.Text.Json;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record UpdateCapacityProviderRequest
{
    public string? Name { get; set; }

    public string? Cluster { get; set; }

    public AutoScalingGroupProviderUpdateShape? AutoScalingGroupProvider { get; set; }

    public UpdateManagedInstancesProviderConfigurationShape? ManagedInstancesProvider { get; set; }
}

internal sealed record UpdateCapacityProviderResponse
{
    public CapacityProviderShape? CapacityProvider { get; set; }
}

/// <summary>Changes a capacity provider's settings; what is not given stays.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateCapacityProvider.html</remarks>
internal sealed class UpdateCapacityProvider(AccountStreams account, ClusterStreams clusters) : IOperation<UpdateCapacityProviderRequest, UpdateCapacityProviderResponse>
{
    public async ValueTask<UpdateCapacityProviderResponse> HandleAsync(UpdateCapacityProviderRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = CapacityProviderRules.Name(request.Name, context);
        if (CapacityProviderNames.IsBuiltIn(name))
        {
            throw AwsException.InvalidParameter($"The capacity provider {name} is reserved and cannot be updated.");
        }

        // What another call changes meanwhile is not taken back: the settings are then merged anew with what they have become.
        while (true)
        {
            var known = await FindAsync(name, context, cancellationToken).ConfigureAwait(false);
            if (known.Cluster is { } own)
            {
                await CapacityProviderRules.RequireOwnClusterAsync(own, request.Cluster, clusters, context, cancellationToken).ConfigureAwait(false);
            }

            if (await account.ExecuteAsync(context, Command(request, known), cancellationToken).ConfigureAwait(false) is { } provider)
            {
                return new() { CapacityProvider = CapacityProviderAnswer.Of(provider, context, withTags: true) };
            }
        }
    }

    private async ValueTask<CapacityProvider> FindAsync(string name, RequestContext context, CancellationToken cancellationToken) =>
        (await account.QueryAsync(context, new CapacityProvidersQuery(), cancellationToken).ConfigureAwait(false)).GetValueOrDefault(name) switch
        {
            null => throw AwsException.InvalidParameter("The specified capacity provider was not found. Specify a valid capacity provider and try again."),
            { IsActive: false } => throw AwsException.InvalidParameter("The specified capacity provider is not in an ACTIVE state. Specify a capacity provider in an ACTIVE state and try again."),
            var found => found,
        };

    private static UpdateCapacityProviderCommand Command(UpdateCapacityProviderRequest request, CapacityProvider known) => (request, known.Kind) switch
    {
        ({ AutoScalingGroupProvider: { } update, ManagedInstancesProvider: null }, CapacityProviderKind.Ec2AutoScaling) => Update(known, update),
        ({ AutoScalingGroupProvider: null, ManagedInstancesProvider: { } update }, CapacityProviderKind.ManagedInstances) => Update(known, update),
        _ => throw AwsException.InvalidParameter("Specify the provider that the capacity provider was created with."),
    };

    private static UpdateCapacityProviderCommand Update(CapacityProvider known, AutoScalingGroupProviderUpdateShape update)
    {
        var settings = CapacityProviderRules.Merge(known.Settings.Deserialize(EcsJson.Shared.AutoScalingGroupProviderShape)!, update);    // Stored as one.
        return new(known.Name, known.Kind, known.Settings, CapacityProviderRules.Store(settings), settings.ManagedScaling?.Status == "ENABLED");
    }

    private static UpdateCapacityProviderCommand Update(CapacityProvider known, UpdateManagedInstancesProviderConfigurationShape update)
    {
        var settings = ManagedInstancesRules.Merge(known.Settings.Deserialize(EcsJson.Shared.ManagedInstancesProviderShape)!, update);    // Stored as one.
        return new(known.Name, known.Kind, known.Settings, CapacityProviderRules.Store(settings), HasManagedScaling: false);
    }
}
