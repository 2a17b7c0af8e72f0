using Berth.Wire;

namespace Berth.Api;

internal sealed record DescribeServicesRequest
{
    public string? Cluster { get; set; }

    public List<string>? Services { get; set; }

    public List<string>? Include { get; set; }
}

internal sealed record DescribeServicesResponse
{
    public List<ServiceShape>? Services { get; set; }

    public List<FailureShape>? Failures { get; set; }
}

/// <summary>Tells services by name, deleted ones for a time.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html</remarks>
internal sealed class DescribeServices(ClusterStreams clusters) : IOperation<DescribeServicesRequest, DescribeServicesResponse>
{
    private const int MostServices = 10;

    public async ValueTask<DescribeServicesResponse> HandleAsync(DescribeServicesRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        WireEnums.ServiceField.Require(request.Include, "include");
        var asked = request.Services is { Count: > 0 } given ? given : throw AwsException.InvalidParameter("Services cannot be empty.");
        if (asked.Count > MostServices)
        {
            throw AwsException.InvalidParameter($"Services cannot have more than {MostServices} entries.");
        }

        var state = await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false);
        var withTags = request.Include?.Contains("TAGS") == true;
        var answer = new DescribeServicesResponse { Services = [], Failures = [] };
        foreach (var name in asked.Select(identifier => EcsIdentifiers.Service(identifier, state.Name, context)).Distinct(StringComparer.Ordinal))
        {
            if (state.Services.TryGetValue(name, out var service))
            {
                answer.Services.Add(ServiceAnswer.Of(state, service, withTags));
            }
            else
            {
                answer.Failures.Add(new() { Arn = EcsIdentifiers.ArnOf(name, state.ServiceArn), Reason = "MISSING" });
            }
        }

        return answer;
    }
}
