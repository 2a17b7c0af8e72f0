namespace Berth.Host;

/// <summary>
/// Keeps a log that its process appends to from growing for ever: past the limit its text moves to <c>FILE.1</c> and it
/// starts anew. The process notices nothing; a line written in that very moment can be lost.
/// </summary>
internal static class BoundedLog
{
    internal const long MostBytes = 16 * 1024 * 1024;

    internal static void Trim(string path, long mostBytes = MostBytes)
    {
        try
        {
            if (new FileInfo(path) is not { Exists: true } file || file.Length <= mostBytes)
            {
                return;
            }

            File.Copy(path, path + ".1", overwrite: true);
            using var log = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            log.SetLength(0);
        }
        catch (IOException)
        {
            // A full disk must not take the supervisor down; the next round tries again.
        }
    }
}
