using Berth.Wire;

namespace Berth.Registry;

/// <summary>Describes the registry. It replicates nothing.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRegistry.html</remarks>
internal sealed class DescribeRegistry : IOperation<DescribeRegistry.Request, DescribeRegistry.Response>
{
    internal sealed record Request;

    internal sealed record Response(string RegistryId, ReplicationConfigurationShape ReplicationConfiguration);

    internal sealed record ReplicationConfigurationShape(IReadOnlyList<string> Rules);

    public ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new Response(context.AccountId, new([])));
}
