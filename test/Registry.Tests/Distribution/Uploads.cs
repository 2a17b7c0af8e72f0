using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Berth.Registry.Tests;

public sealed class Uploads : IAsyncLifetime
{
    private static readonly string HelloDigest = Digest.Of("hello world"u8).Value;
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private RegistryServer server = null!; // Set before each test.

    public async ValueTask InitializeAsync()
    {
        server = await RegistryServer.StartAsync(clock);
        await server.CreateRepositoryAsync("web");
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Take_a_blob_in_chunks_and_tell_how_far_they_are()
    {
        var location = await BeginAsync();

        var first = await PatchAsync(location, "hello ", "0-5");
        first.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        first.Headers.GetValues("Range").ShouldBe(["0-5"]);
        var progress = await server.Client.GetAsync(location, TestContext.Current.CancellationToken);
        progress.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        progress.Headers.GetValues("Range").ShouldBe(["0-5"]);
        (await PatchAsync(location, "world", "6-10")).Headers.GetValues("Range").ShouldBe(["0-10"]);
        var done = await PutAsync(location, HelloDigest, "");
        done.StatusCode.ShouldBe(HttpStatusCode.Created);
        done.Headers.Location!.ToString().ShouldBe($"/v2/web/blobs/{HelloDigest}");

        (await GetBlobAsync()).ShouldBe("hello world");
        (await server.Client.GetAsync(location, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Take_the_last_chunk_with_the_request_that_completes_them()
    {
        var location = await BeginAsync();
        await PatchAsync(location, "hello ", null);

        (await PutAsync(location, HelloDigest, "world", "6-10")).StatusCode.ShouldBe(HttpStatusCode.Created);

        (await GetBlobAsync()).ShouldBe("hello world");
    }

    [Theory]
    [InlineData("5-9")]
    [InlineData("7-11")]
    [InlineData("6-9")]
    [InlineData("nonsense")]
    public async Task Refuse_a_chunk_that_does_not_follow_and_go_on(string range)
    {
        var location = await BeginAsync();
        await PatchAsync(location, "hello ", "0-5");

        var refused = await PatchAsync(location, "world", range);

        refused.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
        refused.Headers.GetValues("Range").ShouldBe(["0-5"]);
        refused.Headers.Location.ShouldNotBeNull();
        await PatchAsync(location, "world", "6-10");
        (await PutAsync(location, HelloDigest, "")).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Keep_nothing_under_a_wrong_digest()
    {
        var location = await BeginAsync();
        await PatchAsync(location, "something else", null);

        await ShouldFailAsync(await PutAsync(location, HelloDigest, ""), HttpStatusCode.BadRequest, "DIGEST_INVALID");

        (await server.Client.GetAsync(Blob, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        Directory.GetDirectories(Path.Combine(server.Directory, "registry", "uploads")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("sha512:0000", "DIGEST_INVALID")]
    [InlineData("sha256:XYZ", "DIGEST_INVALID")]
    public async Task Refuse_digests_that_are_malformed_or_of_another_algorithm(string digest, string code)
    {
        await ShouldFailAsync(await PutAsync(await BeginAsync(), digest, ""), HttpStatusCode.BadRequest, code);
        await ShouldFailAsync(await server.Client.GetAsync($"/v2/web/blobs/{digest}", TestContext.Current.CancellationToken), HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task Can_be_cancelled()
    {
        var location = await BeginAsync();

        (await server.Client.DeleteAsync(location, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await ShouldFailAsync(await PatchAsync(location, "hello", null), HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
    }

    [Fact]
    public async Task Belong_to_their_repository_alone()
    {
        await server.CreateRepositoryAsync("other");
        var location = (await BeginAsync()).ToString().Replace("/web/", "/other/", StringComparison.Ordinal);

        await ShouldFailAsync(await PatchAsync(new Uri(location, UriKind.Relative), "hello", null), HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
    }

    [Fact]
    public async Task Take_an_empty_blob()
    {
        var digest = await server.PushBlobAsync("web", "");

        var response = await server.Client.GetAsync($"/v2/web/blobs/{digest}", TestContext.Current.CancellationToken);
        response.Content.Headers.ContentLength.ShouldBe(0);
    }

    [Fact]
    public async Task Go_on_after_the_server_was_killed()
    {
        var location = await BeginAsync();
        await PatchAsync(location, "hello ", null);

        await using var restarted = await RegistryServer.StartAsync(clock, before: server);
        var progress = await restarted.Client.GetAsync(location, TestContext.Current.CancellationToken);
        progress.Headers.GetValues("Range").ShouldBe(["0-5"]);
        await restarted.Client.PatchAsync(location, new StringContent("world"), TestContext.Current.CancellationToken);
        var done = await restarted.Client.PutAsync(new Uri($"{location}?digest={HelloDigest}", UriKind.Relative), null, TestContext.Current.CancellationToken);

        done.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Are_dropped_after_a_day_of_rest_by_this_process_and_by_the_next()
    {
        var location = await BeginAsync();
        await PatchAsync(location, "hello ", null);
        var abandoned = Path.Combine(server.Directory, "registry", "uploads", Guid.NewGuid().ToString());
        Directory.CreateDirectory(abandoned);
        Directory.SetLastWriteTimeUtc(abandoned, clock.GetUtcNow().UtcDateTime);
        clock.Advance(TimeSpan.FromHours(25));

        await server.RunUpkeepAsync();

        await ShouldFailAsync(await PatchAsync(location, "world", null), HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
        Directory.GetDirectories(Path.Combine(server.Directory, "registry", "uploads")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Keep_what_arrived_before_the_client_broke_off()
    {
        var location = await BeginAsync();
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync("127.0.0.1", int.Parse(server.Authority.Split(':')[1], null as IFormatProvider), TestContext.Current.CancellationToken);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"PATCH {location} HTTP/1.1\r\nHost: {server.Authority}\r\nAuthorization: {server.Client.DefaultRequestHeaders.Authorization}\r\nContent-Length: 1000\r\n\r\nhello "), TestContext.Current.CancellationToken);
            await UntilAsync(async () => (await server.Client.GetAsync(location, TestContext.Current.CancellationToken)).Headers.GetValues("Range").Single() == "0-5");
            await ShouldFailAsync(await PatchAsync(location, "x", null), HttpStatusCode.BadRequest, "BLOB_UPLOAD_INVALID");
        }

        await UntilAsync(async () => (await PatchAsync(location, "world", "6-10")).StatusCode == HttpStatusCode.Accepted);
        (await PutAsync(location, HelloDigest, "")).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Of_one_blob_may_run_side_by_side()
    {
        var content = new byte[3 * 1024 * 1024];
        Random.Shared.NextBytes(content);
        var digest = Digest.Of(content).Value;

        var responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            server.Client.PostAsync(new Uri($"/v2/web/blobs/uploads/?digest={digest}", UriKind.Relative), new ByteArrayContent(content), TestContext.Current.CancellationToken)));

        responses.ShouldAllBe(response => response.StatusCode == HttpStatusCode.Created);
        (await server.Client.GetByteArrayAsync($"/v2/web/blobs/{digest}", TestContext.Current.CancellationToken)).ShouldBe(content);
        Directory.GetDirectories(Path.Combine(server.Directory, "registry", "uploads")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Are_limited_in_size_and_number()
    {
        await using var small = await RegistryServer.StartAsync(clock, configure: options => options with { MostBlobBytes = 5, MostUploads = 1 });
        await small.CreateRepositoryAsync("web");
        var location = await BeginAsync(small);

        await ShouldFailAsync(await small.Client.PostAsync(Begin, null, TestContext.Current.CancellationToken), HttpStatusCode.TooManyRequests, "TOOMANYREQUESTS");
        await ShouldFailAsync(await small.Client.PatchAsync(location, new StringContent("hello world"), TestContext.Current.CancellationToken), HttpStatusCode.RequestEntityTooLarge, "SIZE_INVALID");
    }

    private static Uri Begin { get; } = new("/v2/web/blobs/uploads/", UriKind.Relative);

    private static Uri Blob { get; } = new($"/v2/web/blobs/{HelloDigest}", UriKind.Relative);

    private Task<string> GetBlobAsync() => server.Client.GetStringAsync(Blob, TestContext.Current.CancellationToken);

    private async Task<Uri> BeginAsync(RegistryServer? at = null)
    {
        using var response = await (at ?? server).Client.PostAsync(Begin, null, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        response.Headers.GetValues("Range").ShouldBe(["0-0"]);
        return response.Headers.Location!;
    }

    private Task<HttpResponseMessage> PatchAsync(Uri location, string content, string? range)
    {
        var body = new StringContent(content);
        if (range is not null)
        {
            body.Headers.TryAddWithoutValidation("Content-Range", range);
        }

        return server.Client.PatchAsync(location, body, TestContext.Current.CancellationToken);
    }

    private Task<HttpResponseMessage> PutAsync(Uri location, string digest, string content, string? range = null)
    {
        var body = new StringContent(content);
        if (range is not null)
        {
            body.Headers.TryAddWithoutValidation("Content-Range", range);
        }

        return server.Client.PutAsync(new Uri($"{location}?digest={Uri.EscapeDataString(digest)}", UriKind.Relative), body, TestContext.Current.CancellationToken);
    }

    private static async Task ShouldFailAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(status, body);
        body.ShouldContain($"\"code\":\"{code}\"");
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
