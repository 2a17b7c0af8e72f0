using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record RegisterContainerInstanceRequest
{
    public string? Cluster { get; set; }

    public string? InstanceIdentityDocument { get; set; }

    public string? InstanceIdentityDocumentSignature { get; set; }

    public List<ResourceShape>? TotalResources { get; set; }

    public VersionInfoShape? VersionInfo { get; set; }

    public string? ContainerInstanceArn { get; set; }

    public List<AttributeShape>? Attributes { get; set; }

    public List<PlatformDeviceShape>? PlatformDevices { get; set; }

    public List<TagShape>? Tags { get; set; }

    /// <summary>Not in the public model; agents send it so that a repeated call finds the same instance.</summary>
    public string? ClientToken { get; set; }
}

internal sealed record RegisterContainerInstanceResponse
{
    public ContainerInstanceShape? ContainerInstance { get; set; }
}

/// <summary>An agent registers its machine; the cluster default is made by its first instance.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterContainerInstance.html</remarks>
internal sealed class RegisterContainerInstance(AccountStreams account, ClusterStreams clusters) : IOperation<RegisterContainerInstanceRequest, RegisterContainerInstanceResponse>
{
    public async ValueTask<RegisterContainerInstanceResponse> HandleAsync(RegisterContainerInstanceRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var cluster = EcsIdentifiers.Cluster(request.Cluster, context);
        var command = Registration.Read(request, cluster, context);
        ContainerInstance instance;
        if (cluster == "default")
        {
            await account.ExecuteAsync(context, new RegisterClusterCommand(cluster), cancellationToken).ConfigureAwait(false);
            instance = await clusters.ExecuteOnNewAsync(context, cluster, command, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            instance = await clusters.ExecuteAsync(context, cluster, command, cancellationToken).ConfigureAwait(false);
        }

        var state = await clusters.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        return new() { ContainerInstance = ContainerInstanceAnswer.Of(state, instance, ["TAGS"]) };
    }
}
