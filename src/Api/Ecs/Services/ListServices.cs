using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record ListServicesRequest
{
    public string? Cluster { get; set; }

    public string? NextToken { get; set; }

    public int? MaxResults { get; set; }

    public string? LaunchType { get; set; }

    public string? SchedulingStrategy { get; set; }

    public string? ResourceManagementType { get; set; }
}

internal sealed record ListServicesResponse
{
    public List<string>? ServiceArns { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>Lists ARNs of the ACTIVE services.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServices.html</remarks>
internal sealed class ListServices(ClusterStreams clusters) : IOperation<ListServicesRequest, ListServicesResponse>
{
    private const string List = nameof(ListServices);
    private const int UsualResults = 10;

    public async ValueTask<ListServicesResponse> HandleAsync(ListServicesRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        WireEnums.LaunchType.Require(request.LaunchType, "launchType");
        WireEnums.SchedulingStrategy.Require(request.SchedulingStrategy, "schedulingStrategy");
        WireEnums.ResourceManagementType.Require(request.ResourceManagementType, "resourceManagementType");
        var page = Page.Of(List, request.NextToken, request.MaxResults, UsualResults);
        var state = await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false);

        SchedulingStrategy? scheduling = request.SchedulingStrategy is { } text ? WireName<SchedulingStrategy>.Read(text, default) : null;
        var names = state.ServiceIndex.Of(request.LaunchType, scheduling);
        var found = new List<string>();

        // Every service here is its owner's own.
        for (var at = page.After is null ? 0 : names.FirstAfter(page.After); at < names.Count && found.Count <= page.Size && request.ResourceManagementType != "ECS"; at++)
        {
            found.Add(names[at]);
        }

        var (arns, next) = page.Cut(List, [.. found], name => name, state.ServiceArn);
        return new() { ServiceArns = arns, NextToken = next };
    }
}
