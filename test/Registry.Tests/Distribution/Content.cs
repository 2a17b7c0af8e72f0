using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Berth.Domain;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Berth.Registry.Tests;

public sealed class Content : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private RegistryServer server = null!; // Set before each test.

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        server = await RegistryServer.StartAsync(clock);
        await server.CreateRepositoryAsync("web");
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_manifest_comes_back_byte_for_byte_by_tag_and_by_digest()
    {
        var blob = await server.PushBlobAsync("web", "hello");
        var manifest = Manifests.Image(blob, 5, extra: """ , "unknown" :  [ "kept" ]  """);
        var put = await server.PutManifestAsync("web", "v1", manifest, Manifests.Oci + "; charset=utf-8");
        put.StatusCode.ShouldBe(HttpStatusCode.Created, await put.Content.ReadAsStringAsync(Cancelled));
        var digest = put.Headers.GetValues("Docker-Content-Digest").Single();

        foreach (var reference in (string[])["v1", digest])
        {
            var response = await server.Client.GetAsync($"/v2/web/manifests/{reference}", Cancelled);
            (await response.Content.ReadAsStringAsync(Cancelled)).ShouldBe(manifest);
            response.Content.Headers.ContentType!.ToString().ShouldBe(Manifests.Oci);
            using var head = await server.Client.SendAsync(new(HttpMethod.Head, $"/v2/web/manifests/{reference}"), Cancelled);
            head.Content.Headers.ContentLength.ShouldBe(manifest.Length);
            head.Content.Headers.ContentType!.ToString().ShouldBe(Manifests.Oci);
            head.Headers.GetValues("Docker-Content-Digest").ShouldBe([digest]);
            head.Headers.GetValues("Docker-Distribution-Api-Version").ShouldBe(["registry/2.0"]);
        }
    }

    [Fact]
    public async Task A_manifest_needs_its_blobs_its_own_digest_and_a_shape()
    {
        var blob = await server.PushBlobAsync("web", "hello");
        var absent = "sha256:" + new string('0', 64);
        (await FailureOf(server.PutManifestAsync("web", "v1", Manifests.Image(absent, 5))))
            .ShouldBe((404, "MANIFEST_BLOB_UNKNOWN", $"Layers with digests '[{absent}, {absent}]' required for pushing image into repository with name 'web' in the registry with id '000000000000' do not exist"));
        (await FailureOf(server.PutManifestAsync("web", absent, Manifests.Image(blob, 5)))).Code.ShouldBe("DIGEST_INVALID");
        (await FailureOf(server.PutManifestAsync("web", "v1", Manifests.Image(blob, 6)))).Code.ShouldBe("MANIFEST_INVALID");
        (await FailureOf(server.PutManifestAsync("web", "v1", "nonsense"))).Code.ShouldBe("MANIFEST_INVALID");
        (await FailureOf(server.PutManifestAsync("web", "v1", """{"schemaVersion":1}""", "application/vnd.docker.distribution.manifest.v1+prettyjws"))).Code.ShouldBe("MANIFEST_INVALID");
        (await FailureOf(server.PutManifestAsync("web", "-v1", Manifests.Image(blob, 5)))).Code.ShouldBe("TAG_INVALID");
        (await FailureOf(server.PutManifestAsync("web", "v1", Manifests.Image(blob, 5) + new string(' ', 4 * 1024 * 1024)))).ShouldBe((413, "SIZE_INVALID", "A manifest may have 4194304 bytes at most."));
        (await FailureOf(server.PutManifestAsync("absent", "v1", Manifests.Image(blob, 5))))
            .ShouldBe((404, "NAME_UNKNOWN", "The repository with name 'absent' does not exist in the registry with id '000000000000'"));
        (await FailureOf(server.Client.GetAsync("/v2/web/manifests/v1", Cancelled))).ShouldBe((404, "MANIFEST_UNKNOWN", "Requested image not found"));
    }

    [Fact]
    public async Task Unusual_manifests_are_taken()
    {
        var blob = await server.PushBlobAsync("web", "{}");
        var config = $$"""{"mediaType":"application/vnd.oci.empty.v1+json","digest":"{{blob}}","size":2,"data":"e30="}""";
        var foreign = $$"""{"mediaType":"application/vnd.oci.image.layer.nondistributable.v1.tar","digest":"sha256:{{new string('0', 64)}}","size":9,"urls":["http://127.0.0.1/"]}""";
        foreach (var (tag, manifest, type) in new[]
        {
            ("layerless", $$"""{"schemaVersion":2,"config":{{config}},"layers":[]}""", Manifests.Oci),
            ("foreign", $$"""{"schemaVersion":2,"config":{{config}},"layers":[{{foreign}}]}""", Manifests.Oci),
            ("empty-index", """{"schemaVersion":2,"manifests":[]}""", Manifests.Index),
        })
        {
            var response = await server.PutManifestAsync("web", tag, manifest, type);
            response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync(Cancelled));
        }
    }

    [Fact]
    public async Task An_index_needs_its_images_and_keeps_them()
    {
        var child = await server.PushImageAsync("web", "amd64", "hello");
        (await server.PutManifestAsync("web", "multi", Manifests.IndexOf(child, 300), Manifests.Index)).StatusCode.ShouldBe(HttpStatusCode.Created);

        (await FailureOf(server.Client.DeleteAsync($"/v2/web/manifests/{child}", Cancelled))).Code.ShouldBe("UNSUPPORTED");
        (await FailureOf(server.PutManifestAsync("web", "broken", Manifests.IndexOf("sha256:" + new string('0', 64), 300), Manifests.Index))).Code.ShouldBe("MANIFEST_BLOB_UNKNOWN");
    }

    [Fact]
    public async Task A_deleted_tag_is_gone_at_once_and_its_image_stays()
    {
        var digest = await server.PushImageAsync("web", "v1", "hello");

        (await server.Client.DeleteAsync("/v2/web/manifests/v1", Cancelled)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await FailureOf(server.Client.GetAsync("/v2/web/manifests/v1", Cancelled))).Code.ShouldBe("MANIFEST_UNKNOWN");
        (await server.Client.GetAsync($"/v2/web/manifests/{digest}", Cancelled)).EnsureSuccessStatusCode();
        (await server.Client.DeleteAsync($"/v2/web/manifests/{digest}", Cancelled)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await FailureOf(server.Client.DeleteAsync($"/v2/web/manifests/{digest}", Cancelled))).Code.ShouldBe("MANIFEST_UNKNOWN");
    }

    [Fact]
    public async Task A_pinned_tag_refuses_another_image_but_not_the_same()
    {
        await server.CreateRepositoryAsync("pinned", new TagMutability(Immutable: true, ["latest*"]));
        await server.PushImageAsync("pinned", "v1", "hello");
        await server.PushImageAsync("pinned", "v1", "hello");
        await server.PushImageAsync("pinned", "latest", "hello");
        await server.PushImageAsync("pinned", "latest", "other");
        var other = await server.PushBlobAsync("pinned", "other");

        (await FailureOf(server.PutManifestAsync("pinned", "v1", Manifests.Image(other, 5))))
            .ShouldBe((400, "TAG_INVALID", "The image tag 'v1' already exists in the 'pinned' repository and cannot be overwritten because the tag is immutable."));
    }

    [Theory]
    [InlineData("bytes=6-", HttpStatusCode.PartialContent, "world", "bytes 6-10/11")]
    [InlineData("bytes=0-4", HttpStatusCode.PartialContent, "hello", "bytes 0-4/11")]
    [InlineData("bytes=-5", HttpStatusCode.PartialContent, "world", "bytes 6-10/11")]
    [InlineData("bytes=500-0", HttpStatusCode.OK, "hello world", null)]
    [InlineData("bytes=20-", HttpStatusCode.RequestedRangeNotSatisfiable, "", "bytes */11")]
    public async Task A_part_of_a_blob_can_be_read(string range, HttpStatusCode status, string content, string? contentRange)
    {
        var digest = await server.PushBlobAsync("web", "hello world");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v2/web/blobs/{digest}");
        request.Headers.TryAddWithoutValidation("Range", range);

        using var response = await server.Client.SendAsync(request, Cancelled);

        response.StatusCode.ShouldBe(status);
        (await response.Content.ReadAsStringAsync(Cancelled)).ShouldBe(content);
        response.Content.Headers.ContentRange?.ToString().ShouldBe(contentRange);
        response.Headers.AcceptRanges.ShouldBe(["bytes"]);
    }

    [Fact]
    public async Task A_blob_is_not_sent_again_to_those_who_have_it()
    {
        var digest = await server.PushBlobAsync("web", "hello world");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v2/web/blobs/{digest}");
        request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue($"\"{digest}\""));

        (await server.Client.SendAsync(request, Cancelled)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task A_blob_is_seen_only_by_repositories_that_were_given_it()
    {
        await server.CreateRepositoryAsync("other");
        await server.CreateRepositoryAsync("web", region: "eu-west-1");
        var digest = await server.PushBlobAsync("web", "hello");
        (await FailureOf(server.Client.GetAsync($"/v2/other/blobs/{digest}", Cancelled))).Code.ShouldBe("BLOB_UNKNOWN");

        (await server.Client.PostAsync($"/v2/other/blobs/uploads/?mount=sha256:{new string('0', 64)}&from=web", null, Cancelled)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await server.Client.PostAsync($"/v2/other/blobs/uploads/?mount={digest}&from=absent", null, Cancelled)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await server.Client.PostAsync($"/v2/other/blobs/uploads/?mount={digest}", null, Cancelled)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        using var elsewhere = new HttpClient { BaseAddress = server.Client.BaseAddress };
        elsewhere.DefaultRequestHeaders.Authorization = RegistryServer.Basic("AWS", server.Token(region: "eu-west-1"));
        (await elsewhere.PostAsync($"/v2/web/blobs/uploads/?mount={digest}&from=web", null, Cancelled)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await elsewhere.GetAsync($"/v2/web/blobs/{digest}", Cancelled)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        (await server.Client.PostAsync($"/v2/other/blobs/uploads/?mount={digest}&from=web", null, Cancelled)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await server.Client.GetStringAsync($"/v2/other/blobs/{digest}", Cancelled)).ShouldBe("hello");
        (await server.Client.DeleteAsync($"/v2/other/blobs/{digest}", Cancelled)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await FailureOf(server.Client.GetAsync($"/v2/other/blobs/{digest}", Cancelled))).Code.ShouldBe("BLOB_UNKNOWN");
        (await server.Client.GetStringAsync($"/v2/web/blobs/{digest}", Cancelled)).ShouldBe("hello");
    }

    [Fact]
    public async Task Referrers_of_an_image_are_listed()
    {
        var subject = await server.PushImageAsync("web", "v1", "hello");
        (await ReferrersAsync(subject)).ShouldBeEmpty();
        var blob = await server.PushBlobAsync("web", "{}");
        var signature = Manifests.Image(blob, 2, $$""","subject":{"mediaType":"{{Manifests.Oci}}","digest":"{{subject}}","size":1},"artifactType":"application/signature","annotations":{"who":"me"}""");
        var put = await server.PutManifestAsync("web", Digest.Of(System.Text.Encoding.UTF8.GetBytes(signature)).Value, signature);
        put.Headers.GetValues("OCI-Subject").ShouldBe([subject]);

        (await ReferrersAsync(subject)).ShouldHaveSingleItem()!.ToJsonString()
            .ShouldBe($$$"""{"mediaType":"{{{Manifests.Oci}}}","digest":"{{{put.Headers.GetValues("Docker-Content-Digest").Single()}}}","size":{{{signature.Length}}},"artifactType":"application/signature","annotations":{"who":"me"}}""".Replace("+", "\\u002B", StringComparison.Ordinal));
        (await ReferrersAsync(subject, "?artifactType=application/sbom")).ShouldBeEmpty();
        (await ReferrersAsync(subject, "?artifactType=application/signature")).Count.ShouldBe(1);
        (await FailureOf(server.Client.GetAsync("/v2/web/referrers/nonsense", Cancelled))).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Tags_and_repositories_are_listed_page_by_page()
    {
        (await server.Client.GetStringAsync("/v2/web/tags/list", Cancelled)).ShouldBe("""{"name":"web","tags":[]}""");
        foreach (var tag in (string[])["b", "a", "C"])
        {
            await server.PushImageAsync("web", tag, "hello");
        }

        var first = await server.Client.GetAsync("/v2/web/tags/list?n=2", Cancelled);
        (await first.Content.ReadAsStringAsync(Cancelled)).ShouldBe("""{"name":"web","tags":["C","a"]}""");
        first.Headers.GetValues("Link").ShouldBe(["</v2/web/tags/list?n=2&last=a>; rel=\"next\""]);
        var last = await server.Client.GetAsync("/v2/web/tags/list?n=2&last=a", Cancelled);
        (await last.Content.ReadAsStringAsync(Cancelled)).ShouldBe("""{"name":"web","tags":["b"]}""");
        last.Headers.Contains("Link").ShouldBeFalse();
        var none = await server.Client.GetAsync("/v2/web/tags/list?n=0", Cancelled);
        (await none.Content.ReadAsStringAsync(Cancelled)).ShouldBe("""{"name":"web","tags":[]}""");
        none.Headers.Contains("Link").ShouldBeFalse();
        await server.CreateRepositoryAsync("api");
        (await server.Client.GetStringAsync("/v2/_catalog", Cancelled)).ShouldBe("""{"repositories":["api","web"]}""");
    }

    [Theory]
    [InlineData("team/blobs/uploads")]
    [InlineData("tags/list/manifests")]
    [InlineData("a1/b2/c3/d4")]
    public async Task Names_may_hold_slashes_and_the_protocols_own_words(string name)
    {
        await server.CreateRepositoryAsync(name);

        await server.PushImageAsync(name, "list", "hello");

        (await server.Client.GetStringAsync($"/v2/{name}/tags/list", Cancelled)).ShouldBe($$"""{"name":"{{name}}","tags":["list"]}""");
        (await server.Client.GetAsync($"/v2/{name}/manifests/list", Cancelled)).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task What_no_image_needs_goes_after_a_day_and_what_one_needs_stays()
    {
        var unneeded = await server.PushBlobAsync("web", "unneeded");
        var needed = await server.PushImageAsync("web", "v1", "needed");
        clock.Advance(TimeSpan.FromHours(25));
        var fresh = await server.PushBlobAsync("web", "fresh");

        await server.RunUpkeepAsync();

        (await FailureOf(server.Client.GetAsync($"/v2/web/blobs/{unneeded}", Cancelled))).Code.ShouldBe("BLOB_UNKNOWN");
        (await server.Client.GetStringAsync($"/v2/web/blobs/{fresh}", Cancelled)).ShouldBe("fresh");
        (await server.Client.GetStringAsync($"/v2/web/blobs/{Digest.Of("needed"u8)}", Cancelled)).ShouldBe("needed");
        (await server.Client.GetAsync($"/v2/web/manifests/{needed}", Cancelled)).EnsureSuccessStatusCode();
        await server.PushBlobAsync("web", "unneeded");
        (await server.Client.GetStringAsync($"/v2/web/blobs/{unneeded}", Cancelled)).ShouldBe("unneeded");
    }

    [Fact]
    public async Task A_blob_that_was_promised_outlives_the_sweep()
    {
        var blob = await server.PushBlobAsync("web", "hello");
        clock.Advance(TimeSpan.FromHours(25));
        using var head = await server.Client.SendAsync(new(HttpMethod.Head, $"/v2/web/blobs/{blob}"), Cancelled);
        head.Content.Headers.ContentLength.ShouldBe(5);

        await server.RunUpkeepAsync();

        (await server.PutManifestAsync("web", "v1", Manifests.Image(blob, 5))).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_image_whose_link_was_lost_is_still_whole()
    {
        await server.PushImageAsync("web", "v1", "hello");
        Directory.Delete(Path.Combine(server.Directory, "registry", "repositories"), recursive: true);

        (await server.Client.GetStringAsync($"/v2/web/blobs/{Digest.Of("hello"u8)}", Cancelled)).ShouldBe("hello");
    }

    [Fact]
    public async Task A_reset_drops_the_account_and_nothing_else()
    {
        await server.PushImageAsync("web", "v1", "hello");
        var reset = server.Services.GetServices<Engine.IAccountReset>().Single();

        await reset.ResetAsync("111111111111", Cancelled);
        (await server.Client.GetAsync("/v2/web/manifests/v1", Cancelled)).EnsureSuccessStatusCode();
        await reset.ResetAsync(RegistryServer.Account, Cancelled);
        (await FailureOf(server.Client.GetAsync("/v2/web/manifests/v1", Cancelled))).Code.ShouldBe("NAME_UNKNOWN");
        await server.CreateRepositoryAsync("web");
        (await FailureOf(server.Client.GetAsync($"/v2/web/blobs/{Digest.Of("hello"u8)}", Cancelled))).Code.ShouldBe("BLOB_UNKNOWN");
    }

    private async Task<JsonArray> ReferrersAsync(string subject, string query = "")
    {
        using var response = await server.Client.GetAsync($"/v2/web/referrers/{subject}{query}", Cancelled);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().ShouldBe(Manifests.Index);
        response.Headers.Contains("OCI-Filters-Applied").ShouldBe(query.Length > 0);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!["manifests"]!.AsArray();
    }

    private static async Task<(int Status, string Code, string Message)> FailureOf(Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!["errors"]![0]!;
        return ((int)response.StatusCode, error["code"]!.GetValue<string>(), error["message"]!.GetValue<string>());
    }
}
