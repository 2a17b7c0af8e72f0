using System.IO.Compression;
using System.Text.Json;

namespace Berth.Clients;

/// <summary>
/// What the service itself says its API is: operations, shapes, pages and waiters, as data. It is read where it is at
/// hand and never copied: from the directory that BERTH_API_MODELS names, from shared/api-models beside the
/// repository, or from an official client that is installed.
/// </summary>
internal sealed class OfficialModel
{
    private const string EcsVersion = "2014-11-13";

    private readonly JsonElement root;

    private OfficialModel(string path, string service, string version, bool isCurrent)
    {
        root = Read(path);
        IsCurrent = isCurrent;
        Path = path;
        var directory = System.IO.Path.GetDirectoryName(path)!;
        Paginators = ReadAny("pagination", $"{service}.paginators.json", "paginators-1.json", $"{service}-{version}.paginators.json");
        Waiters = ReadAny("waiters", $"{service}.waiters.json", "waiters-2.json", $"{service}-{version}.waiters2.json");

        JsonElement? ReadAny(string member, params string[] names) =>
            names.Select(name => System.IO.Path.Combine(directory, name)).FirstOrDefault(File.Exists) is { } found ? Read(found).GetProperty(member) : null;
    }

    /// <summary>The model of ECS that is at hand; null when none is.</summary>
    public static OfficialModel? Found { get; } = Find("ecs", EcsVersion);

    /// <summary>Whether what it does not know is not there. An installed client may be older than this server.</summary>
    public bool IsCurrent { get; }

    /// <summary>Where it was read.</summary>
    public string Path { get; }

    public JsonElement? Paginators { get; }

    public JsonElement? Waiters { get; }

    public IEnumerable<string> Operations => root.GetProperty("operations").EnumerateObject().Select(operation => operation.Name);

    /// <summary>The enumerations it has; the form for browsers leaves them out.</summary>
    public bool HasEnumerations => root.GetProperty("shapes").EnumerateObject().Any(shape => shape.Value.TryGetProperty("enum", out _));

    /// <summary>What the service calls itself on the wire: its protocol, version, and the names it is asked and signed for by.</summary>
    public JsonElement Metadata => root.GetProperty("metadata");

    public static OfficialModel Require()
    {
        Assert.SkipWhen(Found is null, "No API model is at hand: set BERTH_API_MODELS, or install the aws command line.");
        return Found!;
    }

    public bool Has(string operation) => root.GetProperty("operations").TryGetProperty(operation, out _);

    public JsonElement Input(string operation) => Part(operation, "input");

    public JsonElement Output(string operation) => Part(operation, "output");

    /// <summary>The errors an operation declares; null where the model does not tell errors.</summary>
    public IReadOnlyList<string>? Errors(string operation) =>
        root.GetProperty("operations").GetProperty(operation).TryGetProperty("errors", out var errors)
            ? [.. errors.EnumerateArray().Select(error => error.GetProperty("shape").GetString()!)]
            : null;

    /// <summary>A shape's values; null when there is no such enumeration.</summary>
    public IReadOnlyList<string>? Enumeration(string shape) =>
        root.GetProperty("shapes").TryGetProperty(shape, out var found) && found.TryGetProperty("enum", out var values)
            ? [.. values.EnumerateArray().Select(value => value.GetString()!)]
            : null;

    /// <summary>What a member refers to: a shape of its own name or, in the form for browsers, one that is written in place.</summary>
    public JsonElement Resolve(JsonElement reference) =>
        Name(reference) is { } name ? root.GetProperty("shapes").GetProperty(name) : reference;

    /// <summary>The name of the shape that a member refers to; null when it is written in place.</summary>
    public static string? Name(JsonElement reference) => reference.TryGetProperty("shape", out var name) ? name.GetString() : null;

    /// <summary>A shape's type; the form for browsers leaves out that of texts.</summary>
    public static string Type(JsonElement shape) => shape.TryGetProperty("type", out var type) ? type.GetString()! : "string";

    public static IReadOnlyList<string> Required(JsonElement shape) =>
        shape.TryGetProperty("required", out var required) ? [.. required.EnumerateArray().Select(name => name.GetString()!)] : [];

