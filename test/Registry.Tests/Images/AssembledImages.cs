using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests;

public sealed class AssembledImages
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    [Fact]
    public async Task Are_the_same_whenever_they_are_made()
    {
        await using var server = await RegistryServer.StartAsync();
        var assembler = server.Services.GetRequiredService<ImageAssembler>();

        var first = await assembler.PutAsync(RegistryServer.Account, RegistryServer.Region, "sample", "v1", Recipe("hello"u8.ToArray()), TestContext.Current.CancellationToken);
        var again = await assembler.PutAsync(RegistryServer.Account, RegistryServer.Region, "sample", "v1", Recipe("hello"u8.ToArray()), TestContext.Current.CancellationToken);
        var other = await assembler.PutAsync(RegistryServer.Account, RegistryServer.Region, "sample", "v2", Recipe("other"u8.ToArray()), TestContext.Current.CancellationToken);

        again.ShouldBe(first);
        other.ShouldNotBe(first);
    }

    [Fact]
    public async Task Run_in_docker()
    {
        await Shell.RequireAsync("docker version && test -x /bin/busybox", "There is no Docker Engine or no static busybox.");
        await using var server = await RegistryServer.StartAsync();
        var assembler = server.Services.GetRequiredService<ImageAssembler>();
        var recipe = Recipe(await File.ReadAllBytesAsync("/bin/busybox", TestContext.Current.CancellationToken));
        await assembler.PutAsync(RegistryServer.Account, RegistryServer.Region, "sample", "v1", recipe, TestContext.Current.CancellationToken);
        await using var docker = await DockerClient.LogInAsync(server);
        var image = $"{server.Authority}/sample:v1";

        try
        {
            (await docker.RunAsync($"docker pull -q {image} && docker run --rm {image}")).ShouldContain("from /www: hello");
            (await docker.RunAsync($"docker inspect --format '{{{{json .Config.ExposedPorts}}}}' {image}")).Trim().ShouldBe("""{"80/tcp":{}}""");
        }
        finally
        {
            await docker.RunAsync($"docker rmi -f {image}");
        }
    }

    private static ImageRecipe Recipe(byte[] busybox) => new()
    {
        Files =
        [
            new("bin/busybox", Executable, busybox),
            new("www/cgi-bin/say", Executable, "#!/bin/busybox sh\necho from $PWD: $GREETING\n"u8.ToArray()),
        ],
        Command = ["/www/cgi-bin/say"],
        Environment = ["GREETING=hello"],
        ExposedPorts = ["80/tcp"],
        WorkingDirectory = "/www",
    };
}
