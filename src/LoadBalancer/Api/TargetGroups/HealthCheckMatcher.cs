using System.Collections.Immutable;
using System.Globalization;

namespace Berth.LoadBalancer;

/// <summary>The HTTP codes that pass a health check: <c>200</c>, <c>200,202</c>, <c>200-299</c>.</summary>
internal sealed record HealthCheckMatcher(ImmutableArray<(int First, int Last)> Ranges)
{
    /// <summary>Reads a matcher; null when it is none.</summary>
    public static HealthCheckMatcher? Parse(string text)
    {
        var ranges = ImmutableArray.CreateBuilder<(int, int)>();
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !TryCode(ends[0], out var first) || !TryCode(ends[^1], out var last) || first > last)
            {
                return null;
            }

            ranges.Add((first, last));
        }

        return new(ranges.ToImmutable());
    }

    /// <summary>Whether the code passes.</summary>
    public bool Matches(int code) => Ranges.Any(range => code >= range.First && code <= range.Last);

    private static bool TryCode(string text, out int code) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out code) && code is >= 200 and <= 499;
}
