using Berth.Wire;

namespace Berth.Api;

internal sealed record DiscoverPollEndpointRequest
{
    public string? ContainerInstance { get; set; }

    public string? Cluster { get; set; }
}

internal sealed record DiscoverPollEndpointResponse
{
    public string? Endpoint { get; set; }

    public string? TelemetryEndpoint { get; set; }

    public string? ServiceConnectEndpoint { get; set; }
}

/// <summary>Tells an agent where its two sockets are: at the address it called.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DiscoverPollEndpoint.html</remarks>
internal sealed class DiscoverPollEndpoint : IOperation<DiscoverPollEndpointRequest, DiscoverPollEndpointResponse>
{
    public ValueTask<DiscoverPollEndpointResponse> HandleAsync(DiscoverPollEndpointRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var address = $"{context.Scheme}://{context.Authority}";
        return ValueTask.FromResult(new DiscoverPollEndpointResponse { Endpoint = $"{address}/acs", TelemetryEndpoint = $"{address}/tcs" });
    }
}
