using System.Globalization;
using System.IO.Enumeration;
using System.Text;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

/// <summary>How one kind of thing is described: by ids, by filters, page by page.</summary>
internal sealed class Listing<T>
{
    private const int LeastPage = 5;
    private const int MostPage = 1000;
    private const int LongestToken = 1024;

    /// <summary>A thing's id; things are told in its order.</summary>
    public required Func<T, string> Id { get; init; }

    /// <summary>What ids begin with, and the error for one that does not; null when any will do.</summary>
    public (string Prefix, string Code)? Form { get; init; }

    /// <summary>The error for an id that nothing has.</summary>
    public required Func<string, Exception> NotFound { get; init; }

    /// <summary>The values that filters look at, by the filter's name. Tags can be filtered by whatever is listed here.</summary>
    public required IReadOnlyDictionary<string, Func<NetworkState, T, IEnumerable<string?>>> Filters { get; init; }

    /// <summary>A thing's tags; null: what the network's state has for its id.</summary>
    public Func<NetworkState, T, IReadOnlyDictionary<string, string>>? Tags { get; init; }

    /// <summary>One page of what is asked for.</summary>
    public (IReadOnlyList<T> Items, string? NextToken) Select(
        NetworkState state, IEnumerable<T> all, IReadOnlyList<string>? ids, IReadOnlyList<FilterShape>? filters, int? maxResults = null, string? nextToken = null)
    {
        if (maxResults is { } size and (< LeastPage or > MostPage))
        {
            throw Invalid.Value($"Value ( {size} ) for parameter maxResults is invalid. Expecting a value from {LeastPage} to {MostPage}.");
        }

        if (maxResults is not null && ids is { Count: > 0 })
        {
            throw Invalid.Combination("The parameter maxResults cannot be used with the parameter of ids");
        }

        var tests = (filters ?? []).Select(Test).ToList();
        var found = Named(all, ids).Where(item => tests.All(test => test(state, item)));
        var after = Decode(nextToken);
        var rest = found.OrderBy(Id, StringComparer.Ordinal).Where(item => after is null || string.CompareOrdinal(Id(item), after) > 0);
        if (maxResults is not { } most)
        {
            return ([.. rest], null);
        }

        var page = rest.Take(most + 1).ToList();
        return page.Count <= most ? (page, null) : (page.GetRange(0, most), Convert.ToBase64String(Encoding.UTF8.GetBytes(Id(page[most - 1]))));
    }

    private IEnumerable<T> Named(IEnumerable<T> all, IReadOnlyList<string>? ids)
    {
        if (ids is not { Count: > 0 })
        {
            return all;
        }

        var byId = all.ToDictionary(Id, StringComparer.Ordinal);
        return [.. ids.Distinct().Select(id => Form is { } form && !id.StartsWith(form.Prefix, StringComparison.Ordinal)
            ? throw new AwsException(form.Code, 400, $"Invalid id: \"{id}\" (expecting \"{form.Prefix}...\")")
            : byId.TryGetValue(id, out var item) ? item : throw NotFound(id))];
    }

    /// <summary>A filter holds when any of its values is any of the thing's; <c>*</c> and <c>?</c> stand for what they always do.</summary>
    private Func<NetworkState, T, bool> Test(FilterShape filter)
    {
        var name = Invalid.Required(filter.Name, "Filter.Name");
        var wanted = Invalid.Required(filter.Values, "Filter.Value");
        Func<NetworkState, T, IEnumerable<string?>> values =
            Filters.TryGetValue(name, out var known) ? known
            : name == "tag-key" ? (state, item) => TagsOf(state, item).Keys
            : name.StartsWith("tag:", StringComparison.Ordinal) ? (state, item) => [TagsOf(state, item).GetValueOrDefault(name["tag:".Length..])]
            : throw Invalid.Value($"The filter '{name}' is invalid");
        return (state, item) => values(state, item).Any(value => value is not null
            && wanted.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, value, ignoreCase: false)));
    }

    private IReadOnlyDictionary<string, string> TagsOf(NetworkState state, T item) => Tags?.Invoke(state, item) ?? state.TagsOf(Id(item));

    private static string? Decode(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[LongestToken];
        return token.Length <= LongestToken && Convert.TryFromBase64String(token, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes[..length])
            : throw Invalid.Value("The token is not valid");
    }
}

/// <summary>Words for values that filters look at.</summary>
internal static class FilterValues
{
    public static string Text(bool value) => value ? "true" : "false";

    public static string? Text(int? value) => value?.ToString(CultureInfo.InvariantCulture);
}
