using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Berth.Domain;

namespace Berth.Registry;

/// <summary>A file of an image.</summary>
/// <param name="Path">Its path without a leading slash, such as <c>bin/busybox</c>.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="Content">Its bytes.</param>
public sealed record ImageFile(string Path, UnixFileMode Mode, ReadOnlyMemory<byte> Content);

/// <summary>What goes into an image of one layer.</summary>
public sealed record ImageRecipe
{
    /// <summary>The files. Directories above them are made as needed.</summary>
    public required IReadOnlyList<ImageFile> Files { get; init; }

    /// <summary>What a container of the image runs.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Environment variables as <c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>Ports as <c>80/tcp</c>.</summary>
    public IReadOnlyList<string> ExposedPorts { get; init; } = [];

    /// <summary>Where the command starts.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>The processor it is for, in Docker's words: <c>amd64</c>, <c>arm64</c>.</summary>
    public string Architecture { get; init; } = "amd64";
}

/// <summary>
/// Makes small images without Docker and puts them into a repository: the sample service needs no internet and no build.
/// The same recipe always gives the same digest.
/// </summary>
public sealed class ImageAssembler
{
    private const string LayerType = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    private const string ConfigType = "application/vnd.docker.container.image.v1+json";

    // Nothing in an image may depend on when it was made.
    private static readonly DateTimeOffset Made = DateTimeOffset.UnixEpoch;

    private readonly RepositoryStreams streams;
    private readonly RepositoryContents contents;
    private readonly BlobStore store;

    internal ImageAssembler(RepositoryStreams streams, RepositoryContents contents, BlobStore store) =>
        (this.streams, this.contents, this.store) = (streams, contents, store);

    /// <summary>Puts the image under a tag, and creates the repository if there is none. Safe to repeat.</summary>
    /// <returns>The digest of the image.</returns>
    public async Task<string> PutAsync(string account, string region, string repository, string tag, ImageRecipe recipe, CancellationToken cancellationToken)
    {
        var key = new RepositoryKey(account, region, repository);
        var state = await streams.ReadAsync(account, region, cancellationToken).ConfigureAwait(false);
        if (!state.Repositories.ContainsKey(repository))
        {
            await streams.CreateAsync(account, region, new RepositoriesCommand.Create(repository), cancellationToken).ConfigureAwait(false);
        }

        var tar = Tar(recipe.Files);
        var layer = Gzip(tar);
        var config = JsonSerializer.SerializeToUtf8Bytes(ConfigOf(recipe, Digest.Of(tar)), ImageJson.Default.ImageConfig);
        var (layerDigest, configDigest) = (store.Write(layer), store.Write(config));
        store.Link(key, layerDigest);
        store.Link(key, configDigest);
        var manifest = JsonSerializer.SerializeToUtf8Bytes(
            new ImageManifest(
                2,
                ManifestDocument.DockerManifest,
                new(ConfigType, config.Length, configDigest.Value),
                [new(LayerType, layer.Length, layerDigest.Value)]),
            ImageJson.Default.ImageManifest);
        if (!ManifestDocument.TryRead(manifest, null, out var document, out var problem))
        {
            throw new System.Diagnostics.UnreachableException(problem);
        }

        var image = await contents.PutAsync(key, manifest, document, tag, refuseUnchanged: false, cancellationToken).ConfigureAwait(false);
        return image.Digest;
    }

    private static byte[] Tar(IReadOnlyList<ImageFile> files)
    {
        var directories = files
            .SelectMany(file => Parents(file.Path))
            .Distinct()
            .Order(StringComparer.Ordinal);
        using var buffer = new MemoryStream();
        using (var tar = new TarWriter(buffer, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var directory in directories)
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, directory + "/") { Mode = Executable, ModificationTime = Made });
            }

            foreach (var file in files.OrderBy(file => file.Path, StringComparer.Ordinal))
            {
                using var content = new MemoryStream(file.Content.ToArray(), writable: false);
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, file.Path) { Mode = file.Mode, ModificationTime = Made, DataStream = content });
            }
        }

        return buffer.ToArray();
    }

    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static IEnumerable<string> Parents(string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/'))
        {
            path = path[..slash];
            yield return path;
        }
    }

    private static byte[] Gzip(byte[] tar)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(tar);
        }

        return buffer.ToArray();
    }

    private static ImageConfig ConfigOf(ImageRecipe recipe, Digest layer) => new()
    {
        Architecture = recipe.Architecture,
        Created = "1970-01-01T00:00:00Z",
        Config = new ContainerConfig
        {
            Cmd = recipe.Command,
            Env = recipe.Environment,
            WorkingDir = recipe.WorkingDirectory,
            ExposedPorts = recipe.ExposedPorts.Count == 0 ? null : new(recipe.ExposedPorts.ToDictionary(port => port, _ => new Empty()), StringComparer.Ordinal),
        },
        Rootfs = new RootFileSystem([layer.Value]),
        History = [new ImageHistory("1970-01-01T00:00:00Z", "berth")],
    };
}

internal sealed record ImageManifest(int SchemaVersion, string MediaType, ImageDescriptor Config, IReadOnlyList<ImageDescriptor> Layers);

internal sealed record ImageDescriptor(string MediaType, long Size, string Digest);

internal sealed record ImageConfig
{
    public required string Architecture { get; init; }

    public string Os { get; } = "linux";

    public required string Created { get; init; }

    public required ContainerConfig Config { get; init; }

    public required RootFileSystem Rootfs { get; init; }

    public required IReadOnlyList<ImageHistory> History { get; init; }
}

/// <summary>Members are in Docker's own spelling.</summary>
internal sealed record ContainerConfig
{
    [JsonPropertyName("Cmd")]
    public required IReadOnlyList<string> Cmd { get; init; }

    [JsonPropertyName("Env")]
    public required IReadOnlyList<string> Env { get; init; }

    [JsonPropertyName("WorkingDir")]
    public required string WorkingDir { get; init; }

    [JsonPropertyName("ExposedPorts")]
    public SortedDictionary<string, Empty>? ExposedPorts { get; init; }
}

internal sealed record RootFileSystem([property: JsonPropertyName("diff_ids")] IReadOnlyList<string> DiffIds)
{
    public string Type { get; } = "layers";
}

internal sealed record ImageHistory(string Created, [property: JsonPropertyName("created_by")] string CreatedBy);

internal sealed record Empty;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ImageManifest))]
[JsonSerializable(typeof(ImageConfig))]
internal sealed partial class ImageJson : JsonSerializerContext;
