using System.Diagnostics;

[assembly: AssemblyFixture(typeof(Berth.Agent.Tests.Engine))]

namespace Berth.Agent.Tests;

/// <summary>The real Docker Engine, with an image that is imported, as no registry can be counted on.</summary>
public sealed class Engine : IAsyncLifetime
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"berth-agent-image-{Guid.NewGuid():N}");

    public string Image { get; } = $"berth-agent-test-{Guid.NewGuid().ToString("N")[..12]}:1";

    /// <summary>Why Docker tests cannot run here; null where they can.</summary>
    public string? Unavailable { get; private set; }

    public static async Task<(int Code, string Output)> DockerAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("docker", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, process.ExitCode == 0 ? output.Trim() : await error);
    }

    public async ValueTask InitializeAsync()
    {
        try
        {
            var (code, output) = await DockerAsync("version", "--format", "{{.Server.Version}}");
            if (code != 0)
            {
                Unavailable = $"No Docker Engine answers: {output}";
                return;
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Unavailable = "The docker command is not installed.";
            return;
        }

        if (!File.Exists("/bin/busybox"))
        {
            Unavailable = "The image is made of /bin/busybox (Debian: busybox-static), which is not installed.";
            return;
        }

        Directory.CreateDirectory(Path.Combine(folder, "bin"));
        File.Copy("/bin/busybox", Path.Combine(folder, "bin/busybox"));
        File.CreateSymbolicLink(Path.Combine(folder, "bin/sh"), "busybox");
        Directory.CreateDirectory(Path.Combine(folder, "tmp"));
        var archive = Path.Combine(folder, "image.tar");
        using (var tar = Process.Start("tar", ["-C", folder, "-cf", archive, "bin", "tmp"]))
        {
            await tar.WaitForExitAsync();
        }

        var import = await DockerAsync("import", archive, Image);
        Unavailable = import.Code == 0 ? null : import.Output;
    }

    public async ValueTask DisposeAsync()
    {
        if (Unavailable is null)
        {
            await DockerAsync("rmi", "-f", Image);
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
