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
        var (attributes, next) = page.Find(
            List,
            Behind(page.After, request.AttributeName, state),
            KeyOf,
            entry => entry.Attribute is { } found && (request.AttributeValue is null || found.Value == request.AttributeValue),
            entry => new AttributeShape { Name = entry.Attribute!.Name, Value = entry.Attribute.Value, TargetId = state.ContainerInstanceArn(entry.Id), TargetType = "container-instance" });    // It matched, so it is there.
        return new() { Attributes = attributes, NextToken = next };
    }

    /// <summary>An instance's attributes follow the instance itself.</summary>
    private static string KeyOf((string Id, EcsAttribute? Attribute) entry) => $"{entry.Id} {entry.Attribute?.Name}";

    /// <summary>Instance by instance, the attributes behind a key; null stands for each instance, so that those without an attribute count as looked at.</summary>
    private static IEnumerable<(string Id, EcsAttribute? Attribute)> Behind(string? after, string? name, ClusterState state)
    {
        var begun = after?.Split(' ')[0];
        foreach (var id in begun is null ? state.InstanceIds.After(null) : state.InstanceIds.After(begun).Prepend(begun))
        {
            yield return (id, null);
            if (state.ContainerInstances.GetValueOrDefault(id) is not { Status: not ContainerInstanceStatus.Inactive } instance)
            {
                continue;
            }

            IEnumerable<EcsAttribute> asked = name is null ? instance.Attributes.Values : instance.Attributes.TryGetValue(name, out var one) ? [one] : [];
            foreach (var attribute in asked)
            {
                if (id != begun || string.CompareOrdinal(KeyOf((id, attribute)), after) > 0)
                {
                    yield return (id, attribute);
                }
            }
        }
    }
}
