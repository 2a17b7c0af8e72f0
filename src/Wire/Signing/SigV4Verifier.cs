using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Berth.Wire;

/// <summary>Who signed a request, and for which scope.</summary>
/// <param name="Key">The caller's key.</param>
/// <param name="Region">The region of the scope.</param>
/// <param name="Service">The service of the scope.</param>
public sealed record SignedCaller(AccessKey Key, string Region, string Service);

/// <summary>
/// Verifies Signature Version 4, in headers or presigned in the query string. Used in two steps by those who read a
/// body: <see cref="Claim"/> turns strangers away before a byte of it is read, <see cref="Verify(PendingSignature, HttpRequest, ReadOnlySpan{byte})"/>
/// proves the rest. Thread safe.
/// </summary>
/// <remarks>Source: AWS General Reference, "Signature Version 4 signing process".</remarks>
public sealed class SigV4Verifier(IAccessKeys keys, TimeProvider clock)
{
    /// <summary>How far the signer's clock may be from ours.</summary>
    public static readonly TimeSpan MostClockSkew = TimeSpan.FromMinutes(15);

    /// <summary>How many derived keys are kept; a key is one for each caller, day, region and service.</summary>
    public const int MostDerivedKeys = 4096;

    private const int MostSignedHeaderLists = 1024;

    /// <summary>What stands for a body's hash where the signature does not cover the body.</summary>
    public const string UnsignedPayload = "UNSIGNED-PAYLOAD";

    /// <summary>Headers that decide what a request does; a signature that does not cover them proves nothing.</summary>
    private static readonly string[] MustBeSigned = ["X-Amz-Target", "X-Amz-Date", "X-Amz-Security-Token"];

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    private readonly ConcurrentDictionary<string, DerivedKey> derivedKeys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string[]> signedHeaderLists = new(StringComparer.Ordinal);

    /// <summary>Verifies a request without a body that counts, such as a WebSocket's upgrade.</summary>
    /// <exception cref="SignatureException">The request is not properly signed.</exception>
    public SignedCaller Verify(HttpRequest request) => Verify(Claim(request), request, []);

    /// <summary>
    /// The first step: the signature is complete, its key is known, its scope is sound and its time is now. The caller
    /// it names is not proven yet.
    /// </summary>
    /// <exception cref="SignatureException">One of these does not hold.</exception>
    public PendingSignature Claim(HttpRequest request)
    {
        var claim = SignatureClaim.Read(request);
        var token = SessionToken(request);
        var derived = derivedKeys.TryGetValue(claim.Credential, out var known) && keys.Find(known.Caller.Key.AccessKeyId, token) == known.Caller.Key
            ? known
            : Derive(claim.Credential, token);
        if (!claim.Timestamp.AsSpan(0, 8).SequenceEqual(derived.Date))
        {
            throw new SignatureException(
                SignatureFault.Mismatch,
                $"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{derived.Date}' != '{claim.Timestamp[..8]}', from '{claim.Timestamp}'.");
        }

        CheckTime(claim);
        return new(claim, derived);
    }

    /// <summary>The second step: the signature was made with the caller's secret over this very request.</summary>
    /// <exception cref="SignatureException">It was not.</exception>
    public SignedCaller Verify(PendingSignature pending, HttpRequest request, ReadOnlySpan<byte> body) => Verify(pending, request, body, bodyHash: null);

    /// <summary>
    /// The second step for S3, whose bodies are streamed: what the request says of its body is proven, and the body itself
    /// is then the caller's to hold against it.
    /// </summary>
    /// <returns>Who it is, what <c>x-amz-content-sha256</c> says (<see cref="UnsignedPayload"/> in a presigned request), and what proves a body that comes in signed chunks.</returns>
    /// <exception cref="SignatureException">The signature was made for another request.</exception>
    public (SignedCaller Caller, string BodyHash, ChunkSignatures Chunks) VerifyObjectCall(PendingSignature pending, HttpRequest request)
    {
        var claim = pending.Claim;
        var bodyHash = request.Headers["x-amz-content-sha256"] is [{ Length: > 0 } told] ? told
            : claim.ValidFor is not null ? UnsignedPayload
            : throw new SignatureException(SignatureFault.Incomplete, "Missing required header for this request: x-amz-content-sha256");
        var caller = Verify(pending, request, [], bodyHash);
        return (caller, bodyHash, new(pending.Key.SigningKey, claim.Timestamp, claim.Credential[pending.Key.ScopeStart..], claim.Signature));
    }

