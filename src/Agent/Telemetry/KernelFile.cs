namespace Berth.Agent;

/// <summary>Reads small files of the kernel, one after another, into one buffer.</summary>
internal sealed class KernelFile
{
    /// <summary>More than any of them is on a machine with a thousand devices; what is longer is cut.</summary>
    private const int MaxBytes = 256 << 10;

    private byte[] buffer = new byte[4 << 10];

    /// <summary>What a file says; good until the next is read.</summary>
    /// <exception cref="IOException">It cannot be read, or no longer.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public ReadOnlySpan<byte> Read(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = 0;
        while (true)
        {
            var read = RandomAccess.Read(file, buffer.AsSpan(length), length);
            length += read;
            if (read == 0 || length == MaxBytes)
            {
                return buffer.AsSpan(0, length);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
    }

    /// <summary>The same; nothing where there is no such file.</summary>
    public ReadOnlySpan<byte> ReadIfThere(string path) => File.Exists(path) ? Read(path) : [];
}
