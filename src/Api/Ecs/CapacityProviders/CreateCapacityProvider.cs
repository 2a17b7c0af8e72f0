using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record CreateCapacityProviderRequest
{
    public string? Name { get; set; }

    public string? Cluster { get; set; }

    public AutoScalingGroupProviderShape? AutoScalingGroupProvider { get; set; }

    public CreateManagedInstancesProviderConfigurationShape? ManagedInstancesProvider { get; set; }

    public List<TagShape>? Tags { get; set; }
}

internal sealed record CreateCapacityProviderResponse
{
    public CapacityProviderShape? CapacityProvider { get; set; }
}

/// <summary>Creates a capacity provider of an Auto Scaling group, or one of managed instances, which belongs to its cluster at once.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCapacityProvider.html</remarks>
internal sealed class CreateCapacityProvider(AccountStreams account, ClusterStreams clusters, EcsQuotas quotas)
    : IOperation<CreateCapacityProviderRequest, CreateCapacityProviderResponse>
{
    public async ValueTask<CreateCapacityProviderResponse> HandleAsync(CreateCapacityProviderRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        CapacityProviderRules.CheckName(request.Name);
        var name = request.Name!;
        var tags = Tags.Read(request.Tags);
        switch (request)
        {
            case { AutoScalingGroupProvider: { } group, ManagedInstancesProvider: null }:
                if (!string.IsNullOrEmpty(request.Cluster))
                {
                    throw AwsException.InvalidParameter("A cluster can only be specified for a Managed Instances capacity provider.");
                }

                var settings = CapacityProviderRules.WithDefaults(group);
                return await Create(new()
                {
                    Name = name,
                    Kind = CapacityProviderKind.Ec2AutoScaling,
                    AutoScalingGroupArn = settings.AutoScalingGroupArn,
                    HasManagedScaling = settings.ManagedScaling!.Status == "ENABLED",    // Filled in.
                    Settings = CapacityProviderRules.Store(settings),
                    Tags = tags,
                }).ConfigureAwait(false);

            case { AutoScalingGroupProvider: null, ManagedInstancesProvider: { } managed }:
                var launched = ManagedInstancesRules.Read(managed);
                if (string.IsNullOrEmpty(request.Cluster))
                {
                    throw AwsException.InvalidParameter("A cluster must be specified for a Managed Instances capacity provider.");
                }

                var cluster = await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false);
                if (cluster.CapacityProviders.Length >= quotas.CapacityProvidersPerCluster)
                {
                    throw new AwsException("LimitExceededException", 400, $"A cluster can have at most {quotas.CapacityProvidersPerCluster} capacity providers.");
                }

                var created = await Create(new()
                {
                    Name = name,
                    Kind = CapacityProviderKind.ManagedInstances,
                    Cluster = cluster.Name,
                    Settings = CapacityProviderRules.Store(launched),
                    Update = CapacityProviderUpdate.CreateComplete,
                    Tags = tags,
                }).ConfigureAwait(false);
                await account.ExecuteAsync(context, new AssociateCapacityProvidersCommand(cluster.Name, [name]), cancellationToken).ConfigureAwait(false);
                await clusters.ExecuteAsync(context, cluster.Name, new AttachCapacityProviderCommand(new(name, "MANAGED_INSTANCES"), Attached: true), cancellationToken).ConfigureAwait(false);
                return created;

            default:
                throw AwsException.InvalidParameter("Specify either an Auto Scaling group provider or a Managed Instances provider.");
        }

        async ValueTask<CreateCapacityProviderResponse> Create(CapacityProvider draft)
        {
            var provider = await account.ExecuteAsync(context, new CreateCapacityProviderCommand(draft), cancellationToken).ConfigureAwait(false);
            return new() { CapacityProvider = CapacityProviderAnswer.Of(provider, context, withTags: true) };
        }
    }
}
