using Berth.Engine;
using Berth.Wire;

namespace Berth.Api;

internal sealed record DescribeContainerInstancesRequest
{
    public string? Cluster { get; set; }

    public List<string>? ContainerInstances { get; set; }

    public List<string>? Include { get; set; }
}

internal sealed record DescribeContainerInstancesResponse
{
    public List<ContainerInstanceShape>? ContainerInstances { get; set; }

    public List<FailureShape>? Failures { get; set; }
}

/// <summary>Tells container instances by id.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeContainerInstances.html</remarks>
internal sealed class DescribeContainerInstances(ClusterStreams clusters, InstanceStatuses statuses) : IOperation<DescribeContainerInstancesRequest, DescribeContainerInstancesResponse>
{
    private const int MostInstances = 100;

    public async ValueTask<DescribeContainerInstancesResponse> HandleAsync(DescribeContainerInstancesRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        WireEnums.ContainerInstanceField.Require(request.Include, "include");
        var asked = request.ContainerInstances is { Count: > 0 } given ? given : throw AwsException.Client("Container Instances cannot be empty.");
        if (asked.Count > MostInstances)
        {
            throw AwsException.InvalidParameter($"Container Instances cannot have more than {MostInstances} entries.");
        }

        var state = await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false);
        var cluster = StreamId.Cluster(context.AccountId, context.Region, state.Name);
        var answer = new DescribeContainerInstancesResponse { ContainerInstances = [], Failures = [] };
        foreach (var id in asked.Select(identifier => EcsIdentifiers.ContainerInstance(identifier, state.Name, context)).Distinct(StringComparer.Ordinal))
        {
            if (state.ContainerInstances.TryGetValue(id, out var instance))
            {
                answer.ContainerInstances.Add(ContainerInstanceAnswer.Of(state, instance, request.Include ?? [], statuses.Find(cluster, id)));
            }
            else
            {
                answer.Failures.Add(new() { Arn = EcsIdentifiers.ArnOf(id, state.ContainerInstanceArn), Reason = "MISSING" });
            }
        }

        return answer;
    }
}
