using System.Text.Json;

namespace Berth.Api;

/// <summary>Reads what agents tell and users define: what is missing, of another kind or out of range is as if it had not been said.</summary>
internal static class LooseJson
{
    /// <summary>A member of an object; of kind <see cref="JsonValueKind.Undefined"/> where there is none.</summary>
    public static JsonElement Member(this JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var member) ? member : default;

    /// <summary>The elements of a member that is a list.</summary>
    public static JsonElement.ArrayEnumerator Members(this JsonElement from, string name) =>
        from.Member(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default;

    /// <summary>A member that is a text.</summary>
    public static string? Text(this JsonElement from, string name)
    {
        try
        {
            return from.Member(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;    // Half of a surrogate pair is JSON, but no text.
        }
    }

    /// <summary>A member that is a finite number.</summary>
    public static double? Number(this JsonElement from, string name) =>
        from.Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var value) && double.IsFinite(value) ? value : null;

    /// <summary>A member that is a whole number.</summary>
    public static int? Whole(this JsonElement from, string name) =>
        from.Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : null;

    /// <summary>A member that is a moment, in seconds since the epoch.</summary>
    public static DateTimeOffset? Moment(this JsonElement from, string name) =>
        from.Number(name) is { } seconds && seconds >= 0 && seconds < DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;

    /// <summary>The id in a member that is a task's ARN.</summary>
    public static string? TaskId(this JsonElement from, string name) =>
        from.Text(name) is { Length: > 0 } arn ? arn[(arn.LastIndexOf('/') + 1)..] : null;
}
