using Microsoft.Extensions.Time.Testing;

namespace Berth.Registry.Tests;

public sealed class Docker
{
    private const string NoDocker = "No Docker Engine answers.";
    private const string NoBusybox = "There is no static busybox to make an image of.";

    [Fact]
    public async Task Pushes_pulls_tags_and_pushes_again()
    {
        await Shell.RequireAsync("docker version && test -x /bin/busybox", $"{NoDocker} {NoBusybox}");
        await using var server = await RegistryServer.StartAsync();
        await server.CreateRepositoryAsync("team/web");
        await server.CreateRepositoryAsync("team/copy");
        await using var docker = await DockerClient.LogInAsync(server);
        var image = $"{server.Authority}/team/web:v1";
        await docker.ImportAsync(image);

        var pushed = await docker.RunAsync($"docker push {image}");
        pushed.ShouldContain("v1: digest: sha256:");
        var digest = pushed[pushed.IndexOf("sha256:", StringComparison.Ordinal)..][..71];

        (await docker.RunAsync($"docker push {image}")).ShouldContain("Layer already exists");
        await docker.RunAsync($"docker tag {image} {server.Authority}/team/web:v2 && docker push {server.Authority}/team/web:v2");
        (await docker.RunAsync($"docker tag {image} {server.Authority}/team/copy:v1 && docker push {server.Authority}/team/copy:v1")).ShouldContain("Mounted from team/web");
        await docker.RunAsync($"docker rmi {image} {server.Authority}/team/web:v2 {server.Authority}/team/copy:v1");
        (await docker.RunAsync($"docker pull {image}")).ShouldContain(digest);
        (await docker.RunAsync($"docker pull {image}")).ShouldContain("Image is up to date");
        (await docker.RunAsync($"docker run --rm {image} /bin/busybox echo it runs")).ShouldContain("it runs");
        await docker.RunAsync($"docker rmi {image} && docker pull {server.Authority}/team/web@{digest} && docker rmi {server.Authority}/team/web@{digest}");
    }

    [Fact]
    public async Task Shows_its_user_the_words_of_ecr()
    {
        await Shell.RequireAsync("docker version && test -x /bin/busybox", $"{NoDocker} {NoBusybox}");
        await using var server = await RegistryServer.StartAsync();
        await server.CreateRepositoryAsync("pinned", new Domain.TagMutability(Immutable: true, []));
        await using var docker = await DockerClient.LogInAsync(server);
        await docker.ImportAsync($"{server.Authority}/absent:v1");
        await docker.ImportAsync($"{server.Authority}/pinned:v1");

        (await docker.FailAsync($"docker push {server.Authority}/absent:v1"))
            .ShouldContain("name unknown: The repository with name 'absent' does not exist in the registry with id '000000000000'");
        (await docker.FailAsync($"docker pull {server.Authority}/pinned:v9")).ShouldContain("Requested image not found");
        await docker.RunAsync($"docker push {server.Authority}/pinned:v1");
        await docker.RunAsync($"docker push {server.Authority}/pinned:v1");
        await docker.ImportAsync($"{server.Authority}/pinned:v1");
        (await docker.FailAsync($"docker push {server.Authority}/pinned:v1"))
            .ShouldContain("tag invalid: The image tag 'v1' already exists in the 'pinned' repository and cannot be overwritten because the repository is immutable.");
        await docker.RunAsync($"docker rmi -f {server.Authority}/absent:v1 {server.Authority}/pinned:v1");
    }

    [Fact]
    public async Task Is_told_when_its_token_has_expired()
    {
        await Shell.RequireAsync("docker version && test -x /bin/busybox", $"{NoDocker} {NoBusybox}");
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var server = await RegistryServer.StartAsync(clock);
        await server.CreateRepositoryAsync("web");
        await using var docker = await DockerClient.LogInAsync(server);
        await docker.ImportAsync($"{server.Authority}/web:v1");
        clock.Advance(TimeSpan.FromHours(12));

        (await docker.FailAsync($"docker push {server.Authority}/web:v1"))
            .ShouldContain("denied: Your authorization token has expired. Reauthenticate and try again.");
    }
}

/// <summary>A docker command line with credentials of its own, which removes the images it made.</summary>
internal sealed class DockerClient : IAsyncDisposable
{
    private readonly string config = Directory.CreateTempSubdirectory("berth-docker-").FullName;
    private readonly List<string> images = [];

    private DockerClient()
    {
    }

    public static async Task<DockerClient> LogInAsync(RegistryServer server)
    {
        var client = new DockerClient();
        await client.RunAsync($"echo {server.Token()} | docker login -u AWS --password-stdin {server.Authority}");
        return client;
    }

    /// <summary>Makes an image that no other has the layer of.</summary>
    public async Task ImportAsync(string name)
    {
        // By its id: an image whose name was given to another one would else stay behind.
        images.Add((await RunAsync($"r=$(mktemp -d); mkdir $r/bin; cp /bin/busybox $r/bin; echo {Guid.NewGuid()} > $r/unique; tar -C $r -c . | docker import - {name}; rm -r $r")).Trim());
    }

    public Task<string> RunAsync(string script) => Shell.RunAsync(script, new Dictionary<string, string> { ["DOCKER_CONFIG"] = config });

    public async Task<string> FailAsync(string script)
    {
        var (code, _, errors) = await Shell.TryAsync(script, new Dictionary<string, string> { ["DOCKER_CONFIG"] = config });
        code.ShouldNotBe(0);
        return errors;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var image in images)
        {
            await Shell.TryAsync($"docker rmi -f {image}");
        }

        Directory.Delete(config, recursive: true);
    }
}
