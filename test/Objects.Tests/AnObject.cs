using System.Text;

namespace Berth.Objects.Tests;

public sealed class AnObject
{
    private const string Unsigned = "UNSIGNED-PAYLOAD", Trailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

    [Fact]
    public async Task Is_put_read_in_whole_or_in_part_and_deleted()
    {
        await using var server = await StartAsync();
        var put = await server.CallAsync("PUT", "/conf/a%20dir/app.env", "A=1\n", ("x-amz-meta-of", "tests"), ("Content-MD5", "+lRVv6CVMnRX/I2pDB/A+Q=="));
        put.Refusal.ShouldBe((400, "BadDigest"));
        put = await server.CallAsync("PUT", "/conf/a%20dir/app.env", "A=1\n", ("x-amz-meta-of", "tests"), ("x-amz-checksum-crc32", Crc("A=1\n")));

        put.Status.ShouldBe(200, put.Body);
        var read = await server.CallAsync("GET", "/conf/a%20dir/app.env");
        (read.Status, read.Body, read.Headers["x-amz-meta-of"], read.Headers["ETag"]).ShouldBe((200, "A=1\n", "tests", put.Headers["ETag"]));
        var part = await server.CallAsync("GET", "/conf/a%20dir/app.env", "", ("Range", "bytes=2-"));
        (part.Status, part.Body, part.Headers["Content-Range"]).ShouldBe((206, "1\n", "bytes 2-3/4"));
        (await server.CallAsync("GET", "/conf/a%20dir/app.env", "", ("Range", "bytes=-3"))).Body.ShouldBe("=1\n");
        (await server.CallAsync("GET", "/conf/a%20dir/app.env", "", ("Range", "bytes=4-"))).Refusal.ShouldBe((416, "InvalidRange"));
        (await server.CallAsync("HEAD", "/conf/a%20dir/app.env")).Headers["Content-Length"].ShouldBe("4");
        (await server.CallAsync("DELETE", "/conf/a%20dir/app.env")).Status.ShouldBe(204);
        (await server.CallAsync("DELETE", "/conf/a%20dir/app.env")).Status.ShouldBe(204);
        (await server.CallAsync("GET", "/conf/a%20dir/app.env")).Refusal.ShouldBe((404, "NoSuchKey"));
        (await server.CallAsync("GET", "/none/app.env")).Refusal.ShouldBe((404, "NoSuchBucket"));
    }

