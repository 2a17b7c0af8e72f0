using Berth.Wire;

namespace Berth.Api;

internal sealed record ListServicesByNamespaceRequest
{
    public string? Namespace { get; set; }

    public string? NextToken { get; set; }

    public int? MaxResults { get; set; }
}

internal sealed record ListServicesByNamespaceResponse
{
    public List<string>? ServiceArns { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>
/// Lists ARNs of services in a Cloud Map namespace. Only Service Connect brings a service into one, and a service with
/// Service Connect is not created here: so there is no namespace to be found.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServicesByNamespace.html</remarks>
internal sealed class ListServicesByNamespace : IOperation<ListServicesByNamespaceRequest, ListServicesByNamespaceResponse>
{
    private const int UsualResults = 10;

    public ValueTask<ListServicesByNamespaceResponse> HandleAsync(ListServicesByNamespaceRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.Namespace))
        {
            throw AwsException.InvalidParameter("namespace can not be blank.");
        }

        _ = Page.Of(nameof(ListServicesByNamespace), request.NextToken, request.MaxResults, UsualResults);
        throw new AwsException("NamespaceNotFoundException", 400, $"The namespace {request.Namespace} was not found.");
    }
}
