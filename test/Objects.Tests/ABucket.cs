namespace Berth.Objects.Tests;

public sealed class ABucket
{
    [Fact]
    public async Task Is_made_once_is_deleted_when_it_is_empty_and_is_one_of_few()
    {
        await using var server = await ObjectServer.StartAsync();
        foreach (var name in new[] { "one", "two", "healthz" })
        {
            (await server.CallAsync("PUT", $"/{name}")).Status.ShouldBe(200);
        }

        (await server.CallAsync("PUT", "/one")).Status.ShouldBe(200);
        (await server.CallAsync("PUT", "/four")).Refusal.ShouldBe((400, "TooManyBuckets"));
        (await server.CallAsync("PUT", "/No_Bucket")).Refusal.ShouldBe((400, "InvalidBucketName"));
        (await server.CallAsync("PUT", "/..%2f..%2fetc")).Refusal.ShouldBe((400, "InvalidBucketName"));
        (await server.CallAsync("GET", "/")).Texts("Name").ShouldBe(["healthz", "one", "two"]);
        (await server.CallAsync("HEAD", "/two")).Headers["x-amz-bucket-region"].ShouldBe("us-east-1");
        (await server.CallAsync("HEAD", "/none")).Status.ShouldBe(404);
        (await server.CallAsync("GET", "/two?location")).Status.ShouldBe(200);
        await server.CallAsync("PUT", "/two/k", "x");
        (await server.CallAsync("DELETE", "/two")).Refusal.ShouldBe((409, "BucketNotEmpty"));
        await server.CallAsync("DELETE", "/two/k");
        (await server.CallAsync("DELETE", "/two")).Status.ShouldBe(204);
        (await server.CallAsync("DELETE", "/two")).Refusal.ShouldBe((404, "NoSuchBucket"));
        (await server.CallAsync("GET", "/two?acl")).Refusal.ShouldBe((501, "NotImplemented"));
    }

    [Fact]
    public async Task Lists_its_objects_by_prefix_by_folder_and_page_by_page()
    {
        await using var server = await ObjectServer.StartAsync();
        await server.CallAsync("PUT", "/conf");
        foreach (var key in new[] { "a/1", "a/2", "a/b/3", "a/c/4", "b", "c%26%20d/5" })
        {
            await server.CallAsync("PUT", $"/conf/{key}", key);
        }

        var folder = await server.CallAsync("GET", "/conf?list-type=2&prefix=a/&delimiter=/");
        folder.Texts("Key").ShouldBe(["a/1", "a/2"]);
        folder.Texts("CommonPrefixes").ShouldBe(["a/b/", "a/c/"]);
        (await server.CallAsync("GET", "/conf?list-type=2&delimiter=/")).Texts("CommonPrefixes").ShouldBe(["a/", "c& d/"]);
        (await server.CallAsync("GET", "/conf?list-type=2&prefix=c&encoding-type=url")).Texts("Key").ShouldBe(["c%26%20d/5"]);
        (await server.CallAsync("GET", "/conf?list-type=2&start-after=a/b/3&prefix=a/")).Texts("Key").ShouldBe(["a/c/4"]);

        List<string> seen = [];
        var token = "";
        do
        {
            var page = await server.CallAsync("GET", $"/conf?list-type=2&prefix=a/&delimiter=/&max-keys=1{(token.Length > 0 ? $"&continuation-token={Uri.EscapeDataString(token)}" : "")}");
            page.Texts("KeyCount").ShouldBe(["1"]);
            seen.AddRange(page.Texts("Key").Concat(page.Texts("CommonPrefixes")));
            token = page.Texts("NextContinuationToken").SingleOrDefault() ?? "";
        }
        while (token.Length > 0);

        seen.ShouldBe(["a/1", "a/2", "a/b/", "a/c/"]);
    }

    [Fact]
    public async Task Holds_so_many_objects_and_no_more()
    {
        await using var server = await ObjectServer.StartAsync();
        await server.CallAsync("PUT", "/conf");
        for (var number = 0; number < 20; number++)
        {
            (await server.CallAsync("PUT", $"/conf/{number}", "x")).Status.ShouldBe(200);
        }

        (await server.CallAsync("PUT", "/conf/20", "x")).Refusal.ShouldBe((400, "InvalidArgument"));
        (await server.CallAsync("PUT", "/conf/19", "y")).Status.ShouldBe(200);
    }
}
