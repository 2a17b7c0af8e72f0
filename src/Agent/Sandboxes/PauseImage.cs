using System.Formats.Tar;

namespace Berth.Agent;

/// <summary>The image of sandboxes: one file, made by the agent and imported where the engine does not have it.</summary>
internal sealed class PauseImage(DockerEngine docker) : IDisposable
{
    public const string Repository = "berth/pause";

    /// <summary>Another number for every other content, so that an agent never takes another version's image.</summary>
    public const string Tag = "1";

    public const string Name = $"{Repository}:{Tag}";

    /// <summary>The program's path in the image.</summary>
    public const string Program = "/pause";

    private readonly SemaphoreSlim gate = new(1);
    private volatile bool present;

    /// <summary>Sees to it that the engine has the image.</summary>
    /// <exception cref="DockerException">The engine refuses the image, or is of an architecture without one.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (present)
        {
            return;
        }

        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!present && await docker.InspectImageAsync(Name, cancellationToken).ConfigureAwait(false) is null)
            {
                var architecture = (await docker.NegotiateAsync(cancellationToken).ConfigureAwait(false)).Arch ?? "";
                var program = PauseProgram.For(architecture)
                    ?? throw new DockerException(System.Net.HttpStatusCode.NotImplemented, $"there is no sandbox image for {architecture}");
                await docker.ImportImageAsync(Repository, Tag, Archive(program), cancellationToken).ConfigureAwait(false);
            }

            present = true;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The image was removed since it was last seen.</summary>
    public void Forget() => present = false;

    public void Dispose() => gate.Dispose();

    /// <summary>A tar archive of the root directory.</summary>
    private static byte[] Archive(byte[] program)
    {
        using var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, Program[1..])
            {
                Mode = (UnixFileMode)0b101_101_101,
                ModificationTime = DateTimeOffset.UnixEpoch,
                DataStream = new MemoryStream(program),
            });
        }

        return archive.ToArray();
    }
}
