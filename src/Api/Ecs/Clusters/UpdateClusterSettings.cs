using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record UpdateClusterSettingsRequest
{
    public string? Cluster { get; set; }

    public List<ClusterSettingShape>? Settings { get; set; }
}

internal sealed record UpdateClusterSettingsResponse
{
    public ClusterShape? Cluster { get; set; }
}

/// <summary>Changes a cluster's settings.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateClusterSettings.html</remarks>
internal sealed class UpdateClusterSettings(ClusterStreams clusters) : IOperation<UpdateClusterSettingsRequest, UpdateClusterSettingsResponse>
{
    public async ValueTask<UpdateClusterSettingsResponse> HandleAsync(UpdateClusterSettingsRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.Cluster))
        {
            throw AwsException.InvalidParameter("Cluster can not be blank.");
        }

        var settings = ClusterRules.Settings(request.Settings) ?? throw AwsException.InvalidParameter("Settings can not be empty.");
        var state = await clusters.ExecuteAsync(context, request.Cluster, new UpdateClusterCommand(settings, null, null), cancellationToken).ConfigureAwait(false);
        return new() { Cluster = ClusterAnswer.Of(state, ClusterAnswer.Changed) };
    }
}
