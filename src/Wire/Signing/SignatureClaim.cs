using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Berth.Wire;

/// <summary>What a request says of its own signature, in headers or in the query string. Nothing of it is proven yet.</summary>
internal sealed class SignatureClaim
{
    private const int MostExpiresSeconds = 7 * 24 * 60 * 60;

    /// <summary>The whole <c>KEY/DATE/REGION/SERVICE/aws4_request</c>.</summary>
    public required string Credential { get; init; }

    /// <summary>The names of the signed headers as sent: lowercase, ordered, joined by semicolons.</summary>
    public required string SignedHeaders { get; init; }

    /// <summary>The signature, hexadecimal.</summary>
    public required string Signature { get; init; }

    /// <summary>The moment of signing as <c>yyyyMMddTHHmmssZ</c>.</summary>
    public required string Timestamp { get; init; }

    /// <summary>The same moment.</summary>
    public required DateTimeOffset SignedAt { get; init; }

    /// <summary>How long a presigned request is good for; null when the signature is in the headers.</summary>
    public TimeSpan? ValidFor { get; init; }

    /// <summary>The raw query string without its question mark.</summary>
    public required string Query { get; init; }

    /// <summary>The path as sent.</summary>
    public required string Path { get; init; }

    /// <summary>Reads the claim.</summary>
    /// <exception cref="SignatureException">There is none, or it lacks a part.</exception>
    public static SignatureClaim Read(HttpRequest request)
    {
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget;    // Every server provides it.
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = mark < 0 ? (target, "") : (target[..mark], target[(mark + 1)..]);
        var authorization = request.Headers.Authorization;
        if (authorization.Count > 0)
        {
            return FromHeader(authorization.ToString(), request.Headers, path, query);
        }

        return query.Contains("X-Amz-Algorithm=", StringComparison.Ordinal)
            ? FromQuery(path, query)
            : throw new SignatureException(SignatureFault.Missing, "Missing Authentication Token");
    }

    private static SignatureClaim FromHeader(string header, IHeaderDictionary headers, string path, string query)
    {
        if (!header.StartsWith(SigV4.Algorithm, StringComparison.Ordinal))
        {
            var scheme = header.Split(' ', 2)[0];
            throw scheme.StartsWith("AWS4-", StringComparison.Ordinal)
                ? Incomplete($"Unsupported AWS 'algorithm': '{scheme}'.")
                : new SignatureException(SignatureFault.Missing, "Missing Authentication Token");
        }

        string? credential = null, signedHeaders = null, signature = null;
        var rest = header.AsSpan(SigV4.Algorithm.Length);
        foreach (var range in rest.Split(','))
        {
            var part = rest[range].Trim();
            if (part.StartsWith("Credential="))
            {
                credential = part["Credential=".Length..].ToString();
            }
            else if (part.StartsWith("SignedHeaders="))
            {
                signedHeaders = part["SignedHeaders=".Length..].ToString();
            }
            else if (part.StartsWith("Signature="))
            {
                signature = part["Signature=".Length..].ToString();
            }
        }

        var date = headers["X-Amz-Date"] is [{ Length: > 0 } amzDate] ? amzDate : headers.Date is [{ Length: > 0 } httpDate] ? httpDate : null;
        if (credential is null || signedHeaders is null || signature is null || date is null)
        {
            var missing = string.Join(' ', new[]
            {
                credential is null ? "Authorization header requires 'Credential' parameter." : null,
                signature is null ? "Authorization header requires 'Signature' parameter." : null,
                signedHeaders is null ? "Authorization header requires 'SignedHeaders' parameter." : null,
                date is null ? "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header." : null,
            }.OfType<string>());
            throw Incomplete(missing);
        }

        var signedAt = Moment(date);
        return new()
        {
            Credential = credential,
            SignedHeaders = signedHeaders,
            Signature = signature,
            SignedAt = signedAt,
            Timestamp = date.Length == 16 ? date : SigV4.Timestamp(signedAt),
            Path = path,
            Query = query,
        };
    }

    private static SignatureClaim FromQuery(string path, string query)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in SigV4.ParseQuery(query))
        {
            parameters.TryAdd(name, value);
        }

        string Required(string name) => parameters.TryGetValue(name, out var value) && value.Length > 0
            ? value
            : throw Incomplete($"AWS query-string parameters must include '{name}'. Re-examine the query-string parameters.");

        if (Required("X-Amz-Algorithm") is var algorithm && algorithm != SigV4.Algorithm)
        {
            throw Incomplete($"Unsupported AWS 'algorithm': '{algorithm}'.");
        }

        if (!int.TryParse(Required("X-Amz-Expires"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds is < 1 or > MostExpiresSeconds)
        {
            throw Incomplete($"X-Amz-Expires must be a number of seconds from 1 to {MostExpiresSeconds}.");
        }

        var date = Required("X-Amz-Date");
        var signedAt = Moment(date);
        return new()
        {
            Credential = Required("X-Amz-Credential"),
            SignedHeaders = Required("X-Amz-SignedHeaders"),
            Signature = Required("X-Amz-Signature"),
            SignedAt = signedAt,
            Timestamp = SigV4.Timestamp(signedAt),
            ValidFor = TimeSpan.FromSeconds(seconds),
            Path = path,
            Query = query,
        };
    }

    private static DateTimeOffset Moment(string text) =>
        DateTimeOffset.TryParseExact(text, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            || DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out moment)
                ? moment
                : throw Incomplete($"Date must be in ISO-8601 'basic format'. Got '{text}'. See http://en.wikipedia.org/wiki/ISO_8601");

    private static SignatureException Incomplete(string message) => new(SignatureFault.Incomplete, message);
}
