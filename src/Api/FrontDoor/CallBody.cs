using System.Buffers;
using System.IO.Pipelines;
using Berth.Wire;
using Microsoft.AspNetCore.Http;

namespace Berth.Api;

/// <summary>A request's body, read whole. Usually it lies in the server's own buffer and nothing is copied.</summary>
internal readonly struct CallBody : IDisposable
{
    private readonly PipeReader reader;
    private readonly SequencePosition end;
    private readonly byte[]? rented;

    private CallBody(PipeReader reader, ReadOnlySequence<byte> content)
    {
        this.reader = reader;
        end = content.End;
        if (content.IsSingleSegment)
        {
            Bytes = content.First;
        }
        else
        {
            var length = (int)content.Length;
            rented = ArrayPool<byte>.Shared.Rent(length);
            content.CopyTo(rented);
            Bytes = rented.AsMemory(0, length);
        }
    }

    /// <summary>The body; valid until disposed.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Waits for the whole body.</summary>
    /// <exception cref="AwsException">The body is larger than <paramref name="mostBytes"/>, or breaks off.</exception>
    public static async ValueTask<CallBody> ReadAsync(HttpRequest request, int mostBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > mostBytes)
        {
            throw TooLarge(mostBytes);
        }

        var reader = request.BodyReader;
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                if (result.Buffer.Length > mostBytes)
                {
                    reader.AdvanceTo(result.Buffer.End);
                    throw TooLarge(mostBytes);
                }

                if (result.IsCompleted)
                {
                    return new(reader, result.Buffer);
                }

                reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        }
        catch (BadHttpRequestException broken) when (broken.StatusCode != StatusCodes.Status413PayloadTooLarge)
        {
            throw new AwsException("SerializationException", broken.StatusCode, "The request's body did not arrive whole.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        reader.AdvanceTo(end);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static AwsException TooLarge(int mostBytes) =>
        new("RequestEntityTooLargeException", StatusCodes.Status413PayloadTooLarge, $"The request's body is larger than {mostBytes} bytes.");
}
