using System.Text.Json;

namespace Berth.Api;

/// <summary>
/// Finds nulls in lists, which no shape of any service allows. Refused here once, they need not be looked for in every
/// operation. A body without the text <c>null</c> costs one search.
/// </summary>
internal static class NullItems
{
    private const int MostDepth = 64;

    /// <summary>Whether a list in this JSON text holds a null.</summary>
    /// <exception cref="JsonException">The text is not JSON, or nested too deeply.</exception>
    public static bool AreIn(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("null"u8) < 0)
        {
            return false;
        }

        Span<bool> isList = stackalloc bool[MostDepth + 1];
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MostDepth });
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray or JsonTokenType.StartObject:
                    isList[reader.CurrentDepth + 1] = reader.TokenType == JsonTokenType.StartArray;
                    break;
                case JsonTokenType.Null when isList[reader.CurrentDepth]:
                    return true;
            }
        }

        return false;
    }
}
