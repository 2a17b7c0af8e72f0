using System.Text.RegularExpressions;

namespace Berth.Registry;

/// <summary>What a path below <c>/v2/</c> addresses.</summary>
internal enum RegistryTarget
{
    Base,
    Catalog,
    Manifest,
    Blob,
    NewUpload,
    Upload,
    Tags,
    Referrers,
}

/// <summary>A path below <c>/v2/</c>, read from the right because names of repositories contain slashes.</summary>
/// <param name="Target">What it addresses.</param>
/// <param name="Name">The repository; empty where there is none.</param>
/// <param name="Reference">The tag, digest or upload; empty where there is none.</param>
internal sealed partial record RegistryRoute(RegistryTarget Target, string Name, string Reference)
{
    private const int ShortestName = 2;
    private const int LongestName = 256;

    /// <summary>Reads what follows <c>/v2/</c>; null when it addresses nothing.</summary>
    public static RegistryRoute? Parse(string path) => path.Split('/') switch
    {
        [""] => new(RegistryTarget.Base, "", ""),
        ["_catalog"] => new(RegistryTarget.Catalog, "", ""),
        [.. { Length: > 0 } name, "tags", "list"] => new(RegistryTarget.Tags, Join(name), ""),
        [.. { Length: > 0 } name, "manifests", { Length: > 0 } reference] => new(RegistryTarget.Manifest, Join(name), reference),
        [.. { Length: > 0 } name, "referrers", { Length: > 0 } digest] => new(RegistryTarget.Referrers, Join(name), digest),
        [.. { Length: > 0 } name, "blobs", "uploads", ""] => new(RegistryTarget.NewUpload, Join(name), ""),
        [.. { Length: > 0 } name, "blobs", "uploads", var upload] => new(RegistryTarget.Upload, Join(name), upload),
        [.. { Length: > 0 } name, "blobs", "uploads"] => new(RegistryTarget.NewUpload, Join(name), ""),
        [.. { Length: > 0 } name, "blobs", { Length: > 0 } digest] => new(RegistryTarget.Blob, Join(name), digest),
        _ => null,
    };

    /// <summary>Whether a text can name a repository.</summary>
    public static bool IsName(string name) => name.Length is >= ShortestName and <= LongestName && NamePattern.IsMatch(name);

    /// <summary>Whether a text can be a tag.</summary>
    public static bool IsTag(string tag) => TagPattern.IsMatch(tag);

    private static string Join(string[] parts) => string.Join('/', parts);

    [GeneratedRegex(@"^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex NamePattern { get; }

    [GeneratedRegex(@"^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\z")]
    private static partial Regex TagPattern { get; }
}
