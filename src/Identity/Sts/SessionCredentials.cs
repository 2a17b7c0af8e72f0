using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Berth.Wire;

namespace Berth.Identity;

/// <summary>A temporary key and when it ends.</summary>
/// <param name="Key">The key with its token.</param>
/// <param name="ExpiresAt">When it ends, in whole seconds.</param>
public sealed record SessionKey(AccessKey Key, DateTimeOffset ExpiresAt);

/// <summary>
/// The keys of sessions. A session's token says whose it is and until when, under an HMAC of a secret of this control
/// plane, so nothing is stored, and a session outlives a restart. Thread safe.
/// </summary>
/// <remarks>
/// A token is base64 of a text and its HMAC-SHA256; the text's lines are: version, access key id, account, principal,
/// expiry in seconds since the epoch. Secret keys are derived from the token's text.
/// </remarks>
public sealed class SessionCredentials(byte[] secret, TimeProvider clock)
{
    private const string Version = "berth-session-1";
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int IdCharacters = 16;
    private const int SecretCharacters = 40;
    private const int LongestToken = 2048;
    private const int LeastKept = 1024;

    /// <summary>Sessions seen since the start, for those who ask by the id alone, as the registry does.</summary>
    private readonly ConcurrentDictionary<string, SessionKey> seen = new(StringComparer.Ordinal);

    private int sweepAt = LeastKept;

    /// <summary>A new session of a principal.</summary>
    public SessionKey Issue(string account, string principalArn, TimeSpan life)
    {
        var id = $"ASIA{RandomNumberGenerator.GetString(Alphabet, IdCharacters)}";
        var until = DateTimeOffset.FromUnixTimeSeconds((clock.GetUtcNow() + life).ToUnixTimeSeconds());
        var text = string.Join('\n', Version, id, account, principalArn, until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        var bytes = Encoding.UTF8.GetBytes(text);
        var token = Convert.ToBase64String([.. bytes, .. Mac("token", bytes)]);
        return Remember(new(new(id, SecretOf(bytes), account, principalArn) { SessionToken = token }, until));
    }

    /// <summary>The key with this id, if its session is not over; the token tells of it what was not seen since the start.</summary>
    public AccessKey? Find(string accessKeyId, string? sessionToken)
    {
        if (!seen.TryGetValue(accessKeyId, out var session))
        {
            session = sessionToken is null ? null : Read(accessKeyId, sessionToken);
        }

        return session is null || session.ExpiresAt <= clock.GetUtcNow() ? null : session.Key;
    }

    private SessionKey? Read(string accessKeyId, string token)
    {
        Span<byte> bytes = stackalloc byte[LongestToken];
        if (token.Length > LongestToken || !Convert.TryFromBase64String(token, bytes, out var length) || length <= HMACSHA256.HashSizeInBytes)
        {
            return null;
        }

        var text = bytes[..(length - HMACSHA256.HashSizeInBytes)].ToArray();
        if (!CryptographicOperations.FixedTimeEquals(Mac("token", text), bytes[text.Length..length])
            || Encoding.UTF8.GetString(text).Split('\n') is not [Version, var id, var account, var principal, var expiry]
            || id != accessKeyId)
        {
            return null;
        }

        var until = DateTimeOffset.FromUnixTimeSeconds(long.Parse(expiry, CultureInfo.InvariantCulture));    // The HMAC says that it is ours.
        return Remember(new(new(id, SecretOf(text), account, principal) { SessionToken = token }, until));
    }

    /// <summary>Keeps a session; drops what is over each time their number has doubled: a constant cost a session.</summary>
    private SessionKey Remember(SessionKey session)
    {
        var now = clock.GetUtcNow();
        seen[session.Key.AccessKeyId] = session;
        if (seen.Count >= sweepAt)
        {
            foreach (var (id, known) in seen)
            {
                if (known.ExpiresAt <= now)
                {
                    seen.TryRemove(id, out _);
                }
            }

            sweepAt = Math.Max(LeastKept, seen.Count * 2);
        }

        return session;
    }

    private string SecretOf(byte[] text) => Convert.ToBase64String(Mac("secret", text))[..SecretCharacters];

    private byte[] Mac(string use, byte[] text) => HMACSHA256.HashData(secret, (byte[])[.. Encoding.UTF8.GetBytes($"session {use}\n"), .. text]);
}