    /// <summary>The names of all shapes that requests are made of.</summary>
    public HashSet<string> ShapesOfRequests()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var operation in Operations)
        {
            Walk(root.GetProperty("operations").GetProperty(operation).GetProperty("input"), seen);
        }

        return seen;
    }

    private void Walk(JsonElement reference, HashSet<string> seen)
    {
        if (Name(reference) is { } name && !seen.Add(name))
        {
            return;
        }

        var shape = Resolve(reference);
        foreach (var part in new[] { "member", "key", "value" })
        {
            if (shape.TryGetProperty(part, out var inner))
            {
                Walk(inner, seen);
            }
        }

        if (shape.TryGetProperty("members", out var members))
        {
            foreach (var member in members.EnumerateObject())
            {
                Walk(member.Value, seen);
            }
        }
    }

    private JsonElement Part(string operation, string part) => Resolve(root.GetProperty("operations").GetProperty(operation).GetProperty(part));

    private static JsonElement Read(string path)
    {
        using var file = File.OpenRead(path);
        using Stream text = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var memory = new MemoryStream();
        text.CopyTo(memory);
        return JsonElement.Parse(memory.ToArray());
    }

    /// <summary>The model of a service, by the name and version that clients keep it under; null when it is not at hand.</summary>
    public static OfficialModel? Find(string service, string version)
    {
        if (Environment.GetEnvironmentVariable("BERTH_API_MODELS") is { Length: > 0 } given && Of(given, service, version).FirstOrDefault(File.Exists) is { } path)
        {
            return new(path, service, version, isCurrent: true);
        }

        for (var directory = AppContext.BaseDirectory; directory is not null; directory = System.IO.Path.GetDirectoryName(directory))
        {
            if (Of(System.IO.Path.Combine(directory, "shared", "api-models"), service, version).FirstOrDefault(File.Exists) is { } beside)
            {
                return new(beside, service, version, isCurrent: true);
            }
        }

        return Clients(service, version).FirstOrDefault(File.Exists) is { } client ? new(client, service, version, isCurrent: false) : null;
    }

    private static string[] Of(string directory, string service, string version) =>
    [
        System.IO.Path.Combine(directory, $"{service}.json"),
        System.IO.Path.Combine(directory, $"{service}-subset.json"),
        System.IO.Path.Combine(directory, "service-2.json"),
        System.IO.Path.Combine(directory, "service-2.json.gz"),
        System.IO.Path.Combine(directory, $"{service}-{version}.min.json"),
    ];

    /// <summary>Where the models of an installed client may be, found from the programs on the path.</summary>
    private static IEnumerable<string> Clients(string service, string version)
    {
        var directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        foreach (var program in directories.SelectMany(directory => new[] { "aws", "node" }.Select(name => System.IO.Path.Combine(directory, name))).Where(File.Exists))
        {
            var real = File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program;
            foreach (var at in new[] { program, real }.Distinct(StringComparer.Ordinal).Select(path => System.IO.Path.GetDirectoryName(path)!))
            {
                var prefix = System.IO.Path.GetDirectoryName(at) ?? at;
                var packages = Below(System.IO.Path.Combine(prefix, "lib"), "python3*")
                    .Concat(Below(System.IO.Path.Combine(prefix, "versions"), "*").SelectMany(version => Below(System.IO.Path.Combine(version, "lib"), "python3*")))
                    .SelectMany(python => new[] { System.IO.Path.Combine(python, "site-packages"), System.IO.Path.Combine(python, "dist-packages") })
                    .Append(at);
                foreach (var data in packages.SelectMany(package => new[] { System.IO.Path.Combine(package, "awscli", "botocore"), System.IO.Path.Combine(package, "botocore") }))
                {
                    foreach (var path in Of(System.IO.Path.Combine(data, "data", service, version), service, version))
                    {
                        yield return path;
                    }
                }

                yield return System.IO.Path.Combine(prefix, "lib", "node_modules", "aws-sdk", "apis", $"{service}-{version}.min.json");
            }
        }
    }

    private static IEnumerable<string> Below(string directory, string pattern) =>
        Directory.Exists(directory) ? Directory.EnumerateDirectories(directory, pattern).OrderDescending(StringComparer.Ordinal) : [];
}
