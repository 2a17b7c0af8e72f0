using System.Security.Cryptography;
using System.Text;

namespace Berth.Wire;

/// <summary>
/// Proves a body that comes in chunks, each signed over the one before, the first over the request itself. One reader; to
/// be asked in the order of the chunks.
/// </summary>
/// <remarks>Source: Amazon S3 API reference, "Signature calculations for the authorization header: transferring a payload in multiple chunks".</remarks>
public sealed class ChunkSignatures
{
    private readonly byte[] signingKey;
    private readonly string timestamp;
    private readonly string scope;
    private string previous;

    internal ChunkSignatures(byte[] signingKey, string timestamp, string scope, string seed) =>
        (this.signingKey, this.timestamp, this.scope, previous) = (signingKey, timestamp, scope, seed);

    /// <summary>Whether the next chunk is the one that was signed.</summary>
    /// <param name="chunkHash">The SHA-256 of its data, lowercase hexadecimal.</param>
    /// <param name="signature">Its signature as sent.</param>
    public bool ProvesChunk(string chunkHash, string signature) => Proves("PAYLOAD", $"{SigV4.EmptyBodyHash}\n{chunkHash}", signature);

    /// <summary>Whether the trailing headers are those that were signed.</summary>
    /// <param name="trailerHash">The SHA-256 of their lines, <c>name:value</c> and a line feed each.</param>
    /// <param name="signature">Their signature as sent.</param>
    public bool ProvesTrailer(string trailerHash, string signature) => Proves("TRAILER", trailerHash, signature);

    private bool Proves(string what, string hashes, string signature)
    {
        var text = $"AWS4-HMAC-SHA256-{what}\n{timestamp}\n{scope}\n{previous}\n{hashes}";
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData(signingKey, Encoding.UTF8.GetBytes(text)));
        previous = expected;
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(signature));
    }
}
