using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Domain;

namespace Berth.Journal.Tests;

/// <summary>
/// Every event ever released, as it was written: today's code must write the same and read it back.
/// Set BERTH_REWRITE_GOLDEN=1 to write the files of new events; files that exist are history and are not changed.
/// </summary>
public sealed class RepositoriesGolden
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly string ImageDigest = "sha256:" + new string('a', 64);
    private static readonly string LayerDigest = "sha256:" + new string('b', 64);
    private static readonly string ConfigDigest = "sha256:" + new string('c', 64);
    private readonly RepositoriesCodec codec = new();

    private static RepositoryImage Image { get; } = new()
    {
        Digest = ImageDigest,
        MediaType = "application/vnd.oci.image.manifest.v1+json",
        ManifestBytes = 512,
        PushedAt = Noon,
        Config = new(ConfigDigest, 7, "application/vnd.oci.image.config.v1+json"),
        Layers = [new(LayerDigest, 1024, "application/vnd.oci.image.layer.v1.tar+gzip")],
        Subject = ConfigDigest,
        ArtifactType = "application/spdx+json",
    };

    private static RepositoryImage Index { get; } = new()
    {
        Digest = ImageDigest,
        MediaType = "application/vnd.oci.image.index.v1+json",
        ManifestBytes = 256,
        PushedAt = Noon,
        Children = [new(LayerDigest, 512, "application/vnd.oci.image.manifest.v1+json")],
    };

    private static RepositoriesEvent[] All { get; } =
    [
        new RepositoriesEvent.RepositoryCreated(
            Noon,
            new TagMutability(Immutable: true, ["latest*"]),
            ScanOnPush: true,
            new RepositoryEncryption("KMS", "alias/key"),
            ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("team", "a").Add("Zone", "b")) { Repository = "team/web" },
        new RepositoriesEvent.RepositoryDeleted { Repository = "team/web" },
        new RepositoriesEvent.ImagePushed(Image, "v1") { Repository = "team/web" },
        new RepositoriesEvent.ImageUntagged("v1") { Repository = "team/web" },
        new RepositoriesEvent.ImageDeleted(ImageDigest) { Repository = "team/web" },
        new RepositoriesEvent.TagMutabilityChanged(new TagMutability(Immutable: false, [])) { Repository = "team/web" },
        new RepositoriesEvent.ScanningChanged(ScanOnPush: true) { Repository = "team/web" },
        new RepositoriesEvent.PolicyChanged("""{"Statement":[]}""") { Repository = "team/web" },
        new RepositoriesEvent.LifecyclePolicyChanged(null) { Repository = "team/web" },
        new RepositoriesEvent.ResourceTagsChanged(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("team", "b")) { Repository = "team/web" },
    ];

    public static TheoryData<int> Events => [.. Enumerable.Range(0, All.Length)];

    [Theory, MemberData(nameof(Events))]
    public void An_event_is_written_and_read_as_on_the_day_it_was_released(int index)
    {
        var (type, payload) = codec.Encode(All[index]);
        var file = PathOf($"{type}.json");
        if (!File.Exists(file) && Environment.GetEnvironmentVariable("BERTH_REWRITE_GOLDEN") == "1")
        {
            File.WriteAllText(file, Indented(payload));
        }

        var golden = File.ReadAllText(file);
        Indented(payload).ShouldBe(golden);
        codec.Encode(codec.Decode(type, golden)).ShouldBe((type, payload));
    }

    [Fact]
    public void Every_event_has_a_golden_file() =>
        All.Select(fact => fact.GetType()).ShouldBe(typeof(RepositoriesEvent).GetNestedTypes(), ignoreOrder: true);

    [Fact]
    public void A_snapshot_holds_the_whole_state()
    {
        var aggregate = new RepositoriesAggregate("000000000000", "us-east-1");
        foreach (var fact in All.Where(fact => fact is not (RepositoriesEvent.RepositoryDeleted or RepositoriesEvent.ImageUntagged or RepositoriesEvent.ImageDeleted)))
        {
            aggregate.Apply(fact);
        }

        aggregate.Apply(new RepositoriesEvent.ImagePushed(Index with { Digest = LayerDigest }, "multi") { Repository = "team/web" });

        var text = codec.EncodeText(aggregate.State);
        var state = codec.DecodeText(text);

        codec.EncodeText(state).ShouldBe(text);
        var (before, after) = (aggregate.State.Get("team/web"), state.Get("team/web"));
        after.Tags.ShouldBe(before.Tags);
        after.Images.Keys.ShouldBe(before.Images.Keys);
        after.ResourceTags.KeyComparer.ShouldBe(StringComparer.Ordinal);
        (after with { Tags = before.Tags, Images = before.Images, ResourceTags = before.ResourceTags, TagMutability = before.TagMutability }).ShouldBe(before);
    }

    [Fact]
    public void An_unknown_event_is_refused() => Should.Throw<JsonException>(() => codec.Decode("image.sung", "{}"));

    private static string Indented(string payload) =>
        JsonNode.Parse(payload)!.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";

    private static string PathOf(string file, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "golden", file);
}
