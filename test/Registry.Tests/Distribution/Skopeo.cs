using System.Text.Json.Nodes;

namespace Berth.Registry.Tests;

public sealed class Skopeo
{
    [Fact]
    public async Task Copies_lists_inspects_and_deletes()
    {
        await Shell.RequireAsync("skopeo --version", "skopeo is not installed.");
        await using var server = await RegistryServer.StartAsync();
        await server.CreateRepositoryAsync("team/web");
        await server.CreateRepositoryAsync("team/copy");
        await server.PushImageAsync("team/web", "v1", "not a layer, but skopeo does not look");
        var layout = Directory.CreateTempSubdirectory("berth-skopeo-").FullName;
        var image = $"docker://{server.Authority}/team/web";
        var credentials = $"--creds AWS:{server.Token()} --tls-verify=false";
        try
        {
            await Shell.RunAsync($"skopeo copy --src-creds AWS:{server.Token()} --src-tls-verify=false {image}:v1 dir:{layout}");
            await Shell.RunAsync($"skopeo copy --dest-creds AWS:{server.Token()} --dest-tls-verify=false dir:{layout} docker://{server.Authority}/team/copy:v2");
            await Shell.RunAsync($"skopeo copy --src-creds AWS:{server.Token()} --src-tls-verify=false --dest-creds AWS:{server.Token()} --dest-tls-verify=false {image}:v1 {image}:v2");
        }
        finally
        {
            Directory.Delete(layout, recursive: true);
        }

        JsonNode.Parse(await Shell.RunAsync($"skopeo list-tags {credentials} {image}"))!["Tags"]!.ToJsonString().ShouldBe("""["v1","v2"]""");
        (await Shell.RunAsync($"skopeo inspect --raw {credentials} {image}:v2")).ShouldContain(Manifests.Oci);
        await Shell.RunAsync($"skopeo delete {credentials} {image}:v1");
        JsonNode.Parse(await Shell.RunAsync($"skopeo list-tags {credentials} {image}"))!["Tags"]!.ToJsonString().ShouldBe("[]");
    }
}
