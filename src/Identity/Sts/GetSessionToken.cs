using Berth.Wire;

namespace Berth.Identity;

internal sealed record GetSessionTokenInput(int? DurationSeconds, string? SerialNumber, string? TokenCode);

internal sealed record GetSessionTokenOutput(SessionCredentialsShape Credentials);

/// <summary>Gives temporary keys that sign as the caller, who signs with lasting ones.</summary>
/// <remarks>https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html</remarks>
internal sealed class GetSessionToken(SessionCredentials sessions) : IOperation<GetSessionTokenInput, GetSessionTokenOutput>
{
    private const int LeastSeconds = 900;
    private const int MostSeconds = 129_600;
    private const int MostRootSeconds = 3600;
    private const int DefaultSeconds = 43_200;

    public ValueTask<GetSessionTokenOutput> HandleAsync(GetSessionTokenInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var isRoot = context.PrincipalArn.EndsWith(":root", StringComparison.Ordinal);
        var seconds = Invalid.InRange(request.DurationSeconds, LeastSeconds, MostSeconds, "durationSeconds") ?? DefaultSeconds;
        if (request.SerialNumber is not null || request.TokenCode is not null)
        {
            throw Invalid.Error("SerialNumber and TokenCode of GetSessionToken are not supported here yet.");
        }

        if (context.AccessKeyId.StartsWith("ASIA", StringComparison.Ordinal))
        {
            throw new AwsException("AccessDenied", 403, "Cannot call GetSessionToken with session credentials");
        }

        var life = TimeSpan.FromSeconds(isRoot ? Math.Min(seconds, MostRootSeconds) : seconds);
        return ValueTask.FromResult(new GetSessionTokenOutput(sessions.Issue(context.AccountId, context.PrincipalArn, life).Shape()));
    }
}
