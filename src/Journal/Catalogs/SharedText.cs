using System.Text;

namespace Berth.Journal;

/// <summary>
/// One copy of a text that many facts repeat, such as an ARN or a group: a table of the texts seen last, of a fixed
/// size. A text pushed out by another is only made once more.
/// </summary>
/// <remarks>Thread safe without a lock: an entry is read and replaced whole.</remarks>
internal static class SharedText
{
    private const int Places = 1 << 14;     // As many instances and services as a large cluster has; 128 KiB.
    private const int Longest = 256;

    private static readonly string?[] Seen = new string?[Places];

    /// <summary>The text of UTF-8 that needs no unescaping.</summary>
    public static string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > Longest)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        var hash = new HashCode();
        hash.AddBytes(utf8);
        ref var place = ref Seen[hash.ToHashCode() & (Places - 1)];
        var seen = place;
        if (seen is not null && seen.Length == utf8.Length && Ascii.Equals(utf8, seen))
        {
            return seen;
        }

        var text = Encoding.UTF8.GetString(utf8);
        Volatile.Write(ref place, text);
        return text;
    }
}
