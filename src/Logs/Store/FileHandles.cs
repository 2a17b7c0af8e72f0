using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Berth.Logs;

/// <summary>
/// Open files, at most a set number of them: the one used longest ago is closed for a new one, and opened again when it
/// is needed. Safe for concurrent use; a file closed under a reader's hands is opened again.
/// </summary>
internal sealed partial class FileHandles(int mostOpen) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Path, SafeFileHandle Handle)>> open = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Path, SafeFileHandle Handle)> byUse = [];

    /// <summary>Fills the buffer from the file, or as much of it as the file has; answers how much.</summary>
    public int Read(string path, Span<byte> buffer, long offset)
    {
        while (true)
        {
            try
            {
                var handle = Open(path);
                var total = 0;
                while (total < buffer.Length)
                {
                    var read = RandomAccess.Read(handle, buffer[total..], offset + total);
                    if (read == 0)
                    {
                        break;
                    }

                    total += read;
                }

                return total;
            }
            catch (ObjectDisposedException)
            {
                // Closed between Open and Read to make room for another: open it again.
            }
        }
    }

    /// <summary>Writes the buffers one after another and returns when they are on the disk.</summary>
    public void Write(string path, IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset)
    {
        while (true)
        {
            try
            {
                var handle = Open(path);
                RandomAccess.Write(handle, buffers, offset);
                SyncData(handle);
                return;
            }
            catch (ObjectDisposedException)
            {
                // As in Read; writing the same bytes to the same place again is harmless.
            }
        }
    }

    /// <summary>Cuts the file to a length and returns when that is on the disk.</summary>
    public static void Truncate(string path, long length)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.SetLength(handle, length);
        RandomAccess.FlushToDisk(handle);
    }

    public void Close(string path)
    {
        lock (gate)
        {
            if (open.Remove(path, out var node))
            {
                byUse.Remove(node);
                node.Value.Handle.Dispose();
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var (_, handle) in byUse)
            {
                handle.Dispose();
            }

            byUse.Clear();
            open.Clear();
        }
    }

    /// <summary>Replaces a file whole: after a crash it is the old one or the new one.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new";
        using (var handle = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(handle, content, 0);
            RandomAccess.FlushToDisk(handle);
        }

        File.Move(temporary, path, overwrite: true);
        SyncDirectory(Path.GetDirectoryName(path)!); // The path of a file always has one.
    }

    /// <summary>Makes the creation, renaming and removal of a directory's entries durable.</summary>
    public static void SyncDirectory(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var descriptor = OpenDirectory(path, 0);
        if (descriptor < 0)
        {
            throw new IOException($"Cannot open {path} to sync it: errno {Marshal.GetLastPInvokeError()}.");
        }

        var failed = Sync(descriptor) != 0;
        var error = Marshal.GetLastPInvokeError();
        _ = CloseDescriptor(descriptor);
        if (failed)
        {
            throw new IOException($"Cannot sync {path}: errno {error}.");
        }
    }

    private static void SyncData(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(handle);
        }
        else if (SyncFileData(handle) != 0)
        {
            throw new IOException($"fdatasync failed: errno {Marshal.GetLastPInvokeError()}.");
        }
    }

    private SafeFileHandle Open(string path)
    {
        lock (gate)
        {
            if (open.TryGetValue(path, out var node))
            {
                byUse.Remove(node);
                byUse.AddLast(node);
                return node.Value.Handle;
            }

            var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            open.Add(path, byUse.AddLast((path, handle)));
            if (byUse.Count > mostOpen && byUse.First is { } oldest)
            {
                byUse.RemoveFirst();
                open.Remove(oldest.Value.Path);
                oldest.Value.Handle.Dispose();
            }

            return handle;
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenDirectory(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseDescriptor(int descriptor);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int SyncFileData(SafeFileHandle handle);
}
