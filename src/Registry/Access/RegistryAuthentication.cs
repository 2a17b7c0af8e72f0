using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>What an <c>Authorization</c> header is worth.</summary>
internal abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>It names a caller.</summary>
    public sealed record Known(RegistryCaller Caller) : Verdict;

    /// <summary>It was a token once.</summary>
    public sealed record Expired : Verdict;

    /// <summary>It is missing, malformed or wrong.</summary>
    public sealed record Unknown : Verdict;
}

/// <summary>
/// Tells callers by their Basic credentials: user <c>AWS</c> with a token of <c>GetAuthorizationToken</c>, or an access
/// key id with its secret. Thread safe; a header seen before costs a dictionary look-up.
/// </summary>
internal sealed class RegistryAuthentication(RegistryTokens tokens, IAccessKeys keys, RegistryOptions options, TimeProvider clock)
{
    private const string Scheme = "Basic ";
    private const string TokenUser = "AWS";
    private const int LongestHeader = 16 * 1024;
    private const int MostCached = 4096;

    private readonly ConcurrentDictionary<string, Credential> cache = new(StringComparer.Ordinal);

    /// <summary>Judges one header's value.</summary>
    public Verdict Judge(string? header)
    {
        if (header is null || header.Length > LongestHeader || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return new Verdict.Unknown();
        }

        if (!cache.TryGetValue(header, out var credential))
        {
            if (Read(header) is not { } read)
            {
                return new Verdict.Unknown();
            }

            if (cache.Count >= MostCached)
            {
                cache.Clear();
            }

            cache[header] = credential = read;
        }

        // What may change while a header is cached is asked each time: the clock, and whether the key is still valid.
        return keys.Find(credential.Caller.AccessKeyId) is not { } key || (credential.Secret is not null && !Same(credential.Secret, key.SecretAccessKey))
            ? new Verdict.Unknown()
            : credential.ExpiresAt <= clock.GetUtcNow() ? new Verdict.Expired() : new Verdict.Known(credential.Caller);
    }

    private Credential? Read(string header)
    {
        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[Scheme.Length..].Trim(), bytes, out var length))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return null;
        }

        var (user, password) = (text[..colon], text[(colon + 1)..]);
        if (user == TokenUser)
        {
            return tokens.TryRead(password, out var caller, out var expiresAt) ? new(caller, expiresAt, null) : null;
        }

        return keys.Find(user) is { } key && Same(password, key.SecretAccessKey)
            ? new(new RegistryCaller(key.AccessKeyId, key.AccountId, options.DefaultRegion, key.PrincipalArn), DateTimeOffset.MaxValue, password)
            : null;
    }

    private static bool Same(string left, string right) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));

    private sealed record Credential(RegistryCaller Caller, DateTimeOffset ExpiresAt, string? Secret);
}
