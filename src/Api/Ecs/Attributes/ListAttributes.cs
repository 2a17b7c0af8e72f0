using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record ListAttributesRequest
{
    public string? Cluster { get; set; }

    public string? TargetType { get; set; }

    public string? AttributeName { get; set; }

    public string? AttributeValue { get; set; }

    public string? NextToken { get; set; }

    public int? MaxResults { get; set; }
}

internal sealed record ListAttributesResponse
{
    public List<AttributeShape>? Attributes { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>Lists attributes of container instances by name and value.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListAttributes.html</remarks>
internal sealed class ListAttributes(ClusterStreams clusters) : IOperation<ListAttributesRequest, ListAttributesResponse>
{
    private const string List = nameof(ListAttributes);

    public async ValueTask<ListAttributesResponse> HandleAsync(ListAttributesRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        if (request.TargetType is null)
        {
            throw AwsException.InvalidParameter("targetType can not be blank.");
        }

        WireEnums.TargetType.Require(request.TargetType, "targetType");
        if (request.AttributeValue is not null && request.AttributeName is null)
        {
            throw AwsException.InvalidParameter("An attribute value can only be given together with an attribute name.");
        }

        var page = Page.Of(List, request.NextToken, request.MaxResults);
        var state = await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false);
        var all =
            from instance in state.ContainerInstances.Values
            where instance.Status != ContainerInstanceStatus.Inactive && (page.After is null || string.CompareOrdinal(instance.Id, page.After.Split(' ')[0]) >= 0)
            from attribute in instance.Attributes.Values
            where (request.AttributeName is null || attribute.Name == request.AttributeName)
                && (request.AttributeValue is null || attribute.Value == request.AttributeValue)
                && (page.After is null || string.CompareOrdinal($"{instance.Id} {attribute.Name}", page.After) > 0)
            select (instance.Id, Attribute: attribute);
        var (attributes, next) = page.Cut(
            List,
            [.. all.Take(page.Size + 1)],
            entry => $"{entry.Id} {entry.Attribute.Name}",
            entry => new AttributeShape { Name = entry.Attribute.Name, Value = entry.Attribute.Value, TargetId = state.ContainerInstanceArn(entry.Id), TargetType = "container-instance" });
        return new() { Attributes = attributes, NextToken = next };
    }
}
