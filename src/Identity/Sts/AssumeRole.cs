using System.Text.RegularExpressions;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Identity;

internal sealed record PolicyDescriptorShape(string? Arn);

internal sealed record ProvidedContextShape(string? ProviderArn, string? ContextAssertion);

internal sealed record AssumeRoleInput(
    string? RoleArn,
    string? RoleSessionName,
    IReadOnlyList<PolicyDescriptorShape>? PolicyArns,
    string? Policy,
    int? DurationSeconds,
    IReadOnlyList<TagShape>? Tags,
    IReadOnlyList<string>? TransitiveTagKeys,
    string? ExternalId,
    string? SerialNumber,
    string? TokenCode,
    string? SourceIdentity,
    IReadOnlyList<ProvidedContextShape>? ProvidedContexts);

internal sealed record SessionCredentialsShape(string AccessKeyId, string SecretAccessKey, string SessionToken, DateTimeOffset Expiration);

internal sealed record AssumedRoleUserShape(string AssumedRoleId, string Arn);

internal sealed record AssumeRoleOutput(SessionCredentialsShape Credentials, AssumedRoleUserShape AssumedRoleUser);

/// <summary>
/// Gives keys that sign as a role of the account. Policies are not evaluated yet, so neither the role's trust policy nor
/// an external id can stand in the way; what would narrow the session or name it further is refused.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html</remarks>
internal sealed partial class AssumeRole(IdentityStreams streams, SessionCredentials sessions) : IOperation<AssumeRoleInput, AssumeRoleOutput>
{
    private const int LeastSeconds = 900;
    private const int MostSeconds = 43_200;

    /// <summary>The longest session of a caller that is a session itself.</summary>
    private const int MostChainedSeconds = 3600;

    public async ValueTask<AssumeRoleOutput> HandleAsync(AssumeRoleInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = Invalid.Required(request.RoleArn, "roleArn", 2048, 20);
        var session = Invalid.Name(Invalid.Required(request.RoleSessionName, "roleSessionName", 64, 2), "roleSessionName");
        var seconds = Invalid.InRange(request.DurationSeconds, LeastSeconds, MostSeconds, "durationSeconds") ?? Role.DefaultSessionSeconds;
        RefuseWhatIsNotCarriedOut(request);
        if (!ArnPattern().IsMatch(arn))
        {
            throw Invalid.Error($"{arn} is invalid");
        }

        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        if (state.Roles.GetValueOrDefault(arn[(arn.LastIndexOf('/') + 1)..]) is not { } role || state.ArnOf(role) != arn)
        {
            // AWS does not tell a role that is not there from one that may not be assumed.
            throw new AwsException("AccessDenied", 403, $"User: {context.PrincipalArn} is not authorized to perform: sts:AssumeRole on resource: {arn}");
        }

        if (seconds > role.MaxSessionSeconds)
        {
            throw Invalid.Error("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
        }

        if (seconds > MostChainedSeconds && context.PrincipalArn.Contains(":assumed-role/", StringComparison.Ordinal))
        {
            throw Invalid.Error("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.");
        }

        var principal = $"arn:aws:sts::{context.AccountId}:assumed-role/{role.Name}/{session}";
        return new(
            sessions.Issue(context.AccountId, principal, TimeSpan.FromSeconds(seconds)).Shape(),
            new($"{role.Id}:{session}", principal));
    }

    private static void RefuseWhatIsNotCarriedOut(AssumeRoleInput request)
    {
        var member = request switch
        {
            { PolicyArns.Count: > 0 } => "PolicyArns",
            { Policy: not null } => "Policy",
            { Tags.Count: > 0 } => "Tags",
            { TransitiveTagKeys.Count: > 0 } => "TransitiveTagKeys",
            { SerialNumber: not null } or { TokenCode: not null } => "SerialNumber and TokenCode",
            { SourceIdentity: not null } => "SourceIdentity",
            { ProvidedContexts.Count: > 0 } => "ProvidedContexts",
            _ => null,
        };
        if (member is not null)
        {
            throw Invalid.Error($"{member} of AssumeRole is not supported here yet.");
        }
    }

    [GeneratedRegex(@"^arn:aws:iam::\d{12}:role/[!-~]+\z")]
    private static partial Regex ArnPattern();
}