    private SignedCaller Verify(PendingSignature pending, HttpRequest request, ReadOnlySpan<byte> body, string? bodyHash)
    {
        var claim = pending.Claim;
        var signedHeaders = SignedHeaders(claim.SignedHeaders);
        CheckCoverage(request.Headers, signedHeaders);

        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Sign(pending, request, signedHeaders, body, bodyHash, expected);

        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (claim.Signature.Length != 2 * given.Length
            || Convert.FromHexString(claim.Signature, given, out _, out _) != OperationStatus.Done
            || !CryptographicOperations.FixedTimeEquals(expected, given))
        {
            throw Mismatch();
        }

        CheckSessionToken(pending.Key.Caller.Key, request);

        // Only what proved right is kept, so that strangers cannot push others' entries out.
        Keep(derivedKeys, claim.Credential, pending.Key, MostDerivedKeys);
        Keep(signedHeaderLists, claim.SignedHeaders, signedHeaders, MostSignedHeaderLists);
        return pending.Key.Caller;
    }

    /// <summary>A temporary key is good only with the token it was issued with; the token itself is covered by the signature.</summary>
    private static void CheckSessionToken(AccessKey key, HttpRequest request)
    {
        if (key.SessionToken is not { } expected)
        {
            return;
        }

        var given = SessionToken(request) ?? "";
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given)))
        {
            throw new SignatureException(SignatureFault.UnknownKey, "The security token included in the request is invalid.");
        }
    }

    private static string? SessionToken(HttpRequest request) =>
        request.Headers["X-Amz-Security-Token"] is [{ Length: > 0 } header] ? header
        : request.QueryString.HasValue && request.Query["X-Amz-Security-Token"] is [{ Length: > 0 } parameter] ? parameter
        : null;

    private static void Keep<T>(ConcurrentDictionary<string, T> cache, string name, T value, int most)
    {
        if (!cache.TryGetValue(name, out var kept) || !ReferenceEquals(kept, value))
        {
            if (cache.Count >= most)
            {
                cache.Clear();
            }

            cache[name] = value;
        }
    }

    private static void Sign(PendingSignature pending, HttpRequest request, string[] signedHeaders, ReadOnlySpan<byte> body, string? bodyHash, Span<byte> signature)
    {
        var claim = pending.Claim;
        var text = buffer ??= new(4096);
        text.ResetWrittenCount();
        WriteCanonicalRequest(text, claim, request, signedHeaders, body, bodyHash);

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text.WrittenSpan, digest);
        text.ResetWrittenCount();
        text.Write("AWS4-HMAC-SHA256\n"u8);
        CanonicalWriter.Text(text, claim.Timestamp);
        CanonicalWriter.Byte(text, '\n');
        CanonicalWriter.Text(text, claim.Credential.AsSpan(pending.Key.ScopeStart));
        CanonicalWriter.Byte(text, '\n');
        WriteHex(text, digest);
        HMACSHA256.HashData(pending.Key.SigningKey, text.WrittenSpan, signature);
    }

    private static void WriteCanonicalRequest(
        ArrayBufferWriter<byte> text, SignatureClaim claim, HttpRequest request, string[] signedHeaders, ReadOnlySpan<byte> body, string? bodyHash)
    {
        CanonicalWriter.Text(text, request.Method);
        CanonicalWriter.Byte(text, '\n');
        if (bodyHash is null)
        {
            CanonicalWriter.Path(text, claim.Path);
        }
        else
        {
            CanonicalWriter.ObjectPath(text, claim.Path);
        }

        CanonicalWriter.Byte(text, '\n');
        if (claim.Query.Length > 0)
        {
            var query = SigV4.ParseQuery(claim.Query);
            CanonicalWriter.Query(text, claim.ValidFor is null ? query : query.Where(pair => pair.Key != "X-Amz-Signature"));
        }

        CanonicalWriter.Byte(text, '\n');
        foreach (var name in signedHeaders)
        {
            CanonicalWriter.Text(text, name);
            CanonicalWriter.Byte(text, ':');
            var values = request.Headers[name];
            for (var index = 0; index < values.Count; index++)
            {
                if (index > 0)
                {
                    CanonicalWriter.Byte(text, ',');
                }

                CanonicalWriter.HeaderValue(text, values[index]);
            }

            CanonicalWriter.Byte(text, '\n');
        }

        CanonicalWriter.Byte(text, '\n');
        CanonicalWriter.Text(text, claim.SignedHeaders);
        CanonicalWriter.Byte(text, '\n');
        if (bodyHash is null)
        {
            WriteBodyHash(text, request, signedHeaders, body);
        }
        else
        {
            CanonicalWriter.Text(text, bodyHash);
        }
    }

    /// <summary>
    /// The body's own hash, whatever <c>x-amz-content-sha256</c> says. Only where TLS guards the body may a signed
    /// <c>UNSIGNED-PAYLOAD</c> stand for it.
    /// </summary>
    private static void WriteBodyHash(ArrayBufferWriter<byte> text, HttpRequest request, string[] signedHeaders, ReadOnlySpan<byte> body)
    {
        if (request.IsHttps && request.Headers["x-amz-content-sha256"] is [UnsignedPayload] && Covers(signedHeaders, "x-amz-content-sha256"))
        {
            CanonicalWriter.Text(text, UnsignedPayload);
            return;
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, digest);
        WriteHex(text, digest);
    }

    private static void WriteHex(ArrayBufferWriter<byte> text, ReadOnlySpan<byte> bytes)
    {
        Convert.TryToHexStringLower(bytes, text.GetSpan(2 * bytes.Length), out var written);
        text.Advance(written);
    }

    private static void CheckCoverage(IHeaderDictionary headers, string[] signed)
    {
        if (Array.IndexOf(signed, "host") < 0)
        {
            throw new SignatureException(SignatureFault.Mismatch, "'Host' must be a 'SignedHeader' in the AWS Authorization.");
        }

        foreach (var name in MustBeSigned)
        {
            if (headers.ContainsKey(name) && !Covers(signed, name))
            {
                throw new SignatureException(SignatureFault.Mismatch, $"'{name}' must be a 'SignedHeader' in the AWS Authorization.");
            }
        }
    }

    private static bool Covers(string[] signed, string name)
    {
        foreach (var item in signed)
        {
            if (item.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private void CheckTime(SignatureClaim claim)
    {
        var now = clock.GetUtcNow();
        if (claim.SignedAt > now + MostClockSkew)
        {
            throw new SignatureException(
                SignatureFault.WrongTime,
                $"Signature not yet current: {claim.Timestamp} is still later than {SigV4.Timestamp(now + MostClockSkew)} ({SigV4.Timestamp(now)} + 15 min.)");
        }

        if (claim.ValidFor is { } validFor)
        {
            if (claim.SignedAt + validFor < now)
            {
                throw new SignatureException(SignatureFault.Expired, "Request has expired.");
            }
        }
        else if (claim.SignedAt < now - MostClockSkew)
        {
            throw new SignatureException(
                SignatureFault.WrongTime,
                $"Signature expired: {claim.Timestamp} is now earlier than {SigV4.Timestamp(now - MostClockSkew)} ({SigV4.Timestamp(now)} - 15 min.)");
        }
    }

    private string[] SignedHeaders(string list)
    {
        if (signedHeaderLists.TryGetValue(list, out var known))
        {
            return known;
        }

        var names = list.Split(';');
        for (var index = 0; index < names.Length; index++)
        {
            if (names[index].Length == 0 || (index > 0 && string.CompareOrdinal(names[index - 1], names[index]) >= 0))
            {
                throw Mismatch();    // The canonical list is ordered and names nothing twice.
            }
        }

        return names;
    }

    private DerivedKey Derive(string credential, string? token)
    {
        var parts = credential.Split('/');
        if (parts.Length != 5)
        {
            throw new SignatureException(
                SignatureFault.Incomplete,
                $"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{credential}'");
        }

        if (parts[4] != "aws4_request")
        {
            throw new SignatureException(
                SignatureFault.Mismatch, $"Credential should be scoped with a valid terminator: 'aws4_request', not '{parts[4]}'.");
        }

        if (!IsRegion(parts[2]))
        {
            throw new SignatureException(SignatureFault.Mismatch, "Credential should be scoped to a valid region.");
        }

        var key = keys.Find(parts[0], token)
            ?? throw new SignatureException(SignatureFault.UnknownKey, "The security token included in the request is invalid.");
        var scope = new CredentialScope(parts[1], parts[2], parts[3]);
        return new(new(key, scope.Region, scope.Service), scope.Date, SigV4.DeriveKey(key.SecretAccessKey, scope), parts[0].Length + 1);
    }

    /// <summary>Regions become names of streams and parts of ARNs, so not every text will do.</summary>
    private static bool IsRegion(string region) =>
        region.Length is > 0 and <= 64 && region.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-');

    private static SignatureException Mismatch() => new(
        SignatureFault.Mismatch,
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.");

    /// <summary>A signature that has passed the first step.</summary>
    public readonly struct PendingSignature
    {
        internal PendingSignature(SignatureClaim claim, DerivedKey key) => (Claim, Key) = (claim, key);

        /// <summary>The service of the scope; not proven yet.</summary>
        public string Service => Key.Caller.Service;

        internal SignatureClaim Claim { get; }

        internal DerivedKey Key { get; }
    }

    /// <summary>The signing key of one caller, day, region and service.</summary>
    /// <param name="Caller">Whose it is.</param>
    /// <param name="Date">The day as <c>yyyyMMdd</c>.</param>
    /// <param name="SigningKey">The key.</param>
    /// <param name="ScopeStart">Where in the credential's text the scope begins.</param>
    internal sealed record DerivedKey(SignedCaller Caller, string Date, byte[] SigningKey, int ScopeStart);
}
