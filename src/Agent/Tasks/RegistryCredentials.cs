using System.Collections.Concurrent;
using System.Text;
using Berth.Wire;

namespace Berth.Agent;

/// <summary>Finds the user and password for an image's registry.</summary>
/// <remarks>
/// Three kinds of registry want one: ECR as the payload says, one whose credentials are a secret, and the registry that
/// stands at the ECS endpoint's own address, which the agent's key opens.
/// </remarks>
internal sealed class RegistryCredentials(SignedClient client, AgentOptions options, RoleCredentialsStore roles, InputSource inputs, TimeProvider clock)
{
    /// <summary>How long before its end a token is no longer used.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<TokenKey, Token> tokens = new();

    private sealed record TokenKey(Uri Endpoint, string? RegistryId, string? Region, string AccessKeyId);

    private sealed record Token(string UserName, string Password, string ServerAddress, DateTimeOffset UsableUntil);

    /// <returns>Null for a registry that is open.</returns>
    /// <exception cref="ResourceInitializationException">The secret with the credentials cannot be had.</exception>
    public async Task<DockerAuth?> ForAsync(ContainerSpec container, TaskSpec task, CancellationToken cancellationToken)
    {
        var registry = ImageReference.Parse(container.Image ?? "").Registry;
        if (container.RegistryAuthentication is { Type: "ecr", EcrAuthData: { } ecr })
        {
            var endpoint = ecr.EndpointOverride is { Length: > 0 } text && Uri.TryCreate(text, UriKind.Absolute, out var given) ? given : options.Endpoint;
            var role = ecr.UseExecutionRole && task.ExecutionRoleCredentials?.CredentialsId is { } id ? roles.Find(id) : null;
            var key = role is { AccessKeyId: { } access, SecretAccessKey: { } accessSecret } ? new AwsCredentials(access, accessSecret, role.SessionToken) : options.Credentials;
            return await TokenAsync(endpoint, ecr.RegistryId, ecr.Region, key, registry, cancellationToken).ConfigureAwait(false);
        }

        if (container.RegistryAuthentication is { Type: "asm", AsmAuthData: { } secret })
        {
            return await inputs.RegistryAuthAsync(secret, registry, task, cancellationToken).ConfigureAwait(false);
        }

        return registry == options.Endpoint.Authority
            ? await TokenAsync(options.Endpoint, null, null, options.Credentials, registry, cancellationToken).ConfigureAwait(false)
            : null;
    }

    private async Task<DockerAuth?> TokenAsync(Uri endpoint, string? registryId, string? region, AwsCredentials key, string? registry, CancellationToken cancellationToken)
    {
        var name = new TokenKey(endpoint, registryId, region, key.AccessKeyId);
        if (!tokens.TryGetValue(name, out var token) || token.UsableUntil <= clock.GetUtcNow())
        {
            var answer = await client.CallAsync(
                "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken",
                "ecr",
                new GetAuthorizationTokenRequest(registryId is null ? null : [registryId]),
                AgentJson.Wire.GetAuthorizationTokenRequest,
                AgentJson.Wire.GetAuthorizationTokenResponse,
                cancellationToken,
                at: endpoint,
                region: region,
                credentials: key).ConfigureAwait(false);
            token = Read(answer?.AuthorizationData is [var data, ..] ? data : null, registry ?? endpoint.Authority);
            tokens[name] = token;
        }

        return new DockerAuth { UserName = token.UserName, Password = token.Password, ServerAddress = token.ServerAddress };
    }

    private Token Read(AuthorizationData? data, string registry)
    {
        try
        {
            var text = Encoding.UTF8.GetString(Convert.FromBase64String(data?.AuthorizationToken ?? ""));
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            return new Token(text[..colon], text[(colon + 1)..], registry, (data?.ExpiresAt ?? clock.GetUtcNow()) - Margin);
        }
        catch (Exception malformed) when (malformed is FormatException or ArgumentOutOfRangeException)
        {
            throw new HttpRequestException("GetAuthorizationToken was answered without a token.", malformed);
        }
    }
}
