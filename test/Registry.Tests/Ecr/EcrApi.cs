using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace Berth.Registry.Tests;

public sealed class EcrApi : IAsyncLifetime
{
    private const string Layer = "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"; // "hello"
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private RegistryServer server = null!; // Set before each test.

    public async ValueTask InitializeAsync() => server = await RegistryServer.StartAsync(clock);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Creates_describes_and_deletes_a_repository()
    {
        var created = (await CallAsync("CreateRepository", """{"repositoryName":"team/web","imageTagMutability":"IMMUTABLE","tags":[{"Key":"team","Value":"a"}]}"""))["repository"]!;
        TextOf(created).ShouldBe($$$"""
            {"repositoryArn":"arn:aws:ecr:us-east-1:000000000000:repository/team/web","registryId":"000000000000","repositoryName":"team/web","repositoryUri":"{{{server.Authority}}}/team/web","createdAt":1767225600,"imageTagMutability":"IMMUTABLE","imageScanningConfiguration":{"scanOnPush":false},"encryptionConfiguration":{"encryptionType":"AES256"}}
            """);
        TextOf((await CallAsync("DescribeRepositories", """{"repositoryNames":["team/web"]}"""))["repositories"]![0]!).ShouldBe(TextOf(created));
        (await FailAsync("CreateRepository", """{"repositoryName":"team/web"}"""))
            .ShouldBe(("RepositoryAlreadyExistsException", "The repository with name 'team/web' already exists in the registry with id '000000000000'"));
        await CallAsync("DeleteRepository", """{"repositoryName":"team/web"}""");
        (await FailAsync("DescribeRepositories", """{"repositoryNames":["team/web"]}"""))
            .ShouldBe(("RepositoryNotFoundException", "The repository with name 'team/web' does not exist in the registry with id '000000000000'"));
    }

    [Fact]
    public async Task Changes_tags_mutability_and_scanning()
    {
        await server.CreateRepositoryAsync("web");
        const string arn = "arn:aws:ecr:us-east-1:000000000000:repository/web";
        await CallAsync("TagResource", $$"""{"resourceArn":"{{arn}}","tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}]}""");
        await CallAsync("UntagResource", $$"""{"resourceArn":"{{arn}}","tagKeys":["a","absent"]}""");
        TextOf(await CallAsync("ListTagsForResource", $$"""{"resourceArn":"{{arn}}"}""")).ShouldBe("""{"tags":[{"Key":"b","Value":"2"}]}""");
        (await FailAsync("TagResource", $$"""{"resourceArn":"{{arn}}","tags":[{{string.Join(',', Enumerable.Range(0, 50).Select(i => $$"""{"Key":"k{{i}}","Value":""}"""))}}]}""")).Code.ShouldBe("TooManyTagsException");

        await CallAsync("PutImageTagMutability", """{"repositoryName":"web","imageTagMutability":"IMMUTABLE_WITH_EXCLUSION","imageTagMutabilityExclusionFilters":[{"filterType":"WILDCARD","filter":"latest*"}]}""");
        await CallAsync("PutImageScanningConfiguration", """{"repositoryName":"web","imageScanningConfiguration":{"scanOnPush":true}}""");
        var repository = (await CallAsync("DescribeRepositories", "{}"))["repositories"]![0]!;
        TextOf(repository["imageTagMutabilityExclusionFilters"]!).ShouldBe("""[{"filterType":"WILDCARD","filter":"latest*"}]""");
        repository["imageTagMutability"]!.GetValue<string>().ShouldBe("IMMUTABLE_WITH_EXCLUSION");
        repository["imageScanningConfiguration"]!["scanOnPush"]!.GetValue<bool>().ShouldBeTrue();
        (await FailAsync("PutImageTagMutability", """{"repositoryName":"web","imageTagMutability":"IMMUTABLE_WITH_EXCLUSION"}""")).Code.ShouldBe("InvalidParameterException");
    }

