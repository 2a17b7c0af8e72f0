using System.Runtime.InteropServices;

namespace Berth.Engine;

/// <summary>Moves files so that they are in place after a power failure, not only after a crash of the process.</summary>
public static partial class Durable
{
    /// <summary>Renames a file whose content has been flushed, and flushes the directory it lands in.</summary>
    public static void Move(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        FlushDirectory(Path.GetDirectoryName(to)!); // A file's path has a directory.
    }

    /// <summary>Deletes a file, so that it stays deleted.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        FlushDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Creates the directory and its missing parents, and makes their names last.</summary>
    public static void CreateDirectory(string path)
    {
        if (!Directory.Exists(path))
        {
            var parent = Path.GetDirectoryName(path)!; // The root directory exists.
            CreateDirectory(parent);
            Directory.CreateDirectory(path);
            FlushDirectory(parent);
        }
    }

    // The file API does not open directories; systems without fsync for them need none.
    private static void FlushDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(path, flags: 0);
        if (descriptor >= 0)
        {
            var failed = Flush(descriptor) != 0 && Marshal.GetLastPInvokeError() is var error && error is EIO or ENOSPC;
            _ = Close(descriptor);
            if (failed)
            {
                throw new IOException($"Directory {path} could not be flushed.");
            }
        }
    }

    private const int EIO = 5;
    private const int ENOSPC = 28;

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
