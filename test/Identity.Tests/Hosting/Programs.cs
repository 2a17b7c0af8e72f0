namespace Berth.Testing;

/// <summary>Finds programs that tests run.</summary>
internal static class Programs
{
    /// <summary>The program's path; null where it is not installed.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(directory => Path.Combine(directory, name))
        .FirstOrDefault(File.Exists);
}
