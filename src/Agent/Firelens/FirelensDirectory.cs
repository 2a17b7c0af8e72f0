using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace Berth.Agent;

/// <summary>
/// What the agent shares with log routers: for each task with one, <c>firelens/NAME/config</c> with what the router reads and
/// <c>firelens/NAME/socket</c>, in which the router makes the socket that Docker sends to.
/// </summary>
/// <remarks>
/// A name follows from the task and is shorter than its id, because the path of a socket has so little room. The folder
/// <c>socket</c> is open to everybody and the one around it to the agent alone, so that a router may run as any user,
/// whoever the agent is, and nobody else on the machine gets near.
/// </remarks>
/// <param name="dataDirectory">The agent's directory.</param>
internal sealed class FirelensDirectory(string dataDirectory)
{
    /// <summary>The most bytes of a socket's path on Linux, the zero at its end left out.</summary>
    private const int LongestSocketPath = 107;

    private const int NameLength = 16;

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Everybody = Owner
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly string root = Path.Combine(Path.GetFullPath(dataDirectory), "firelens");

    /// <summary>Why routers cannot be reached from here; null where they can.</summary>
    public string? Obstacle =>
        !OperatingSystem.IsLinux() ? "log routers need Linux"
        : Encoding.UTF8.GetByteCount(Socket("")) is var length && length > LongestSocketPath    // The same for all tasks.
            ? $"the path of a log router's socket would have {length} bytes, and the system takes {LongestSocketPath}: the agent needs a data directory with a shorter name"
            : null;

    public string ConfigFile(string taskArn) => Path.Combine(Folder(taskArn), "config", "fluent.conf");

    public string ExternalConfigFile(string taskArn) => Path.Combine(Folder(taskArn), "config", "external.conf");

    public string SocketFolder(string taskArn) => Path.Combine(Folder(taskArn), "socket");

    public string Socket(string taskArn) => Path.Combine(SocketFolder(taskArn), "fluent.sock");

    /// <summary>Makes a task's folders and writes its configuration, or does so once more.</summary>
    /// <param name="taskArn">The task.</param>
    /// <param name="config">What the router reads.</param>
    /// <param name="external">What that includes from S3; null where it includes nothing.</param>
    /// <exception cref="ResourceInitializationException">It cannot be done.</exception>
    public void Write(string taskArn, string config, byte[]? external)
    {
        if (!OperatingSystem.IsLinux() || Obstacle is not null)
        {
            throw new ResourceInitializationException(Obstacle ?? "");
        }

        try
        {
            Directory.CreateDirectory(Folder(taskArn), Owner);
            Directory.CreateDirectory(Path.Combine(Folder(taskArn), "config"));
            Directory.CreateDirectory(SocketFolder(taskArn));
            File.SetUnixFileMode(SocketFolder(taskArn), Everybody);    // What the umask took away.
            Replace(ConfigFile(taskArn), Encoding.UTF8.GetBytes(config));
            if (external is not null)
            {
                Replace(ExternalConfigFile(taskArn), external);
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new ResourceInitializationException($"unable to initialize resource directory {Folder(taskArn)}: {refused.Message}");
        }
    }

    /// <summary>Removes a task's folders, if it has any.</summary>
    /// <returns>Why something is left: what a router made there as another user may not be the agent's to remove. Null where nothing is.</returns>
    public string? Remove(string taskArn)
    {
        try
        {
            if (Directory.Exists(Folder(taskArn)))
            {
                Directory.Delete(Folder(taskArn), recursive: true);
            }

            return null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return refused.Message;
        }
    }

    private string Folder(string taskArn) => Path.Combine(root, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(taskArn)))[..NameLength]);

    [SupportedOSPlatform("linux")]
    private static void Replace(string path, byte[] content)
    {
        var next = path + ".next";
        File.WriteAllBytes(next, content);
        File.SetUnixFileMode(next, Readable);
        File.Move(next, path, overwrite: true);
    }
}
