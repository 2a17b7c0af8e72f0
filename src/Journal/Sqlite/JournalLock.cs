using System.Globalization;

namespace Berth.Journal;

/// <summary>Another process has the data directory open.</summary>
public sealed class JournalLockedException(string message, Exception inner) : Exception(message, inner);

/// <summary>
/// One process a data directory. The kernel holds the lock for as long as the process lives, so a killed one
/// leaves nothing to clean up.
/// </summary>
internal sealed class JournalLock : IDisposable
{
    private readonly FileStream file;

    private JournalLock(FileStream file) => this.file = file;

    internal static JournalLock Take(string directory)
    {
        Directory.CreateDirectory(directory);
        var holder = Path.Combine(directory, "journal.pid");     // The locked file itself cannot be read by others.
        FileStream file;
        try
        {
            file = new FileStream(Path.Combine(directory, "journal.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw new JournalLockedException(
                $"The data directory {Path.GetFullPath(directory)} is in use by another process{Holder(holder)}. Stop it first, or choose another directory.",
                exception);
        }

        try
        {
            File.WriteAllText(holder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // The pid only makes a message better: a full disk must not keep the journal from opening.
        }

        return new JournalLock(file);
    }

    public void Dispose() => file.Dispose();

    private static string Holder(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out var pid) ? $" (pid {pid})" : "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
