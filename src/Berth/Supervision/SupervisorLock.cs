namespace Berth.Host;

/// <summary>One supervisor a data directory. The kernel lets go of the lock when its process ends, however it ends.</summary>
internal sealed class SupervisorLock : IDisposable
{
    private readonly FileStream file;

    private SupervisorLock(FileStream file) => this.file = file;

    /// <summary>Takes the lock and leaves this process's pid beside it; null when another supervisor has it.</summary>
    internal static SupervisorLock? TryTake(Installation installation)
    {
        Directory.CreateDirectory(installation.RunDirectory);
        FileStream file;
        try
        {
            file = new FileStream(Path.Combine(installation.RunDirectory, "supervisor.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }

        ProcessIdentity.Of(Environment.ProcessId)?.WriteTo(Holder(installation));
        return new(file);
    }

    /// <summary>The supervisor that runs over the data directory; null when there is none.</summary>
    internal static ProcessIdentity? HeldBy(Installation installation) => ProcessIdentity.ReadFrom(Holder(installation));

    public void Dispose() => file.Dispose();

    private static string Holder(Installation installation) => Path.Combine(installation.RunDirectory, "supervisor");
}
