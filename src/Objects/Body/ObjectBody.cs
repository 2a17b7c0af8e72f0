using System.IO.Pipelines;
using Berth.Wire;
using Microsoft.AspNetCore.Http;

namespace Berth.Objects;

/// <summary>Brings a request's body to an upload, in whichever way the client sends it.</summary>
internal static class ObjectBody
{
    private const string SignedChunks = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    private const string SignedChunksAndTrailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
    private const string ChunksAndTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

    /// <exception cref="ObjectsException">The body is not what was announced.</exception>
    public static async Task ReceiveAsync(HttpRequest request, string bodyHash, ChunkSignatures signatures, ObjectUpload upload, CancellationToken cancellationToken)
    {
        var trailer = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        switch (bodyHash)
        {
            case SignedChunks or SignedChunksAndTrailer or ChunksAndTrailer:
                var chunks = new ChunkedBody(request.BodyReader, bodyHash == ChunksAndTrailer ? null : signatures, upload);
                await chunks.ReceiveAsync(trailer, hasTrailer: bodyHash != SignedChunks, cancellationToken).ConfigureAwait(false);
                if (request.Headers["x-amz-decoded-content-length"] is [{ } told] && told != $"{upload.Length}")
                {
                    throw ObjectsException.Incomplete();
                }

                break;
            case SigV4Verifier.UnsignedPayload:
            case { Length: 64 }:
                await PlainAsync(request.BodyReader, upload, cancellationToken).ConfigureAwait(false);
                break;
            default:
                throw ObjectsException.Invalid("x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.");
        }

        upload.Check(bodyHash, name => trailer.GetValueOrDefault(name) ?? request.Headers[name]);
    }

    private static async Task PlainAsync(PipeReader reader, ObjectUpload upload, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                foreach (var piece in result.Buffer)
                {
                    await upload.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                reader.AdvanceTo(result.Buffer.End);    // Also of a body that is refused: the server reads on.
            }

            if (result.IsCompleted)
            {
                return;
            }
        }
    }
}
