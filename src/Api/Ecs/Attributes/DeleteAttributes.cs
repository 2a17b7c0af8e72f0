using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record DeleteAttributesRequest
{
    public string? Cluster { get; set; }

    public List<AttributeShape>? Attributes { get; set; }
}

internal sealed record DeleteAttributesResponse
{
    public List<AttributeShape>? Attributes { get; set; }
}

/// <summary>Removes custom attributes of container instances.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteAttributes.html</remarks>
internal sealed class DeleteAttributes(ClusterStreams clusters) : IOperation<DeleteAttributesRequest, DeleteAttributesResponse>
{
    public async ValueTask<DeleteAttributesResponse> HandleAsync(DeleteAttributesRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var cluster = EcsIdentifiers.Cluster(request.Cluster, context);
        var asked = AttributeRules.ByTarget(request.Attributes, cluster, context);
        await clusters.ExecuteAsync(context, cluster, new DeleteAttributesCommand(AttributeRules.Targets(asked)), cancellationToken).ConfigureAwait(false);
        return new() { Attributes = AttributeRules.Show(asked, context, cluster) };
    }
}