    [Fact]
    public async Task Takes_a_layer_in_parts()
    {
        await server.CreateRepositoryAsync("web");
        var upload = (await CallAsync("InitiateLayerUpload", """{"repositoryName":"web"}"""))["uploadId"]!.GetValue<string>();
        (await FailAsync("CompleteLayerUpload", $$"""{"repositoryName":"web","uploadId":"{{upload}}","layerDigests":["{{Layer}}"]}""")).Code.ShouldBe("EmptyUploadException");
        await CallAsync("UploadLayerPart", $$"""{"repositoryName":"web","uploadId":"{{upload}}","partFirstByte":0,"partLastByte":1,"layerPartBlob":"aGU="}""");
        (await FailAsync("UploadLayerPart", $$"""{"repositoryName":"web","uploadId":"{{upload}}","partFirstByte":3,"partLastByte":4,"layerPartBlob":"bG8="}""")).Code.ShouldBe("InvalidLayerPartException");
        (await CallAsync("UploadLayerPart", $$"""{"repositoryName":"web","uploadId":"{{upload}}","partFirstByte":2,"partLastByte":4,"layerPartBlob":"bGxv"}"""))["lastByteReceived"]!.GetValue<long>().ShouldBe(4);
        (await CallAsync("CompleteLayerUpload", $$"""{"repositoryName":"web","uploadId":"{{upload}}","layerDigests":["{{Layer}}"]}"""))["layerDigest"]!.GetValue<string>().ShouldBe(Layer);
        (await FailAsync("CompleteLayerUpload", $$"""{"repositoryName":"web","uploadId":"{{upload}}","layerDigests":["{{Layer}}"]}""")).Code.ShouldBe("UploadNotFoundException");

        TextOf(await CallAsync("BatchCheckLayerAvailability", $$"""{"repositoryName":"web","layerDigests":["{{Layer}}","sha256:{{new string('0', 64)}}","nonsense"]}"""))
            .ShouldBe($$"""{"layers":[{"layerDigest":"{{Layer}}","layerAvailability":"AVAILABLE","layerSize":5},{"layerDigest":"sha256:{{new string('0', 64)}}","layerAvailability":"UNAVAILABLE"}],"failures":[{"layerDigest":"nonsense","failureCode":"InvalidLayerDigest","failureReason":"Invalid request parameters: layer digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'"}]}""");
        var url = (await CallAsync("GetDownloadUrlForLayer", $$"""{"repositoryName":"web","layerDigest":"{{Layer}}"}"""))["downloadUrl"]!.GetValue<string>();
        using var anybody = new HttpClient();
        (await anybody.GetStringAsync(url, TestContext.Current.CancellationToken)).ShouldBe("hello");
        (await anybody.GetAsync(url.Replace("expires=1", "expires=2", StringComparison.Ordinal), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Forbidden);
        clock.Advance(TimeSpan.FromHours(1));
        (await anybody.GetAsync(url, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Puts_describes_gets_and_deletes_images()
    {
        await server.CreateRepositoryAsync("web");
        await server.PushBlobAsync("web", "hello");
        var manifest = Manifests.Image(Layer, 5);
        var digest = (await PutAsync(manifest, "v1"))["image"]!["imageId"]!["imageDigest"]!.GetValue<string>();
        (await FailAsync("PutImage", Put(manifest, "v1")))
            .ShouldBe(("ImageAlreadyExistsException", $"Image with digest '{digest}' and tag 'v1' already exists in the repository with name 'web' in registry with id '000000000000'"));
        (await FailAsync("PutImage", Put(Manifests.Image("sha256:" + new string('0', 64), 5), "v1"))).Code.ShouldBe("LayersNotFoundException");
        (await FailAsync("PutImage", Put(Manifests.IndexOf("sha256:" + new string('0', 64), 5), "v1"))).Code.ShouldBe("ReferencedImagesNotFoundException");

        var got = await CallAsync("BatchGetImage", """{"repositoryName":"web","imageIds":[{"imageTag":"v1"},{"imageTag":"v9"},{}]}""");
        got["images"]![0]!["imageManifest"]!.GetValue<string>().ShouldBe(manifest);
        got["failures"]!.AsArray().Select(failure => failure!["failureCode"]!.GetValue<string>()).ShouldBe(["MissingDigestAndTag", "ImageNotFound"]);

        await PutAsync(manifest, "v2");
        TextOf((await CallAsync("DescribeImages", """{"repositoryName":"web"}"""))["imageDetails"]!).ShouldBe($$"""
            [{"registryId":"000000000000","repositoryName":"web","imageDigest":"{{digest}}","imageTags":["v1","v2"],"imageSizeInBytes":5,"imagePushedAt":1767225600,"imageManifestMediaType":"{{Manifests.Oci}}","artifactMediaType":"application/vnd.oci.image.config.v1+json","imageStatus":"ACTIVE"}]
            """);
        (await FailAsync("DescribeImages", """{"repositoryName":"web","imageIds":[{"imageTag":"v9"}]}"""))
            .ShouldBe(("ImageNotFoundException", "The image with imageId {imageDigest:'null', imageTag:'v9'} does not exist within the repository with name 'web' in the registry with id '000000000000'"));

        var first = await CallAsync("ListImages", """{"repositoryName":"web","maxResults":1}""");
        first["imageIds"]![0]!["imageTag"]!.GetValue<string>().ShouldBe("v1");
        var second = await CallAsync("ListImages", $$"""{"repositoryName":"web","maxResults":1,"nextToken":"{{first["nextToken"]}}"}""");
        second["imageIds"]![0]!["imageTag"]!.GetValue<string>().ShouldBe("v2");
        second["nextToken"].ShouldBeNull();

        (await FailAsync("DeleteRepository", """{"repositoryName":"web"}"""))
            .ShouldBe(("RepositoryNotEmptyException", "The repository with name 'web' in registry with id '000000000000' cannot be deleted because it still contains images"));
        TextOf((await CallAsync("BatchDeleteImage", """{"repositoryName":"web","imageIds":[{"imageTag":"v1"}]}"""))["imageIds"]!).ShouldBe($$"""[{"imageDigest":"{{digest}}","imageTag":"v1"}]""");
        await CallAsync("BatchDeleteImage", """{"repositoryName":"web","imageIds":[{"imageTag":"v2"}]}""");
        (await CallAsync("DescribeImages", """{"repositoryName":"web"}"""))["imageDetails"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Keeps_policies_as_they_were_put()
    {
        await server.CreateRepositoryAsync("web");
        (await FailAsync("GetRepositoryPolicy", """{"repositoryName":"web"}"""))
            .ShouldBe(("RepositoryPolicyNotFoundException", "Repository policy does not exist for the repository with name 'web' in the registry with id '000000000000'"));
        await CallAsync("SetRepositoryPolicy", """{"repositoryName":"web","policyText":"{\"Statement\": []}"}""");
        (await CallAsync("GetRepositoryPolicy", """{"repositoryName":"web"}"""))["policyText"]!.GetValue<string>().ShouldBe("""{"Statement": []}""");
        await CallAsync("DeleteRepositoryPolicy", """{"repositoryName":"web"}""");
        (await FailAsync("SetRepositoryPolicy", """{"repositoryName":"web","policyText":"nonsense"}""")).Code.ShouldBe("InvalidParameterException");
        (await FailAsync("GetLifecyclePolicy", """{"repositoryName":"web"}"""))
            .ShouldBe(("LifecyclePolicyNotFoundException", "Lifecycle policy does not exist for the repository with name 'web' in the registry with id '000000000000'"));
    }

    [Fact]
    public async Task Previews_and_applies_a_lifecycle_policy()
    {
        const string policy = """{"rules":[{"rulePriority":1,"description":"a day","selection":{"tagStatus":"any","countType":"sinceImagePushed","countUnit":"days","countNumber":1},"action":{"type":"expire"}}]}""";
        await server.CreateRepositoryAsync("web");
        await server.PushBlobAsync("web", "hello");
        var digest = (await PutAsync(Manifests.Image(Layer, 5), "v1"))["image"]!["imageId"]!["imageDigest"]!.GetValue<string>();
        (await CallAsync("PutLifecyclePolicy", new JsonObject { ["repositoryName"] = "web", ["lifecyclePolicyText"] = policy }.ToJsonString()))["lifecyclePolicyText"]!.GetValue<string>().ShouldBe(policy);
        (await FailAsync("PutLifecyclePolicy", new JsonObject { ["repositoryName"] = "web", ["lifecyclePolicyText"] = policy.Replace("any", "some", StringComparison.Ordinal) }.ToJsonString()))
            .ShouldBe(("InvalidParameterException", "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: tagStatus must be tagged, untagged or any'"));
        (await FailAsync("GetLifecyclePolicyPreview", """{"repositoryName":"web"}""")).Code.ShouldBe("LifecyclePolicyPreviewNotFoundException");

        clock.Advance(TimeSpan.FromHours(25));
        (await CallAsync("StartLifecyclePolicyPreview", """{"repositoryName":"web"}"""))["status"]!.GetValue<string>().ShouldBe("IN_PROGRESS");
        TextOf((await CallAsync("GetLifecyclePolicyPreview", """{"repositoryName":"web"}"""))["previewResults"]!)
            .ShouldBe($$"""[{"imageTags":["v1"],"imageDigest":"{{digest}}","imagePushedAt":1767225600,"action":{"type":"EXPIRE"},"appliedRulePriority":1}]""");
        (await CallAsync("ListImages", """{"repositoryName":"web"}"""))["imageIds"]!.AsArray().Count.ShouldBe(1);
        await server.RunUpkeepAsync();
        (await CallAsync("ListImages", """{"repositoryName":"web"}"""))["imageIds"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("CreateRepository", """{}""", "InvalidParameterException", "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'Member must not be null'")]
    [InlineData("CreateRepository", """{"repositoryName":"a"}""", "InvalidParameterException", "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'Member must have length greater than or equal to 2'")]
    [InlineData("CreateRepository", """{"repositoryName":"UPPER"}""", "InvalidParameterException", "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression")]
    [InlineData("CreateRepository", """{"repositoryName":"web","imageTagMutability":"SOMETIMES"}""", "InvalidParameterException", "Invalid parameter at 'imageTagMutability' failed to satisfy constraint")]
    [InlineData("CreateRepository", """{"repositoryName":"web","tags":[{"Key":"aws:x","Value":""}]}""", "InvalidTagParameterException", "")]
    [InlineData("DescribeRepositories", """{"registryId":"999999999999"}""", "AccessDeniedException", "")]
    [InlineData("DescribeRepositories", """{"maxResults":1001}""", "InvalidParameterException", "Invalid parameter at 'maxResults' failed to satisfy constraint")]
    [InlineData("DescribeRepositories", """{"nextToken":"forged"}""", "InvalidParameterException", "Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid token'")]
    [InlineData("DescribeRepositories", """{"repositoryNames":[null]}""", "InvalidParameterException", "")]
    [InlineData("ListImages", """{"repositoryName":"web","registryId":"999999999999"}""", "RepositoryNotFoundException", "The repository with name 'web' does not exist in the registry with id '999999999999'")]
    [InlineData("ListTagsForResource", """{"resourceArn":"arn:aws:ecr:us-east-1:000000000000:nothing"}""", "InvalidParameterException", "Invalid parameter at 'resourceArn'")]
    [InlineData("BatchGetImage", """{"repositoryName":"web","imageIds":[]}""", "InvalidParameterException", "Invalid parameter at 'imageIds'")]
    [InlineData("GetAuthorizationToken", """{"registryIds":["999999999999"]}""", "AccessDeniedException", "")]
    public async Task Refuses_bad_input_in_the_words_of_ecr(string operation, string request, string code, string message)
    {
        var failure = await FailAsync(operation, request);

        failure.Code.ShouldBe(code);
        failure.Message.ShouldStartWith(message);
    }

    [Fact]
    public async Task Names_members_as_the_model_does()
    {
        var file = Path.Combine(Environment.GetEnvironmentVariable("BERTH_API_MODELS") ?? "", "ecr.json");
        Assert.SkipUnless(File.Exists(file), "BERTH_API_MODELS does not name the directory of the API models.");
        var model = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;

        foreach (var operation in EcrService.Create(server.Services).Operations.Values)
        {
            var shapes = model["operations"]![operation.Name]!;
            Members(operation.Request).ShouldBeSubsetOf(Names(shapes["input"]!), operation.Name);
            Members(operation.Response!).ShouldBeSubsetOf(Names(shapes["output"]!), operation.Name);
        }

        static IEnumerable<string> Members(System.Text.Json.Serialization.Metadata.JsonTypeInfo type) => type.Properties.Select(property => property.Name);

        IEnumerable<string> Names(JsonNode shape) => model["shapes"]![shape["shape"]!.GetValue<string>()]!["members"]!.AsObject().Select(member => member.Key);
    }

    private static string TextOf(JsonNode node) => node.ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static string Put(string manifest, string tag) =>
        new JsonObject { ["repositoryName"] = "web", ["imageManifest"] = manifest, ["imageTag"] = tag }.ToJsonString();

    private Task<JsonNode> PutAsync(string manifest, string tag) => CallAsync("PutImage", Put(manifest, tag));

    private async Task<JsonNode> CallAsync(string operation, string request)
    {
        var (status, body) = await SendAsync(operation, request);
        status.ShouldBe(200, body.ToJsonString());
        return body;
    }

    private async Task<(string Code, string Message)> FailAsync(string operation, string request)
    {
        var (status, body) = await SendAsync(operation, request);
        status.ShouldBe(400, body.ToJsonString());
        return (body["__type"]!.GetValue<string>(), body["message"]!.GetValue<string>());
    }

    private async Task<(int Status, JsonNode Body)> SendAsync(string operation, string request)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(request) };
        message.Headers.Add("X-Amz-Target", $"AmazonEC2ContainerRegistry_V20150921.{operation}");
        using var response = await server.Client.SendAsync(message, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!);
    }
}
