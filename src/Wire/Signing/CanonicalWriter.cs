using System.Buffers;
using System.Text;

namespace Berth.Wire;

/// <summary>Writes the parts of a canonical request as UTF-8, without making strings on the way.</summary>
internal static class CanonicalWriter
{
    private static readonly SearchValues<byte> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"u8);

    /// <summary>ASCII or any other text, as UTF-8.</summary>
    public static void Text(ArrayBufferWriter<byte> output, ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, output);

    /// <summary>One byte.</summary>
    public static void Byte(ArrayBufferWriter<byte> output, char character)
    {
        output.GetSpan(1)[0] = (byte)character;
        output.Advance(1);
    }

    /// <summary>Percent-encodes all but the unreserved characters of RFC 3986.</summary>
    public static void Encoded(ArrayBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        Span<byte> start = stackalloc byte[256];
        byte[]? rented = null;
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        var bytes = most <= start.Length ? start : rented = ArrayPool<byte>.Shared.Rent(most);
        bytes = bytes[..Encoding.UTF8.GetBytes(text, bytes)];
        if (bytes.IndexOfAnyExcept(Unreserved) < 0)
        {
            output.Write(bytes);
        }
        else
        {
            foreach (var item in bytes)
            {
                if (Unreserved.Contains(item))
                {
                    Byte(output, (char)item);
                }
                else
                {
                    var escape = output.GetSpan(3);
                    (escape[0], escape[1], escape[2]) = ((byte)'%', Hex(item >> 4), Hex(item & 15));
                    output.Advance(3);
                }
            }
        }

        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>
    /// The canonical path: dot segments and empty segments removed, every segment encoded a second time, as every
    /// service but S3 wants.
    /// </summary>
    public static void Path(ArrayBufferWriter<byte> output, ReadOnlySpan<char> path)
    {
        if (path.Length <= 1)
        {
            Byte(output, '/');
            return;
        }

        var kept = new List<Range>();
        foreach (var part in path.Split('/'))
        {
            switch (path[part])
            {
                case "" or ".":
                    break;
                case "..":
                    if (kept.Count > 0)
                    {
                        kept.RemoveAt(kept.Count - 1);
                    }

                    break;
                default:
                    kept.Add(part);
                    break;
            }
        }

        foreach (var part in kept)
        {
            Byte(output, '/');
            Encoded(output, path[part]);
        }

        if (kept.Count == 0 || path[^1] == '/')
        {
            Byte(output, '/');
        }
    }

    /// <summary>S3's canonical path: every segment encoded once, and none left out, for a key may hold any text.</summary>
    public static void ObjectPath(ArrayBufferWriter<byte> output, ReadOnlySpan<char> path)
    {
        if (path.IsEmpty)
        {
            Byte(output, '/');
        }

        var first = true;
        foreach (var part in path.Split('/'))
        {
            if (!first)
            {
                Byte(output, '/');
            }

            first = false;
            Encoded(output, Uri.UnescapeDataString(path[part]));
        }
    }

    /// <summary>The canonical query string of decoded parameters.</summary>
    public static void Query(ArrayBufferWriter<byte> output, IEnumerable<KeyValuePair<string, string>> query)
    {
        var ordered = query
            .Select(pair => (Name: SigV4.Encode(pair.Key), Value: SigV4.Encode(pair.Value)))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal).ThenBy(pair => pair.Value, StringComparer.Ordinal);
        var first = true;
        foreach (var (name, value) in ordered)
        {
            if (!first)
            {
                Byte(output, '&');
            }

            first = false;
            Text(output, name);
            Byte(output, '=');
            Text(output, value);
        }
    }

    /// <summary>A header's value without space around it and with every run of spaces as one.</summary>
    public static void HeaderValue(ArrayBufferWriter<byte> output, ReadOnlySpan<char> value)
    {
        value = value.Trim(" \t\r\n");
        while (value.IndexOf("  ", StringComparison.Ordinal) is >= 0 and var at)
        {
            Text(output, value[..(at + 1)]);
            value = value[at..].TrimStart(' ');
        }

        Text(output, value);
    }

    private static byte Hex(int digit) => (byte)(digit < 10 ? '0' + digit : 'A' + digit - 10);
}
