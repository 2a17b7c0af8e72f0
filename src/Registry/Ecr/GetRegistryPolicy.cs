using Berth.Wire;

namespace Berth.Registry;

/// <summary>Says that the registry has no policy.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRegistryPolicy.html</remarks>
internal sealed class GetRegistryPolicy : IOperation<GetRegistryPolicy.Request, GetRegistryPolicy.Response>
{
    internal sealed record Request;

    internal sealed record Response(string RegistryId, string PolicyText);

    public ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken) =>
        throw new AwsException("RegistryPolicyNotFoundException", 400, $"Registry policy does not exist in the registry with id '{context.AccountId}'");
}
