using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests;

/// <summary>The short way to what a test needs to be there.</summary>
internal static class Pushing
{
    /// <summary>Puts a blob into a repository with one request and answers its digest.</summary>
    public static async Task<string> PushBlobAsync(this RegistryServer server, string repository, string content)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        var digest = Digest.Of(bytes).Value;
        using var response = await server.Client.PostAsync(new Uri($"/v2/{repository}/blobs/uploads/?digest={digest}", UriKind.Relative), new ByteArrayContent(bytes), TestContext.Current.CancellationToken);
        ((int)response.StatusCode).ShouldBe(201);
        return digest;
    }

    /// <summary>Puts a manifest under a tag or digest.</summary>
    public static Task<HttpResponseMessage> PutManifestAsync(this RegistryServer server, string repository, string reference, string manifest, string type = Manifests.Oci)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(manifest));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return server.Client.PutAsync(new Uri($"/v2/{repository}/manifests/{reference}", UriKind.Relative), content, TestContext.Current.CancellationToken);
    }

    /// <summary>Puts an image of one small blob under a tag and answers its digest.</summary>
    public static async Task<string> PushImageAsync(this RegistryServer server, string repository, string tag, string content, string extra = "")
    {
        var blob = await server.PushBlobAsync(repository, content);
        using var response = await server.PutManifestAsync(repository, tag, Manifests.Image(blob, Encoding.UTF8.GetByteCount(content), extra));
        ((int)response.StatusCode).ShouldBe(201, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return response.Headers.GetValues("Docker-Content-Digest").Single();
    }

    /// <summary>Does now what upkeep does from time to time.</summary>
    public static Task RunUpkeepAsync(this RegistryServer server) =>
        server.Services.GetRequiredService<RegistryUpkeep>().RunOnceAsync(TestContext.Current.CancellationToken);
}
