using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record PutAttributesRequest
{
    public string? Cluster { get; set; }

    public List<AttributeShape>? Attributes { get; set; }
}

internal sealed record PutAttributesResponse
{
    public List<AttributeShape>? Attributes { get; set; }
}

/// <summary>Adds or replaces custom attributes of container instances.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutAttributes.html</remarks>
internal sealed class PutAttributes(ClusterStreams clusters) : IOperation<PutAttributesRequest, PutAttributesResponse>
{
    public async ValueTask<PutAttributesResponse> HandleAsync(PutAttributesRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var cluster = EcsIdentifiers.Cluster(request.Cluster, context);
        var asked = AttributeRules.ByTarget(request.Attributes, cluster, context);
        foreach (var attribute in request.Attributes!)
        {
            AttributeRules.CheckText(attribute);
        }

        await clusters.ExecuteAsync(context, cluster, new PutAttributesCommand(AttributeRules.Targets(asked)), cancellationToken).ConfigureAwait(false);
        return new() { Attributes = AttributeRules.Show(asked, context, cluster) };
    }
}
