using System.Text;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>Gives the password for <c>docker login</c>: it stands for the caller for twelve hours.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html</remarks>
internal sealed class GetAuthorizationToken(RegistryTokens tokens, RegistryAddress address, RegistryOptions options, TimeProvider clock)
    : IOperation<GetAuthorizationToken.Request, GetAuthorizationToken.Response>
{
    private const int MostRegistries = 10;

    internal sealed record Request(IReadOnlyList<string?>? RegistryIds);

    internal sealed record Response(IReadOnlyList<AuthorizationDataShape> AuthorizationData);

    internal sealed record AuthorizationDataShape(string AuthorizationToken, DateTimeOffset ExpiresAt, string ProxyEndpoint);

    public ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var registries = request.RegistryIds is null ? [context.AccountId] : Constraints.List(request.RegistryIds, "registryIds", MostRegistries);
        foreach (var registry in registries)
        {
            Constraints.OwnRegistry(registry, context, "registryIds");
        }

        var expiresAt = clock.GetUtcNow() + options.TokenLifetime;
        var caller = new RegistryCaller(context.AccessKeyId, context.AccountId, context.Region, context.PrincipalArn);
        var token = Convert.ToBase64String(Encoding.UTF8.GetBytes($"AWS:{tokens.Issue(caller, expiresAt)}"));
        return ValueTask.FromResult(new Response(
            [.. registries.Select(_ => new AuthorizationDataShape(token, expiresAt, address.EndpointFor(context)))]));
    }
}
