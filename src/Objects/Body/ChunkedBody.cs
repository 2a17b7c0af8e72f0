using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Berth.Wire;

namespace Berth.Objects;

/// <summary>
/// A body in the encoding <c>aws-chunked</c>: chunks with their length and perhaps a signature before them, an empty one at
/// the end, and perhaps a trailer of headers.
/// </summary>
/// <param name="reader">The body.</param>
/// <param name="signatures">What proves the chunks; null where they are not signed.</param>
/// <param name="upload">Takes their data.</param>
internal sealed class ChunkedBody(PipeReader reader, ChunkSignatures? signatures, ObjectUpload upload)
{
    private const int LongestLine = 4096;
    private const int MostTrailerLines = 16;

    /// <exception cref="ObjectsException">It has another form, breaks off, or is not what was signed.</exception>
    public async Task ReceiveAsync(Dictionary<string, string> trailer, bool hasTrailer, CancellationToken cancellationToken)
    {
        while (true)
        {
            var head = (await LineAsync(cancellationToken).ConfigureAwait(false)).Split(";chunk-signature=");
            if (!long.TryParse(head[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length) || length < 0)
            {
                throw ObjectsException.Incomplete();
            }

            var hash = await DataAsync(length, cancellationToken).ConfigureAwait(false);
            if (signatures is not null && (head.Length != 2 || !signatures.ProvesChunk(hash, head[1])))
            {
                throw ObjectsException.Unproven();
            }

            if (length == 0)
            {
                break;
            }

            if ((await LineAsync(cancellationToken).ConfigureAwait(false)).Length > 0)
            {
                throw ObjectsException.Incomplete();
            }
        }

        await TrailerAsync(trailer, hasTrailer, cancellationToken).ConfigureAwait(false);
    }

    private async Task TrailerAsync(Dictionary<string, string> trailer, bool hasTrailer, CancellationToken cancellationToken)
    {
        const string Signature = "x-amz-trailer-signature";
        var signed = new StringBuilder();
        for (var lines = 0; lines < MostTrailerLines; lines++)
        {
            if (await LineAsync(cancellationToken).ConfigureAwait(false) is not { Length: > 0 } line)
            {
                break;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (!hasTrailer || colon < 0)
            {
                throw ObjectsException.Incomplete();
            }

            trailer[line[..colon]] = line[(colon + 1)..].Trim();
            if (!line.StartsWith(Signature, StringComparison.OrdinalIgnoreCase))
            {
                signed.Append(CultureInfo.InvariantCulture, $"{line[..colon].ToLowerInvariant()}:{line[(colon + 1)..].Trim()}\n");
            }
        }

        if (hasTrailer && signatures is not null
            && !(trailer.TryGetValue(Signature, out var given) && signatures.ProvesTrailer(SigV4.Hash(Encoding.UTF8.GetBytes(signed.ToString())), given)))
        {
            throw ObjectsException.Unproven();
        }
    }

    /// <summary>Hands so many bytes on; their SHA-256.</summary>
    private async ValueTask<string> DataAsync(long length, CancellationToken cancellationToken)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (length > 0)
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var data = result.Buffer.Slice(0, Math.Min(length, result.Buffer.Length));
            try
            {
                if (data.IsEmpty && result.IsCompleted)
                {
                    throw ObjectsException.Incomplete();
                }

                foreach (var piece in data)
                {
                    sha256.AppendData(piece.Span);
                    await upload.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                length -= data.Length;
                reader.AdvanceTo(data.End);    // Also of a body that is refused: the server reads on.
            }
        }

        return Convert.ToHexStringLower(sha256.GetHashAndReset());
    }

    /// <summary>A line without its end; the rest of the body where that has none.</summary>
    private async ValueTask<string> LineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Text(buffer.Slice(0, end));
                reader.AdvanceTo(buffer.GetPosition(1, end));
                return line ?? throw ObjectsException.Incomplete();
            }

            if (result.IsCompleted || buffer.Length > LongestLine)
            {
                var rest = Text(buffer);
                reader.AdvanceTo(buffer.End);
                return rest ?? throw ObjectsException.Incomplete();
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>Null for a line that is too long.</summary>
    private static string? Text(ReadOnlySequence<byte> line) => line.Length <= LongestLine ? Encoding.UTF8.GetString(line).TrimEnd('\r') : null;
}
