using System.Text;

namespace Berth.Wire.Tests;

/// <summary>The example of Amazon S3's reference: 66560 letters in chunks of 64 KiB.</summary>
public sealed class ABodyInSignedChunks
{
    private const string
        Seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        First = "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
        Second = "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
        Last = "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        Timestamp = "20130524T000000Z";

    private static readonly CredentialScope Scope = new("20130524", "us-east-1", "s3");

    [Fact]
    public void Begins_with_the_signature_of_the_request()
    {
        var canonical = SigV4.CanonicalRequest(
            "PUT",
            "/examplebucket/chunkObject.txt",
            [],
            [
                new("content-encoding", "aws-chunked"), new("content-length", "66824"), new("host", "s3.amazonaws.com"),
                new("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"), new("x-amz-date", Timestamp),
                new("x-amz-decoded-content-length", "66560"), new("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ],
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            isObjectCall: true);

        SigV4.Sign(Secret, Timestamp, Scope, canonical).ShouldBe(Seed);
    }

    [Fact]
    public void Is_proven_chunk_after_chunk()
    {
        var chunks = Chunks();

        chunks.ProvesChunk(Letters(65_536), First).ShouldBeTrue();
        chunks.ProvesChunk(Letters(1024), Second).ShouldBeTrue();
        chunks.ProvesChunk(Letters(0), Last).ShouldBeTrue();
    }

    [Fact]
    public void Is_not_proven_in_another_order_or_without_a_part()
    {
        Chunks().ProvesChunk(Letters(1024), Second).ShouldBeFalse();
        Chunks().ProvesChunk(Letters(65_535), First).ShouldBeFalse();
        Chunks().ProvesChunk(Letters(65_536), "").ShouldBeFalse();
    }

    private static ChunkSignatures Chunks() => new(SigV4.DeriveKey(Secret, Scope), Timestamp, Scope.ToString(), Seed);

    private static string Letters(int count) => SigV4.Hash(Encoding.ASCII.GetBytes(new string('a', count)));
}
