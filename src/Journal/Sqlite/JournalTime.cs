using System.Buffers.Text;
using System.Globalization;

namespace Berth.Journal;

/// <summary>
/// How a moment is written in the <c>at</c> column: UTC, to the tick, of one width, so that text order is time order:
/// <c>2026-03-01T12:00:00.0000000Z</c>.
/// </summary>
internal static class JournalTime
{
    internal static string Write(DateTimeOffset at) => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="Write"/> wrote, from UTF-8.</summary>
    internal static DateTimeOffset Read(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text, out DateTimeOffset at, out var length, 'O') && length == text.Length
        ? at
        : throw new InvalidDataException("A fact's time is not of the journal's form.");
}
