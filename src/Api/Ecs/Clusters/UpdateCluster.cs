using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record UpdateClusterRequest
{
    public string? Cluster { get; set; }

    public List<ClusterSettingShape>? Settings { get; set; }

    public ClusterConfigurationShape? Configuration { get; set; }

    public ClusterServiceConnectDefaultsRequestShape? ServiceConnectDefaults { get; set; }
}

internal sealed record UpdateClusterResponse
{
    public ClusterShape? Cluster { get; set; }
}

/// <summary>Changes a cluster's settings and configuration; what is not given stays.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateCluster.html</remarks>
internal sealed class UpdateCluster(ClusterStreams clusters) : IOperation<UpdateClusterRequest, UpdateClusterResponse>
{
    public async ValueTask<UpdateClusterResponse> HandleAsync(UpdateClusterRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.Cluster))
        {
            throw AwsException.InvalidParameter("Cluster can not be blank.");
        }

        var command = new UpdateClusterCommand(ClusterRules.Settings(request.Settings), ClusterRules.Configuration(request.Configuration), ClusterRules.ServiceConnectDefaults(request.ServiceConnectDefaults, mayBeNone: true));
        var state = await clusters.ExecuteAsync(context, request.Cluster, command, cancellationToken).ConfigureAwait(false);
        return new() { Cluster = ClusterAnswer.Of(state, ClusterAnswer.Changed) };
    }
}