    [Theory]
    [InlineData("whole", "whole", null, 200)]
    [InlineData("in|several|chunks", "in|several|chunks", null, 200)]
    [InlineData("in|several|chunks", "in|another|chunk!", null, 403)]
    [InlineData("one|two", "two|one", null, 403)]
    [InlineData("abc", "abc", "x-amz-checksum-crc32:NSRBwg==", 200)]
    [InlineData("abc", "abc", "x-amz-checksum-crc32:NSRBwQ==", 400)]
    public async Task Comes_in_signed_chunks_none_of_which_may_be_another(string chunks, string sent, string? trailer, int status)
    {
        await using var server = await StartAsync();

        var put = await server.SendChunksAsync("/conf/k", chunks.Split('|'), sent.Split('|'), trailer);

        put.Status.ShouldBe(status, put.Body);
        var read = await server.CallAsync("GET", "/conf/k");
        (read.Status, read.Status == 200 ? read.Body : null).ShouldBe(status == 200 ? (200, chunks.Replace("|", "")) : (404, null));
        Directory.EnumerateFiles(Path.Combine(server.Store, "uploads")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n", 200)]
    [InlineData("1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", 200)]
    [InlineData("3\r\nabc\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", 400)]
    [InlineData("5\r\nabc\r\n0\r\n\r\n", 400)]
    [InlineData("3\r\nabc", 400)]
    [InlineData("3\r\nabcdef\r\n0\r\n\r\n", 400)]
    [InlineData("-1\r\nabc\r\n0\r\n\r\n", 400)]
    [InlineData("x", 400)]
    [InlineData("", 400)]
    public async Task Comes_in_chunks_that_are_not_signed(string body, int status)
    {
        await using var server = await StartAsync();

        var put = await server.SendAsync("PUT", "/conf/k", Encoding.UTF8.GetBytes(body), Trailer, ("x-amz-decoded-content-length", "3"));

        put.Status.ShouldBe(status, put.Body);
        (await server.CallAsync("GET", "/conf/k")).Status.ShouldBe(status == 200 ? 200 : 404);
    }

    [Fact]
    public async Task Is_refused_when_its_body_is_not_what_was_signed_or_too_large_or_nobodys()
    {
        await using var server = await StartAsync();
        var body = Encoding.UTF8.GetBytes("abc");

        (await server.SendAsync("PUT", "/conf/k", body, new string('0', 64))).Refusal.ShouldBe((400, "XAmzContentSHA256Mismatch"));
        (await server.SendAsync("PUT", "/conf/k", body, "whatever")).Refusal.ShouldBe((400, "InvalidArgument"));
        (await server.SendAsync("PUT", "/conf/k", new byte[(1 << 20) + 1], Unsigned)).Refusal.ShouldBe((400, "EntityTooLarge"));
        (await server.CallAsync("PUT", "/conf/k", "x", ("If-None-Match", "*"))).Refusal.ShouldBe((501, "NotImplemented"));
        (await server.CallAsync("POST", "/conf/k?uploads")).Refusal.ShouldBe((501, "NotImplemented"));
        using var stranger = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "/conf/k"));
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential=AKIANOBODY/{DateTime.UnixEpoch:yyyyMMdd}/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00");
        request.Headers.TryAddWithoutValidation("X-Amz-Date", "19700101T000000Z");
        ((int)(await stranger.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode).ShouldBe(403);
        (await server.CallAsync("GET", "/conf/k")).Refusal.ShouldBe((404, "NoSuchKey"));
        (await server.SendAsync("PUT", "/conf/k", body, Unsigned)).Status.ShouldBe(200);
        (await server.CallAsync("GET", "/conf/k")).Body.ShouldBe("abc");
    }

    [Fact]
    public async Task Outlives_a_restart_and_half_of_one_does_not()
    {
        string kept;
        await using (var first = await StartAsync())
        {
            (await first.CallAsync("PUT", "/conf/k", "old")).Status.ShouldBe(200);
            (await first.CallAsync("PUT", "/conf/k", "new", ("Content-Type", "text/plain"))).Status.ShouldBe(200);
            await File.WriteAllTextAsync(Path.Combine(first.Store, "uploads", "9"), "half", TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(first.Store, "000000000000", "conf", "torn.object"), "torn", TestContext.Current.CancellationToken);
            kept = await first.StopAsync();
        }

        await using var next = await ObjectServer.StartAsync(kept);
        var read = await next.CallAsync("GET", "/conf/k");
        (read.Body, read.Headers["Content-Type"]).ShouldBe(("new", "text/plain"));
        (await next.CallAsync("GET", "/conf?list-type=2")).Texts("Key").ShouldBe(["k"]);
        Directory.EnumerateFiles(Path.Combine(next.Store, "uploads")).ShouldBeEmpty();
        await next.ResetAsync();
        (await next.CallAsync("GET", "/")).Texts("Name").ShouldBeEmpty();
    }

    private static async Task<ObjectServer> StartAsync()
    {
        var server = await ObjectServer.StartAsync();
        (await server.CallAsync("PUT", "/conf")).Status.ShouldBe(200);
        return server;
    }

    private static string Crc(string text)
    {
        var crc = new Crc32();
        crc.Append(Encoding.UTF8.GetBytes(text));
        return Convert.ToBase64String([(byte)(crc.Value >> 24), (byte)(crc.Value >> 16), (byte)(crc.Value >> 8), (byte)crc.Value]);
    }
}
