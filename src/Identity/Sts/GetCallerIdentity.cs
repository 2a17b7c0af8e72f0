using Berth.Wire;

namespace Berth.Identity;

internal sealed record GetCallerIdentityInput;

internal sealed record GetCallerIdentityOutput(string UserId, string Account, string Arn);

/// <summary>Tells callers who they are.</summary>
/// <remarks>https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html</remarks>
internal sealed class GetCallerIdentity(IdentityStreams streams) : IOperation<GetCallerIdentityInput, GetCallerIdentityOutput>
{
    public async ValueTask<GetCallerIdentityOutput> HandleAsync(GetCallerIdentityInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var identities = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        return new(CallerId.Of(context, identities), context.AccountId, context.PrincipalArn);
    }
}
