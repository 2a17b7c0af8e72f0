using Berth.Domain;
using Berth.Wire;

namespace Berth.Secrets;

/// <summary>What parameters are filtered by.</summary>
internal static class ParameterFilters
{
    private const int MostValues = 50;

    /// <summary>A filter of today: a key, an option and values.</summary>
    public static Func<Parameter, bool> Test(ParameterStringFilterShape filter)
    {
        var key = Invalid.Text(filter.Key, "parameterFilters.key", 1, 132);
        var values = filter.Values is { Count: > 0 } given ? Invalid.List(given, "parameterFilters.values", MostValues) : [];
        if (key.StartsWith("tag:", StringComparison.Ordinal))
        {
            var tag = key["tag:".Length..];
            return parameter => parameter.Tags.Any(known => known.Key == tag && (values.Count == 0 || values.Contains(known.Value)));
        }

        if (values.Count == 0)
        {
            throw new AwsException("InvalidFilterValue", 400, $"The filter value is not valid. Verify the values of {key} and try again.");
        }

        return key switch
        {
            "Path" => Path(filter.Option, values),
            "Name" => Text(key, filter.Option ?? "Equals", values, parameter => parameter.Name, "Equals", "BeginsWith", "Contains"),
            "Type" => Text(key, filter.Option ?? "Equals", values, parameter => parameter.Current.Type, "Equals", "BeginsWith"),
            "KeyId" => Text(key, filter.Option ?? "Equals", values, parameter => parameter.Current.KeyId ?? "", "Equals", "BeginsWith"),
            "Tier" => Text(key, filter.Option ?? "Equals", values, parameter => parameter.Current.Tier, "Equals"),
            "DataType" => Text(key, filter.Option ?? "Equals", values, parameter => parameter.Current.DataType, "Equals", "BeginsWith"),
            "Label" => _ => false,    // There are no labels.
            _ => throw new AwsException("InvalidFilterKey", 400, $"The following filter key is not valid: {key}. Valid filter keys include: [Path, Name, Type, KeyId, Tier, DataType, Label, tag:<TAG_KEY>]."),
        };
    }

    /// <summary>A filter of old: names and types begin with a value.</summary>
    public static Func<Parameter, bool> Test(ParametersFilterShape filter) =>
        Test(new ParameterStringFilterShape(
            filter.Key is "Name" or "Type" or "KeyId" ? filter.Key : throw Invalid.Constraint("filters.key", "Member must satisfy enum value set: [Name, Type, KeyId]"),
            "BeginsWith",
            Invalid.List(filter.Values, "filters.values", MostValues)));

    /// <summary>Whether a parameter lies below a path, deep or directly.</summary>
    public static bool IsBelow(string name, string path, bool recursive)
    {
        var folder = path.EndsWith('/') ? path : path + "/";
        return name.StartsWith(folder, StringComparison.Ordinal) && (recursive || !name[folder.Length..].Contains('/', StringComparison.Ordinal));
    }

    private static Func<Parameter, bool> Path(string? option, IReadOnlyList<string> paths) => option switch
    {
        null or "OneLevel" => parameter => paths.Any(path => IsBelow(parameter.Name, path, recursive: false)),
        "Recursive" => parameter => paths.Any(path => IsBelow(parameter.Name, path, recursive: true)),
        _ => throw Option(option, "Path", ["Recursive", "OneLevel"]),
    };

    private static Func<Parameter, bool> Text(string key, string option, IReadOnlyList<string> values, Func<Parameter, string> text, params string[] options) =>
        !options.Contains(option) ? throw Option(option, key, options)
        : option switch
        {
            "BeginsWith" => parameter => values.Any(value => text(parameter).StartsWith(value, StringComparison.Ordinal)),
            "Contains" => parameter => values.Any(value => text(parameter).Contains(value, StringComparison.Ordinal)),
            _ => parameter => values.Contains(text(parameter)),
        };

    private static AwsException Option(string option, string key, string[] options) =>
        new("InvalidFilterOption", 400, $"The following filter option is not valid: {option}. Valid options of {key} include: [{string.Join(", ", options)}].");
}
