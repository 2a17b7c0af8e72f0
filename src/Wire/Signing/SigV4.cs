using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Berth.Wire;

/// <summary>An access key with its secret, and the session token of temporary ones.</summary>
public sealed record AwsCredentials(string AccessKeyId, string SecretAccessKey, string? SessionToken = null);

/// <summary>A signature's scope: <c>DATE/REGION/SERVICE/aws4_request</c>.</summary>
public sealed record CredentialScope(string Date, string Region, string Service)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Date}/{Region}/{Service}/aws4_request";
}

/// <summary>Signature Version 4: canonical form, key derivation and signature, the same for both ends.</summary>
/// <remarks>Source: AWS General Reference, "Signature Version 4 signing process".</remarks>
public static class SigV4
{
    /// <summary>The algorithm's name in headers and query strings.</summary>
    public const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>The SHA-256 of nothing, in hexadecimal.</summary>
    public const string EmptyBodyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <summary>Lowercase hexadecimal SHA-256.</summary>
    public static string Hash(ReadOnlySpan<byte> body)
    {
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(body, digest);
        return Convert.ToHexStringLower(digest);
    }

    /// <summary>The canonical request.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path as sent, already percent-encoded once; encoded a second time here, unless it is S3's.</param>
    /// <param name="query">Decoded query parameters, the signature itself left out.</param>
    /// <param name="headers">The signed headers: lowercase names, values as received.</param>
    /// <param name="bodyHash">The body's <see cref="Hash"/>.</param>
    /// <param name="isObjectCall">Whether it is a call of S3, which wants its path as it is.</param>
    public static string CanonicalRequest(
        string method,
        string path,
        IEnumerable<KeyValuePair<string, string>> query,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        string bodyHash,
        bool isObjectCall = false)
    {
        var text = new ArrayBufferWriter<byte>(512);
        CanonicalWriter.Text(text, method);
        CanonicalWriter.Byte(text, '\n');
        if (isObjectCall)
        {
            CanonicalWriter.ObjectPath(text, path);
        }
        else
        {
            CanonicalWriter.Path(text, path);
        }

        CanonicalWriter.Byte(text, '\n');
        CanonicalWriter.Query(text, query);
        CanonicalWriter.Byte(text, '\n');
        var ordered = headers.OrderBy(header => header.Key, StringComparer.Ordinal).ToList();
        foreach (var (name, value) in ordered)
        {
            CanonicalWriter.Text(text, name);
            CanonicalWriter.Byte(text, ':');
            CanonicalWriter.HeaderValue(text, value);
            CanonicalWriter.Byte(text, '\n');
        }

        CanonicalWriter.Text(text, $"\n{string.Join(';', ordered.Select(header => header.Key))}\n{bodyHash}");
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    /// <summary>The signature of a canonical request, lowercase hexadecimal.</summary>
    /// <param name="secret">The secret access key.</param>
    /// <param name="timestamp">The request's time as <c>yyyyMMddTHHmmssZ</c>.</param>
    /// <param name="scope">The scope the key is derived for.</param>
    /// <param name="canonicalRequest">The canonical request.</param>
    public static string Sign(string secret, string timestamp, CredentialScope scope, string canonicalRequest)
    {
        var toSign = $"{Algorithm}\n{timestamp}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonicalRequest))}";
        return Convert.ToHexStringLower(HMACSHA256.HashData(DeriveKey(secret, scope), Encoding.UTF8.GetBytes(toSign)));
    }

    /// <summary>The signing key of a scope; good for a day, so a verifier may keep it.</summary>
    public static byte[] DeriveKey(string secret, CredentialScope scope)
    {
        var key = HMACSHA256.HashData(Encoding.UTF8.GetBytes("AWS4" + secret), Encoding.UTF8.GetBytes(scope.Date));
        key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(scope.Region));
        key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(scope.Service));
        return HMACSHA256.HashData(key, "aws4_request"u8);
    }

    /// <summary>
    /// The headers that sign a request: <c>X-Amz-Date</c>, <c>X-Amz-Security-Token</c> where there is one, and
    /// <c>Authorization</c>.
    /// </summary>
    /// <param name="credentials">The signer.</param>
    /// <param name="region">The scope's region.</param>
    /// <param name="service">The scope's service.</param>
    /// <param name="method">The HTTP method.</param>
    /// <param name="uri">The whole address.</param>
    /// <param name="headers">Further headers to sign, such as <c>x-amz-target</c>; the host is always signed.</param>
    /// <param name="body">The body.</param>
    /// <param name="now">The time of signing.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> SignHeaders(
        AwsCredentials credentials,
        string region,
        string service,
        string method,
        Uri uri,
        IEnumerable<KeyValuePair<string, string>> headers,
        ReadOnlySpan<byte> body,
        DateTimeOffset now)
    {
        var timestamp = Timestamp(now);
        var scope = new CredentialScope(timestamp[..8], region, service);
        List<KeyValuePair<string, string>> result = [new("X-Amz-Date", timestamp)];
        if (credentials.SessionToken is { } token)
        {
            result.Add(new("X-Amz-Security-Token", token));
        }

        var signed = headers.Concat(result)
            .Select(header => new KeyValuePair<string, string>(header.Key.ToLowerInvariant(), header.Value))
            .Append(new("host", uri.Authority))
            .ToList();
        var canonical = CanonicalRequest(method, uri.AbsolutePath, ParseQuery(uri.Query), signed, Hash(body), isObjectCall: service == "s3");
        var names = string.Join(';', signed.Select(header => header.Key).Order(StringComparer.Ordinal));
        result.Add(new("Authorization",
            $"{Algorithm} Credential={credentials.AccessKeyId}/{scope}, SignedHeaders={names}, Signature={Sign(credentials.SecretAccessKey, timestamp, scope, canonical)}"));
        return result;
    }

    /// <summary>A moment in the form of <c>X-Amz-Date</c>.</summary>
    public static string Timestamp(DateTimeOffset now) => now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Splits a raw query string into decoded parameters, in order, repeats kept.</summary>
    public static IEnumerable<KeyValuePair<string, string>> ParseQuery(string query)
    {
        foreach (var part in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            yield return at < 0
                ? new(Decode(part), "")
                : new(Decode(part[..at]), Decode(part[(at + 1)..]));
        }
    }

    /// <summary>Percent-encodes all but the unreserved characters of RFC 3986.</summary>
    public static string Encode(string text) => Uri.EscapeDataString(text);

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
